"""Judging: one rule over the measured values of a batch, as arrays, with nothing decided yet."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.policy import Limit, Rule

__all__ = ["SpanVerdict", "Verdict", "holds_for", "judge", "judge_spans"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of n documents.

    Attributes:
        judged: the rule holds for the document's language and its signal was measured.
        nulls: judged, and the value is undefined: null or NaN.
        failed: judged, and the value is beyond a limit (or undefined where that fails).
        values: numbers, NaN where undefined or text.
        texts: the values where the signal is text, else None.
        minimum: limit of each row, NaN where none.
        maximum: the same.
    """

    judged: Bools
    nulls: Bools
    failed: Bools
    values: Floats
    texts: pa.StringArray | None
    minimum: Floats
    maximum: Floats

    @property
    def below(self) -> Bools:
        """Rows under their minimum; of the other failures it is said that they are above, or not allowed."""
        return np.asarray(self.values < self.minimum)

    @property
    def margin(self) -> Floats:
        """How far beyond the limit, in the signal's unit; NaN where there is no number."""
        with np.errstate(invalid="ignore"):  # an infinite value within an infinite limit
            beyond = np.where(self.below, self.minimum - self.values, self.values - self.maximum)
        return np.asarray(np.where(self.failed, beyond, np.nan))


@dataclass(frozen=True, slots=True)
class SpanVerdict:
    """The spans of a batch that a rule acts upon.

    Attributes:
        judged: n documents: the rule holds and the spans were looked for.
        nulls: judged, and the spans are undefined: the annotator does not judge such a text.
        failed: documents with such a span, or undefined spans where that fails.
        rows: document of each span, ascending.
        start: first code point of each span.
        end: one past the last.
        scores: of each span.
        labels: of each span.
        units: of each span.
        minimum: the limit that each span reached.
    """

    judged: Bools
    nulls: Bools
    failed: Bools
    rows: Ints
    start: Ints
    end: Ints
    scores: Floats
    labels: pa.StringArray
    units: pa.StringArray
    minimum: Floats


def judge(
    rule: Rule,
    values: pa.Array,
    measured: Bools,
    languages: pa.StringArray,
    quantiles: Mapping[str, float] | None = None,
    groups: pa.StringArray | None = None,
) -> Verdict:
    """Judge a document rule.

    Args:
        rule: not a span rule.
        values: its signal, a value or null for each document.
        measured: False where a gate ended measuring before the signal.
        languages: of each document, null where unknown.
        quantiles: for ``keep_top`` and ``keep_bottom``: the resolved limit by group; the group of a
            rule without ``by`` is the empty string.
        groups: values of the signal ``by``.
    """
    count = len(values)
    minimum, maximum = (_limits(limit, languages) for limit in (rule.minimum, rule.maximum))
    if quantiles is not None:
        resolved = _lookup(quantiles, groups if groups is not None else pa.array([""] * count, pa.string()))
        minimum, maximum = (resolved, maximum) if rule.keep_top is not None else (minimum, resolved)
    judged = measured & holds_for(rule.languages, languages)
    if rule.one_of is None:
        judged &= ~(np.isnan(minimum) & np.isnan(maximum))
    nulls = judged & np.asarray(values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False))
    texts: pa.StringArray | None = None
    numbers = np.full(count, np.nan)
    if pa.types.is_string(values.type):
        texts = values
        allowed = pa.array(rule.one_of or (), pa.string())
        beyond = ~np.asarray(pc.is_in(values, allowed).to_numpy(zero_copy_only=False))
    else:
        numbers = _numbers(values)
        beyond = (numbers < minimum) | (numbers > maximum)
    failed = judged & np.where(nulls, rule.when_null == "fail", beyond)
    return Verdict(judged, nulls, failed, numbers, texts, minimum, maximum)


def judge_spans(rule: Rule, spans: pa.ListArray, measured: Bools, languages: pa.StringArray) -> SpanVerdict:
    """Judge a span rule: which spans of its labels and unit reach its minimum score.

    Args:
        rule: with ``spans``; without a minimum every such span is acted upon.
        spans: the span signal, type `filters.signals.SPANS`.
        measured: as for `judge`.
        languages: as for `judge`.
    """
    judged = measured & holds_for(rule.languages, languages)
    rows = np.asarray(pc.list_parent_indices(spans).to_numpy(), np.int64)
    found = spans.flatten()
    scores = np.asarray(found.field("score").to_numpy(zero_copy_only=False), np.float64)
    minimum = _limits(rule.minimum, languages)
    if rule.minimum is not None:
        judged = judged & ~np.isnan(minimum)
    chosen = judged[rows]
    if rule.minimum is not None:
        chosen &= scores >= minimum[rows]
    for name, wanted in (("label", rule.labels), ("unit", None if rule.unit is None else (rule.unit,))):
        if wanted is not None:
            among = pc.is_in(found.field(name), pa.array(wanted, pa.string()))
            chosen &= np.asarray(among.to_numpy(zero_copy_only=False), np.bool_)
    found = found.filter(pa.array(chosen))
    start, end = (np.asarray(found.field(n).to_numpy(zero_copy_only=False), np.int64) for n in ("start", "end"))
    kept = rows[chosen]
    nulls = judged & np.asarray(spans.is_null().to_numpy(zero_copy_only=False))
    failed = nulls.copy() if rule.when_null == "fail" else np.zeros(len(judged), np.bool_)
    failed[kept] = True
    labels, units = found.field("label"), found.field("unit")
    return SpanVerdict(judged, nulls, failed, kept, start, end, scores[chosen], labels, units, minimum[kept])


def holds_for(languages: tuple[str, ...] | None, spoken: pa.StringArray) -> Bools:
    """Whether a rule for these languages only, or for all (None), holds for a document.

    An unknown language is none of them.
    """
    if languages is None:
        return np.ones(len(spoken), np.bool_)
    return np.asarray(pc.is_in(spoken, pa.array(languages, pa.string())).to_numpy(zero_copy_only=False))


def _numbers(values: pa.Array) -> Floats:
    return np.asarray(pc.cast(values, pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False))


def _limits(limit: Limit | None, languages: pa.StringArray) -> Floats:
    """The limit of each document, NaN where it has none."""
    if limit is None:
        return np.full(len(languages), np.nan)
    if not isinstance(limit, Mapping):
        return np.full(len(languages), float(limit))
    return _lookup({k: v for k, v in limit.items() if k != "default"}, languages, limit.get("default"))


def _lookup(numbers: Mapping[str, float], keys: pa.StringArray, default: float | None = None) -> Floats:
    """The number of each key; `default`, or NaN, for a key without one and for null."""
    other = np.nan if default is None else default
    places = pc.index_in(keys, pa.array(list(numbers), pa.string()))
    table = np.array([*numbers.values(), other], np.float64)
    return np.asarray(table[places.fill_null(len(numbers)).to_numpy(zero_copy_only=False)])
