"""The rules of a run, as its resolved configuration gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from filters.annotations import column
from filters.policy import ControlTokens, Limit, Rule

__all__ = ["ConfiguredRule", "configured_rules", "limits_in_words"]

_FIELDS = {field.name for field in fields(Rule)} - {"name", "signal", "spans"}


@dataclass(frozen=True, slots=True)
class ConfiguredRule:
    """A rule and where it stands.

    Attributes:
        key: ``step/rule``, the name in ledgers and decisions.
        step: its step.
        rule: the rule.
        quantiles: resolved limits by group, where it asks for a share of the documents.
    """

    key: str
    step: str
    rule: Rule
    quantiles: Mapping[str, float] | None

    @property
    def column(self) -> str:
        """The column of annotations that is judged."""
        return column(self.rule.signal, self.step)

    @property
    def limits(self) -> dict[str, float]:
        """Every number that is a limit for some document, by what it holds for (empty: for all)."""
        if self.quantiles is not None:
            return dict(self.quantiles)
        return {**_by_group("minimum", self.rule.minimum), **_by_group("maximum", self.rule.maximum)}


def configured_rules(run: Mapping[str, Any]) -> list[ConfiguredRule]:
    """The rules in the order of the policy, from what ``run.json`` holds."""
    limits = run.get("limits", {})
    return [
        ConfiguredRule(
            f"{step['name']}/{name}", step["name"], _rule(name, section), limits.get(f"{step['name']}/{name}")
        )
        for step in run["configuration"].get("steps", [])
        for name, section in step.get("rules", {}).items()
    ]


def limits_in_words(configured: ConfiguredRule) -> str:
    """What passes: ``word_count at least 50 (en), 40 (others)``."""
    rule = configured.rule
    which = "; ".join([*([", ".join(rule.labels)] if rule.labels else []), *([rule.unit] if rule.unit else [])])
    spans = f"{rule.signal} ({which})" if which else rule.signal
    name = f"score of {spans}" if rule.spans else rule.signal
    if rule.one_of is not None:
        return f"{name} is one of {', '.join(rule.one_of)}"
    for share, side in ((rule.keep_top, "greatest"), (rule.keep_bottom, "smallest")):
        if share is not None:
            return f"{name} among the {side} {100 * share:.6g}%" + (f" by {rule.by}" if rule.by else "")
    parts = [f"at least {_words(rule.minimum)}"] if rule.minimum is not None else []
    parts += [f"at most {_words(rule.maximum)}"] if rule.maximum is not None else []
    if rule.spans:
        return f"{name} below {_words(rule.minimum)}" if rule.minimum is not None else f"no {spans}"
    return f"{name} {' and '.join(parts)}" if parts else f"{name} (no limit)"


def _rule(name: str, section: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in section.items() if key in _FIELDS
    }
    if values.get("tokens") is not None:
        values["tokens"] = ControlTokens(**values["tokens"])
    spans = section.get("spans")
    return Rule(name=name, signal=spans or section["signal"], spans=spans is not None, **values)


def _by_group(side: str, limit: Limit | None) -> dict[str, float]:
    if limit is None:
        return {}
    if isinstance(limit, Mapping):
        return {f"{side} {group}": float(number) for group, number in limit.items()}
    return {side: float(limit)}


def _words(limit: Limit | None) -> str:
    if isinstance(limit, Mapping):
        named = [f"{n:g} ({'others' if group == 'default' else group})" for group, n in limit.items()]
        return ", ".join(named)
    return f"{limit:g}"
