"""A policy: the ordered steps of a run, and the rules that decide. It never measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from filters.near import Near
from filters.splits import Splits

__all__ = ["UNITS", "Action", "ControlTokens", "Duplicates", "Limit", "Policy", "Rule", "Step", "Unit"]

Action = Literal["drop", "remove", "mask", "tag"]
Unit = Literal["window", "paragraph", "sentence", "word", "match"]
UNITS: tuple[Unit, ...] = get_args(Unit)
"""What a span may be a piece of."""

Limit = float | Mapping[str, float]
"""One number, or one by language with an optional ``default``."""


@dataclass(frozen=True, slots=True)
class ControlTokens:
    """What a tag rule writes into the text (Korbak et al. 2023, arXiv 2302.08582: conditional training).

    Either `before` with `flagged`, `clean` or both, or `open` and `close`, which stand around every flagged span.

    Attributes:
        before: what gets a token before it: the document once, every sentence, or every flagged span.
        flagged: the token before what the rule flags: a document in which it fires, a sentence that overlaps a
            flagged span, a flagged span.
        clean: the token before what the rule judged and did not flag.
        open: the token where a flagged span begins.
        close: the token where it ends.
    """

    before: Literal["document", "sentence", "span"] | None = None
    flagged: str | None = None
    clean: str | None = None
    open: str | None = None
    close: str | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """Every token that may stand in a text."""
        return tuple(t for t in (self.flagged, self.clean, self.open, self.close) if t is not None)


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
        labels: of a span rule: spans with another label are passed over; None: with any.
        unit: of a span rule: spans of another unit are passed over; None: of any.
        gate: a failing document is not measured further.
        token: what a masked span becomes.
        tag: the tag that a failing document gets.
        tokens: what is written into the text of a document beside its tag; None: nothing.
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
    labels: tuple[str, ...] | None = None
    unit: Unit | None = None
    gate: bool = False
    token: str = ""
    tag: str | None = None
    tokens: ControlTokens | None = None
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
        scope: columns in which a duplicate agrees with its survivor; null agrees with null.
        prefer: inputs by name, the most wanted first, where survivors are elected by ``input``.
    """

    of: str
    kinds: tuple[str, ...] = ("text", "url")
    survivor: tuple[tuple[str, bool], ...] = ()
    action: Literal["drop", "tag"] = "drop"
    near: Near | None = None
    scope: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """All that decides over a measured corpus.

    Attributes:
        steps: in order.
        duplicates: None where duplicates are not judged.
        least_characters: a document that edits leave with fewer characters is removed.
        splits: None where the corpus is not divided.
    """

    steps: tuple[Step, ...]
    duplicates: Duplicates | None = None
    least_characters: int = 50
    extends: tuple[str, ...] = field(default=())
    splits: Splits | None = None

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """Every token that a rule may write into a text, in the order of the rules, none twice."""
        written = (rule.tokens for step in self.steps for rule in step.rules if rule.tokens is not None)
        return tuple(dict.fromkeys(token for tokens in written for token in tokens.written))
