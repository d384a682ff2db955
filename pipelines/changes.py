"""What differs between a configuration and the one that a run was made with, and what must be done again for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from pipelines import catalogue
from pipelines.configuration import Configuration
from pipelines.policy_sections import RuleSection
from pipelines.yaml_source import Place

__all__ = ["Change", "Cost", "changes", "flat", "looser"]

ABSENT = "absent"


class Cost(IntEnum):
    """What a change costs, the least first."""

    NOTHING = 0
    DECIDE = 1
    FIND = 2
    MEASURE = 3
    READ = 4

    def __str__(self) -> str:
        return ("nothing to redo", "decide again", "find duplicates again", "measure again", "read again")[self]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs.

    Attributes:
        place: dotted, steps by name.
        before: the value of the run, `ABSENT` where it had none.
        after: the value of the new configuration.
        cost: what must be done again.
    """

    place: str
    before: object
    after: object
    cost: Cost

    def __str__(self) -> str:
        return f"{self.place}: {self.before} -> {self.after}: {self.cost}"


COST_OF_SECTION = {
    "inputs": Cost.READ,
    "extract": Cost.READ,
    "limits": Cost.READ,
    "sample": Cost.READ,
    "annotators": Cost.MEASURE,
    "cleaners": Cost.MEASURE,
    "tokens": Cost.MEASURE,
    "output": Cost.DECIDE,
    "duplicates": Cost.DECIDE,
    "least_characters": Cost.DECIDE,
    "splits": Cost.DECIDE,
}
"""What is not named here (run, budget, description, ...) changes no byte of the result; steps are looked into."""


def changes(before: Configuration, after: Configuration) -> list[Change]:
    """Every value that differs, in the order of the places."""
    old, new = flat(before), flat(after)
    differing = sorted({*old, *new}, key=lambda place: [str(part) for part in place])
    found = [place for place in differing if old.get(place, ABSENT) != new.get(place, ABSENT)]
    result = [
        Change(".".join(map(str, p)), old.get(p, ABSENT), new.get(p, ABSENT), _cost(p, before, after)) for p in found
    ]
    return result + _reordered(before, after)


def _reordered(before: Configuration, after: Configuration) -> list[Change]:
    """Steps, cleaners, rules and splits that are the same but stand in another order."""
    old, new = _orders(before), _orders(after)
    return [
        Change(place, ", ".join(old[place][0]), ", ".join(names), cost)
        for place, (names, cost) in new.items()
        if place in old and old[place][0] != names and sorted(old[place][0]) == sorted(names)
    ]


def _orders(configuration: Configuration) -> dict[str, tuple[list[str], Cost]]:
    """Names in order, and what another order costs: gates end the measuring, and so stand for all rules."""
    orders = {"steps": ([step.name for step in configuration.steps], Cost.MEASURE)}
    if configuration.splits is not None:
        orders["splits.shares"] = (list(configuration.splits.shares), Cost.DECIDE)
    if configuration.duplicates is not None:
        orders["duplicates.against"] = (list(configuration.duplicates.against), Cost.FIND)
    for step in configuration.steps:
        orders[f"steps.{step.name}.clean"] = (list(step.clean), Cost.MEASURE)
        gates = any(rule.gate for rule in step.rules.values())
        orders[f"steps.{step.name}.rules"] = (list(step.rules), Cost.MEASURE if gates else Cost.DECIDE)
    return orders


def flat(configuration: Configuration) -> dict[Place, object]:
    """Every value that is set, by its place, steps by their names."""
    data = configuration.model_dump(mode="json")
    data["steps"] = {step.pop("name"): step for step in data["steps"]}
    return dict(_flat(data, ()))


def looser(before: RuleSection, after: RuleSection) -> bool:
    """Whether a document that failed the rule before may pass it after."""
    if before.signal != after.signal or before.when_null != after.when_null:
        return True
    if before.languages != after.languages and after.languages is not None:
        return before.languages is None or not set(before.languages) <= set(after.languages)
    if before.one_of is not None and (after.one_of is None or not set(after.one_of) <= set(before.one_of)):
        return True
    return _limit_looser(before.minimum, after.minimum, -1) or _limit_looser(before.maximum, after.maximum, 1)


def _limit_looser(
    before: float | Mapping[str, float] | None, after: float | Mapping[str, float] | None, direction: int
) -> bool:
    if before is None or before == after:
        return False
    if after is None or isinstance(before, Mapping) or isinstance(after, Mapping):
        return True
    return (after - before) * direction > 0


def _flat(value: object, place: Place) -> list[tuple[Place, object]]:
    if isinstance(value, Mapping) and not (place[2:3] == ("clean",) and len(place) == 4 and not value):
        return [pair for key, item in value.items() for pair in _flat(item, (*place, str(key)))]
    return [] if value is None else [(place, value)]


def _cost(place: Place, before: Configuration, after: Configuration) -> Cost:
    section = str(place[0])
    if section == "steps":
        return _cost_in_step(place, before, after)
    if place[:2] == ("output", "path"):
        return Cost.NOTHING
    if place == ("duplicates", "of"):
        return Cost.MEASURE
    if place[:2] == ("duplicates", "against"):
        return Cost.FIND
    if place[:2] == ("duplicates", "near"):
        return _cost_of_near(before, after)
    return COST_OF_SECTION.get(section, Cost.NOTHING)


def _cost_of_near(before: Configuration, after: Configuration) -> Cost:
    old, new = (c.duplicates.near if c.duplicates is not None else None for c in (before, after))
    if new is None:
        return Cost.DECIDE
    if old is None or old.near().index_fingerprint != new.near().index_fingerprint:
        return Cost.MEASURE
    return Cost.DECIDE if old.near().covers(new.near()) else Cost.FIND


def _cost_in_step(place: Place, before: Configuration, after: Configuration) -> Cost:
    old = {step.name: step for step in before.steps}.get(str(place[1]))
    new = {step.name: step for step in after.steps}.get(str(place[1]))
    if old is None or new is None or place[2] == "clean":
        return Cost.MEASURE
    if not set(catalogue.signals_at(after, new.name)) <= set(catalogue.signals_at(before, old.name)):
        return Cost.MEASURE
    if place[2] == "rules":
        was, now = old.rules.get(str(place[3])), new.rules.get(str(place[3]))
        if was is not None and was.gate and (now is None or looser(was, now)):
            return Cost.MEASURE
    return Cost.DECIDE
