"""Whether an earlier run's measurements can answer a policy; if not, what to run."""

from collections.abc import Iterator, Mapping, Sequence

from filters.annotations import column
from filters.errors import ConfigurationError
from filters.measured import Measured
from filters.policy import Policy
from pipelines.changes import looser
from pipelines.configuration import Configuration
from pipelines.duplicates_checks import BUILT_IN_COLUMNS, scope_columns
from pipelines.planning import plan_of

__all__ = ["answerable"]


def answerable(wanted: Configuration, earlier: Configuration, measured: Measured, source: str) -> None:
    """Refuse a policy that the measurements of a run cannot answer.

    Args:
        wanted: the configuration to decide by.
        earlier: the configuration that the run was made with.
        measured: what the run wrote down of its measuring.
        source: the run, for the message.

    Raises:
        ConfigurationError: every reason why not, and the command that would answer.
    """
    problems = [
        *_unmeasured(wanted, earlier, measured),
        *_other_texts(wanted, measured),
        *_other_makers(wanted, measured),
        *_looser_gates(wanted, earlier),
        *_below_floors(wanted.policy(), measured),
        *_unsigned(wanted.policy(), measured),
        *_other_outputs(wanted, earlier),
        *_unlike_signed(wanted.policy(), earlier.policy(), measured),
    ]
    if wanted.tokens != earlier.tokens:
        problems.append(
            f"tokens.tokenizer is {wanted.tokens.tokenizer}, and the run counted with {earlier.tokens.tokenizer}"
        )
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigurationError(
            f"{source} cannot answer this policy:\n{lines}\n"
            f"run it: `tamis run CONFIG --output ANOTHER`, which measures again"
        )


def _unmeasured(wanted: Configuration, earlier: Configuration, measured: Measured) -> Iterator[str]:
    policy = wanted.policy()
    asked = [(f"steps.{s.name}.rules.{r.name}", column(r.signal, s.name)) for s in policy.steps for r in s.rules]
    asked += [("output.signals", name) for name in wanted.output.signals]
    for place, name in asked:
        if name not in measured.columns:
            yield f"{place}: {name} was not measured; measured were {', '.join(sorted(measured.columns))}"
    known = {name.partition("@")[0] for name in measured.columns}
    for place, signal in _asked_at_any_step(policy, scope_columns(earlier)):
        if signal not in known:
            yield f"{place}: {signal} was not measured at any step; measured were {', '.join(sorted(known))}"


def _asked_at_any_step(policy: Policy, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Signals that are read wherever they were first measured: what limits, survivors and scopes go by.

    Args:
        policy: that asks.
        columns: what scopes can go by though nobody measures it.
    """
    for step in policy.steps:
        for rule in step.rules:
            place = f"steps.{step.name}.rules.{rule.name}"
            if rule.by is not None:
                yield f"{place}.by", rule.by
            if rule.languages is not None or any(isinstance(x, Mapping) for x in (rule.minimum, rule.maximum)):
                yield place, "language"
    for name, _ in policy.duplicates.survivor if policy.duplicates is not None else ():
        if name not in BUILT_IN_COLUMNS:
            yield "duplicates.survivor", name
    for name in policy.duplicates.scope if policy.duplicates is not None else ():
        if name not in columns:
            yield "duplicates.scope", name


def _other_texts(wanted: Configuration, measured: Measured) -> Iterator[str]:
    passes = [f"{step.name}/{name}" for step in wanted.policy().steps for name in step.clean]
    if passes != list(measured.passes):
        ours, theirs = (", ".join(names) or "none" for names in (passes, measured.passes))
        yield f"cleaners are {ours}, and the run cleaned with {theirs}"
    steps = [step.name for step in wanted.policy().steps]
    if steps != [name for name in measured.steps if name in steps]:
        yield f"steps are in the order {', '.join(steps)}, and the run went {', '.join(measured.steps)}"


def _other_makers(wanted: Configuration, measured: Measured) -> Iterator[str]:
    """Annotators and cleaners that have the same name but other parameters, models, versions or contents of lists."""
    makers = plan_of(wanted).makers
    for name in sorted(makers.keys() & measured.makers.keys()):
        if makers[name] != measured.makers[name]:
            yield f"{name} is measured with other parameters, models or lists than the run had"


def _looser_gates(wanted: Configuration, earlier: Configuration) -> Iterator[str]:
    """What a gate stopped has no later signals: a policy may drop more there, but not less."""
    rules = {f"{step.name}/{name}": rule for step in wanted.steps for name, rule in step.rules.items()}
    for step in earlier.steps:
        for name, gate in step.rules.items():
            place = f"{step.name}/{name}"
            if not gate.gate:
                continue
            if place not in rules or rules[place].action != "drop":
                yield f"steps.{step.name}.rules.{name}: the run stopped measuring there; keep that rule"
            elif looser(gate, rules[place]):
                yield f"steps.{step.name}.rules.{name} is looser than the gate that the run stopped measuring at"


def _below_floors(policy: Policy, measured: Measured) -> Iterator[str]:
    for step in policy.steps:
        for rule in step.rules:
            floor = measured.floors.get(column(rule.signal, step.name))
            limits = list(rule.minimum.values()) if isinstance(rule.minimum, Mapping) else [rule.minimum]
            for limit in limits:
                if rule.spans and floor is not None and limit is not None and limit < floor:
                    place = f"steps.{step.name}.rules.{rule.name}"
                    yield f"{place}: minimum {limit} is below {floor}, the least score stored"


def _unsigned(policy: Policy, measured: Measured) -> Iterator[str]:
    if policy.duplicates is not None and policy.duplicates.of != measured.signed_step:
        signed = measured.signed_step or "no step"
        yield f"duplicates.of is {policy.duplicates.of}, and the run signed the text of {signed}"


def _other_outputs(wanted: Configuration, earlier: Configuration) -> Iterator[str]:
    """Components hold documents of the outputs that the run was deduplicated against, and of no others."""
    if wanted.duplicates is None or earlier.duplicates is None:
        return
    ours, theirs = (", ".join(c.duplicates.against) or "none" for c in (wanted, earlier) if c.duplicates is not None)
    if ours != theirs:
        yield f"duplicates.against names {ours}, and the run found duplicates against {theirs}"


def _unlike_signed(policy: Policy, earlier: Policy, measured: Measured) -> Iterator[str]:
    """Near duplicates are decided by signatures that stand, within components that stand."""
    near = policy.duplicates.near if policy.duplicates is not None else None
    before = earlier.duplicates.near if earlier.duplicates is not None else None
    if near is None:
        return
    if before is None or measured.near is None:
        yield "duplicates.near: the run sought no near duplicates, and signed no text for them"
    elif near.index_fingerprint != measured.near:
        yield f"duplicates.near is signed by: {near.index_fingerprint}; and the run by: {measured.near}"
    elif not before.covers(near):
        what = "verify: off" if near.verify == "off" else f"similarity {near.similarity:g}"
        yield (
            f"duplicates.near: {what} is looser than similarity {before.similarity:g}, which the run verified by: "
            f"its components are without the pairs below that"
        )
