"""Reasons in words: what was measured, what the limit was, and by how much it was missed."""

from collections.abc import Mapping, Sequence
from typing import Any

from filters.policy import Rule
from filters.reasons import SPLITS
from filters.splits import BRIDGES

__all__ = ["number_in_words", "reason_in_words"]

KINDS = {"text": "the same text as", "url": "the same URL as", "near": "nearly the same text as"}
DONE = {"drop": "", "remove": "; it was taken out", "mask": "; it was masked", "tag": "; it was flagged"}


def reason_in_words(reason: Mapping[str, Any], rules: Mapping[str, Rule]) -> str:
    """One sentence for one `filters.decisions.REASON`.

    Args:
        reason: its fields.
        rules: the configured rules by ``step/rule``, for what a text value may be.
    """
    if reason["rule"] == SPLITS:
        return _between_splits(reason)
    if reason["survivor"] is not None:
        kind = KINDS.get(reason["kind"], f"{reason['kind']} of")
        return f"It has {kind} {reason['survivor']}, which is kept (similarity {reason['similarity']:.3f})."
    rule = rules.get(reason["rule"])
    if reason["start"] is not None:
        return _span(reason)
    if reason["value"] is not None:
        return f"{reason['signal'] or 'characters left'} is {number_in_words(reason['value'])}{_beyond(reason)}."
    if reason["text_value"] is not None:
        allowed = f"; allowed: {', '.join(rule.one_of)}" if rule is not None and rule.one_of is not None else ""
        return f"{reason['signal']} is {reason['text_value']!r}{allowed}."
    return f"{reason['signal']} is undefined for this text, and the rule asks for a value."


def _between_splits(reason: Mapping[str, Any]) -> str:
    splits, survivor = reason["text_value"].split(", "), reason["survivor"]
    if reason["reason"] == BRIDGES:
        return f"It resembles documents that earlier outputs keep in {' and '.join(splits)}, {survivor} among them."
    return f"It would stand in {splits[0]}; its component stands in {splits[1]}, where {survivor} is kept."


def number_in_words(value: float) -> str:
    """Whole numbers whole, others to five digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.5g}"


def _beyond(reason: Mapping[str, Any]) -> str:
    limits: Sequence[tuple[str, float | None]] = (("minimum", reason["minimum"]), ("maximum", reason["maximum"]))
    for side, limit in limits:
        if limit is not None and (reason["value"] < limit if side == "minimum" else reason["value"] > limit):
            word = "below" if side == "minimum" else "above"
            share = f" ({abs(reason['value'] - limit) / abs(limit):.1%} of it)" if limit else ""
            margin = abs(reason["value"] - limit) if reason["margin"] is None else reason["margin"]
            return f", {word} the {side} of {number_in_words(limit)} by {number_in_words(margin)}{share}"
    return ""


def _span(reason: Mapping[str, Any]) -> str:
    found = (
        f"{reason['signal']} found {reason['text_value']!r}"
        if reason["text_value"]
        else f"{reason['signal']} found a span"
    )
    score = f", score {number_in_words(reason['value'])}" if reason["value"] is not None else ""
    least = f" (minimum {number_in_words(reason['minimum'])})" if reason["minimum"] is not None else ""
    return f"{found} at characters {reason['start']:,} to {reason['end']:,}{score}{least}{DONE[reason['action']]}."
