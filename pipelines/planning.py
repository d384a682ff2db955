"""From a configuration to what is measured: cleaners, annotators and gates in their order."""

from collections.abc import Mapping

from filters.counting_plan import counts_of
from filters.errors import ConfigurationError
from filters.plan import Measurement, Plan, StepPlan
from filters.policy import Rule, Step
from pipelines import catalogue
from pipelines.configuration import Configuration
from storage.layout import MOST_COUNTS

__all__ = ["plan_of"]


def plan_of(configuration: Configuration) -> Plan:
    """The plan of measuring.

    Within a step the gates come first, in the order of the rules, each right after the annotator
    that it judges, so that what a gate stops costs no more than it must; then the other annotators.

    Raises:
        ConfigurationError: a signal, annotator or cleaner is unknown, or too much is counted over the corpus.
    """
    policy = configuration.policy()
    counter = None
    if configuration.tokens.tokenizer is not None:
        from classifiers.tokens import TokenCounter

        counter = TokenCounter(configuration.tokens.tokenizer)
    plan = Plan(
        steps=tuple(_step_plan(configuration, step) for step in policy.steps),
        signed_step=policy.duplicates.of if policy.duplicates is not None else None,
        tokens=counter,
        near=policy.duplicates.near if policy.duplicates is not None else None,
    )
    counted = counts_of(plan)
    if len(counted) > MOST_COUNTS:
        names = ", ".join(dict.fromkeys(count.name for count in counted))
        raise ConfigurationError(
            f"{names} ask for {len(counted)} counts over the corpus; a run has {MOST_COUNTS} at most"
        )
    return plan


def _step_plan(configuration: Configuration, step: Step) -> StepPlan:
    waiting = list(catalogue.annotators_at(configuration, step.name))
    measurements: list[Measurement] = []
    for gate in (rule for rule in step.rules if rule.gate):
        for instance in _instances_for(configuration, gate):
            if instance in waiting:
                waiting.remove(instance)
                measurements.append(Measurement(catalogue.annotator(configuration, instance)))
        measurements.append(Measurement(None, (gate,)))
    measurements += [Measurement(catalogue.annotator(configuration, instance)) for instance in waiting]
    cleaners = tuple((name, catalogue.cleaner(configuration, step.name, name)) for name in step.clean)
    return StepPlan(step.name, cleaners, tuple(measurements))


def _instances_for(configuration: Configuration, rule: Rule) -> list[str]:
    """What must have been measured before a gate can judge: language, where its limit depends on it, and its signal."""
    known = catalogue.providers(configuration)
    limits = (rule.minimum, rule.maximum)
    speaks = rule.languages is not None or any(isinstance(limit, Mapping) for limit in limits)
    wanted = (["language"] if speaks else []) + [rule.signal]
    return [known[signal] for signal in wanted if signal in known]
