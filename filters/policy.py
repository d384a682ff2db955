"""A policy: the ordered steps of a run, and the rules that decide. It never measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from filters.near import Near

__all__ = ["Action", "Duplicates", "Limit", "Policy", "Rule", "Step"]

Action = Literal["drop", "remove", "mask", "tag"]
Limit = float | Mapping[str, float]
"""One number, or one by language with an optional ``default``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a document, or a span of it, is acted upon.

    Attributes:
        name: unique within its step.
        signal: name of the signal that is judged, without the step; for a span rule, of a span signal.
        minimum: least value that passes (for spans: least score that is acted upon).
        maximum: greatest value that passes.
        one_of: the values that pass, for a text signal.
        keep_top: share in (0, 1] of documents with the greatest values that pass, for a quantile limit.
        keep_bottom: the same with the smallest values.
        by: signal whose value partitions the documents for a quantile (``language``).
        languages: languages that the rule holds for; None: all.
        when_null: what an undefined value does: ``pass`` or ``fail``.
        action: drop the document; remove or mask the span; tag the document.
        spans: the rule judges each span of a span signal, not a number of the document.
        gate: a failing document is not measured further.
        token: what a masked span becomes.
        tag: the tag that a failing document gets.
        reason: overrides the signal's own name for what is wrong.
    """

    name: str
    signal: str
    minimum: Limit | None = None
    maximum: Limit | None = None
    one_of: tuple[str, ...] | None = None
    keep_top: float | None = None
    keep_bottom: float | None = None
    by: str | None = None
    languages: tuple[str, ...] | None = None
    when_null: Literal["pass", "fail"] = "pass"
    action: Action = "drop"
    spans: bool = False
    gate: bool = False
    token: str = ""
    tag: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Cleaners, then a block of rules measured on the text as it stands after them.

    Attributes:
        name: unique; signals measured here are columns ``signal@name``.
        clean: names of cleaner instances, applied in this order.
        measure: names of annotator instances measured here though no rule asks.
        rules: in the order of the file.
    """

    name: str
    clean: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which resemblances make duplicates, and who survives.

    Attributes:
        of: the step whose text is signed.
        kinds: ``text`` (equal normalised text), ``url`` (equal canonical URL), ``near`` (nearly the same text).
        survivor: (column, descending) pairs; the key settles what is left.
        action: ``drop`` or ``tag``.
        near: what ``near`` means; None where it is not among the kinds.
    """

    of: str
    kinds: tuple[str, ...] = ("text", "url")
    survivor: tuple[tuple[str, bool], ...] = ()
    action: Literal["drop", "tag"] = "drop"
    near: Near | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """All that decides over a measured corpus.

    Attributes:
        steps: in order.
        duplicates: None where duplicates are not judged.
        least_characters: a document that edits leave with fewer characters is removed.
    """

    steps: tuple[Step, ...]
    duplicates: Duplicates | None = None
    least_characters: int = 50
    extends: tuple[str, ...] = field(default=())
