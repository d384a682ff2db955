"""What pydantic cannot see: names that must exist, and keys that must suit each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from filters.annotations import column
from filters.errors import ConfigurationError, TamisError
from filters.signals import Annotator, Cleaner, Signal
from pipelines import catalogue, factories
from pipelines.duplicates_checks import duplicates_problems
from pipelines.names import unknown
from pipelines.problems import Problem
from pipelines.rule_checks import rule_problems, token_problems
from pipelines.splits_section import split_problems
from pipelines.yaml_source import Place

if TYPE_CHECKING:
    from pipelines.configuration import Configuration
    from pipelines.policy_sections import RuleSection, StepSection

__all__ = ["problems_of"]

Signals = dict[str, Signal]


def problems_of(configuration: "Configuration") -> list[Problem]:
    """All that is wrong with a configuration whose sections can each be read, in no order."""
    return _Checks(configuration).problems


class _Checks:
    """One pass over a configuration; what is wrong with a part does not hide the rest."""

    def __init__(self, configuration: "Configuration") -> None:
        self.configuration = configuration
        self.problems: list[Problem] = []
        self.annotators: dict[str, Signals | None] = {  # None: it cannot be made, so nobody knows its signals
            name: self._made(name, catalogue.ANNOTATORS, "annotators") for name in catalogue.instances(configuration)
        }
        self.measured: dict[str, Signals] = {}
        for name in configuration.cleaners:
            self._made(name, catalogue.CLEANERS, "cleaners")
        for position, step in enumerate(configuration.steps):
            self._check_step(step, ("steps", position), last=position == len(configuration.steps) - 1)
        self._check_by_and_languages()
        self._check_control_tokens()
        self.problems += duplicates_problems(configuration, self.measured)
        if configuration.splits is not None:
            self.problems += split_problems(configuration.splits, duplicates=configuration.duplicates is not None)
        self._check_files_and_output()

    def say(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _made(
        self, name: str, kinds: Mapping[str, str], section: str, own: Mapping[str, Any] | None = None, place: Place = ()
    ) -> Signals | None:
        """The signals of an instance, with what is wrong with its kind and parameters noted."""
        place = place or (section, name)
        kind, parameters = catalogue.declared(getattr(self.configuration, section), name)
        try:
            near = [] if name in getattr(self.configuration, section) else getattr(self.configuration, section)
            path = catalogue.kind_path(kind, kinds, section.removesuffix("s"), near)
            found = factories.parameter_problems(path, {**parameters, **(own or {})})
            self.problems += [Problem((*place, *p.place), p.message) for p in found]
            if found:  # its signals may be known all the same, from what is right with it
                wrong = {p.place[0] for p in found}
                parameters = {key: value for key, value in parameters.items() if key not in wrong}
                own = {key: value for key, value in (own or {}).items() if key not in wrong}
            made = factories.build(path, name, {**parameters, **(own or {})})
            if not isinstance(made, Annotator if section == "annotators" else Cleaner):
                raise ConfigurationError(f"{kind!r} makes no {section.removesuffix('s')}")
        except TamisError as error:
            if not any(p.place[: len(place)] == place for p in self.problems):
                self.say(place, str(error))
            return None
        return {signal.name: signal for signal in made.signals}

    def _check_step(self, step: "StepSection", place: Place, *, last: bool) -> None:
        if step.name in self.measured:
            self.say((*place, "name"), f"a step named {step.name!r} stands above; the names of steps are unique")
        cleaned: Signals = {}
        sources: dict[str, str] = {}
        for name, parameters in step.clean.items():
            made = self._made(name, catalogue.CLEANERS, "cleaners", parameters, (*place, "clean", name)) or {}
            self._measured_once(sources, name, made, (*place, "clean"))
            cleaned |= made
        measured = dict(cleaned)
        for instance in step.measure:
            found = self._measured_by(instance, (*place, "measure"))
            self._measured_once(sources, instance, found, (*place, "measure"))
            measured |= found
        for name, rule in step.rules.items():
            where = (*place, "rules", name)
            wanted = rule.signal if rule.spans is None else rule.spans
            if wanted is None or (rule.signal is not None and rule.spans is not None):
                message = "a rule judges either a signal or spans; write one of signal: and spans:"
                self.problems.append(Problem((*where, "signal"), message, absence=wanted is None))
                continue
            signal = cleaned.get(wanted)
            if signal is None and (provider := self._provider(wanted)) is not None:
                found = self.annotators[provider] or {}
                self._measured_once(sources, provider, found, where)
                measured |= found
                signal = found[wanted]
            if signal is not None:
                self.problems += rule_problems(rule, signal, where, last=last)
            elif wanted not in self.annotators or self.annotators[wanted] is not None:
                known = {*cleaned, *(name for signals in self.annotators.values() for name in signals or {})}
                self.say((*where, "signal" if rule.spans is None else "spans"), unknown("signal", wanted, known))
        self.measured[step.name] = measured

    def _measured_by(self, instance: str, place: Place) -> Signals:
        if instance not in self.annotators:
            owners = [name for name, signals in self.annotators.items() if instance in (signals or {})]
            hint = f"; {instance!r} is a signal of {owners[0]}" if owners else ""
            self.say(place, unknown("annotator", instance, self.annotators) + hint)
        return self.annotators.get(instance) or {}

    def _provider(self, wanted: str) -> str | None:
        """The annotator that measures a signal."""
        return next((name for name, signals in self.annotators.items() if wanted in (signals or {})), None)

    def _measured_once(self, sources: dict[str, str], source: str, signals: Signals, place: Place) -> None:
        """A step has one column a signal: two instances of one kind stand in two steps."""
        twice = [(name, sources[name]) for name in signals if sources.get(name, source) != source]
        if twice:
            name, other = twice[0]
            message = f"{source!r} and {other!r} both measure {name!r} here; put one of them into another step"
            self.say(place, message)
        sources.update(dict.fromkeys(signals, source))

    def _check_by_and_languages(self) -> None:
        seen: Signals = {}
        everything = {name: signal for signals in self.measured.values() for name, signal in signals.items()}
        for position, step in enumerate(self.configuration.steps):
            seen |= self.measured[step.name]
            for name, rule in step.rules.items():
                place: Place = ("steps", position, "rules", name)
                if rule.by is not None:
                    texts = [n for n, s in everything.items() if pa.types.is_string(s.type)]
                    if rule.by not in texts:
                        self.say((*place, "by"), unknown("measured text signal", rule.by, texts))
                keys = [key for key in ("minimum", "maximum") if isinstance(getattr(rule, key), Mapping)]
                for key in [*keys, *(["languages"] if rule.languages is not None else [])]:
                    if "language" not in (seen if rule.gate else everything):
                        when = "at this step or an earlier one" if rule.gate else "at any step"
                        self.say(
                            (*place, key), f"it goes by language, which is not measured {when}; measure: [language]"
                        )

    def _check_control_tokens(self) -> None:
        rules: dict[Place, RuleSection] = {
            ("steps", position, "rules", name): rule
            for position, step in enumerate(self.configuration.steps)
            for name, rule in step.rules.items()
        }
        self.problems += token_problems(rules)

    def _check_files_and_output(self) -> None:
        columns = {column(name, step) for step, signals in self.measured.items() for name in signals}
        for position, name in enumerate(self.configuration.output.signals):
            if name not in columns:
                self.say(("output", "signals", position), unknown("measured column", name, columns))
        tokenizer = self.configuration.tokens.tokenizer
        if tokenizer is not None and not Path(tokenizer).is_file():
            self.say(("tokens", "tokenizer"), f"no file {tokenizer!r}")
        elif tokenizer is not None:
            self._check_tokenizer(tokenizer)
        for name, section in self.configuration.inputs.items():
            try:
                section.input(name)
            except ConfigurationError as error:
                self.say(("inputs", name), str(error))
        self._check_declared_columns()

    def _check_declared_columns(self) -> None:
        declared: dict[str, str] = {}
        for name, section in self.configuration.inputs.items():
            for title, kind in section.columns.items():
                if declared.setdefault(title, kind) != kind:
                    message = f"{title!r} is {kind!r} here and {declared[title]!r} in another input; give it one type"
                    self.say(("inputs", name, "columns", title), message)

    def _check_tokenizer(self, tokenizer: str) -> None:
        from classifiers.tokens import TokenCounter

        try:
            TokenCounter(tokenizer)
        except TamisError as error:
            self.say(("tokens", "tokenizer"), str(error))
