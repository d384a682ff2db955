"""Reasons: every rule that fired on a document, with the value, the limit and the margin."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.decisions import REASON
from filters.judging import Findings
from filters.measured import Measured
from filters.policy import Policy, Rule
from filters.rules import SpanVerdict, Verdict
from filters.splits import Placed

__all__ = ["DUPLICATES", "EDITED", "SPLITS", "Duplicated", "reasons_of"]

Ints = npt.NDArray[np.int64]

DUPLICATES = "duplicates"
"""The name under which duplicates stand where other reasons name their rule."""

EDITED = "edits"
"""The same for documents that edits leave nearly empty."""

SPLITS = "splits"
"""The same for documents that no split can take."""


@dataclass(frozen=True, slots=True)
class Duplicated:
    """Documents of a batch that lost an election.

    Attributes:
        places: of the documents in the batch, ascending.
        survivors: key of the document that was kept instead.
        kinds: ``text`` or ``url``.
        similarity: to the survivor, 0 to 1.
    """

    places: Ints
    survivors: pa.StringArray
    kinds: pa.StringArray
    similarity: npt.NDArray[np.float64]


def reasons_of(
    policy: Policy,
    measured: Measured,
    findings: Findings,
    duplicated: Duplicated | None,
    placed: Placed | None,
    row_count: int,
) -> pa.ListArray:
    """All reasons of each document, type list of `filters.decisions.REASON`.

    In a document they stand so: its own rules in the order of the policy, span rules likewise with their
    spans by place, nearly empty, duplicates, splits.
    """
    parts = list(_parts(policy, measured, findings, duplicated, placed))
    rows = np.concatenate([rows for rows, _ in parts] or [np.empty(0, np.int64)])
    order = pa.array(np.argsort(rows, kind="stable"))
    bounds = np.searchsorted(np.sort(rows), np.arange(row_count + 1))
    values = pa.concat_arrays([struct for _, struct in parts] or [pa.array([], REASON)]).take(order)
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), values)


def _parts(
    policy: Policy, measured: Measured, findings: Findings, duplicated: Duplicated | None, placed: Placed | None
) -> Iterator[tuple[Ints, pa.StructArray]]:
    for name, source, rule, verdict in findings.verdicts:
        yield _of_rule(name, source, rule, verdict, measured)
    for name, source, rule, spans in findings.spans:
        yield _of_spans(name, source, rule, spans)
        if rule.when_null == "fail":
            yield _of_undefined(name, source, rule, np.flatnonzero(spans.nulls))
    rows = np.flatnonzero(findings.nearly_empty)
    left = findings.characters[rows].astype(np.float64)
    yield (
        rows,
        _structs(
            len(rows),
            rule=EDITED,
            reason="nearly_empty_after_edits",
            signal="characters",
            value=left,
            minimum=np.full(len(rows), float(policy.least_characters)),
            margin=policy.least_characters - left,
            action="drop",
        ),
    )
    if duplicated is not None and policy.duplicates is not None:
        yield (
            duplicated.places,
            _structs(
                len(duplicated.places),
                rule=DUPLICATES,
                reason=pc.binary_join_element_wise("duplicate", duplicated.kinds, "_"),
                action=policy.duplicates.action,
                survivor=duplicated.survivors,
                kind=duplicated.kinds,
                similarity=duplicated.similarity,
            ),
        )
    if placed is not None:
        count = len(placed.leaving)
        told = {"reason": placed.reasons, "text_value": placed.between, "survivor": placed.survivors}
        yield placed.leaving, _structs(count, rule=SPLITS, action="drop", **told)


def _of_rule(name: str, source: str, rule: Rule, verdict: Verdict, measured: Measured) -> tuple[Ints, pa.StructArray]:
    rows = np.flatnonzero(verdict.failed)
    low, high = measured.reasons[source]
    names = pa.array([low, high, f"{rule.signal}_undefined", f"{rule.signal}_not_allowed"], pa.string())
    what = np.where(verdict.below, 0, 1 if rule.one_of is None else 3)
    what = np.where(verdict.nulls, 2, what)[rows]
    return rows, _structs(
        len(rows),
        rule=name,
        reason=rule.reason or names.take(pa.array(what)),
        signal=source,
        value=verdict.values[rows],
        text_value=verdict.texts.take(pa.array(rows)) if verdict.texts is not None else None,
        minimum=verdict.minimum[rows],
        maximum=verdict.maximum[rows],
        margin=verdict.margin[rows],
        action=rule.action,
    )


def _of_spans(name: str, source: str, rule: Rule, spans: SpanVerdict) -> tuple[Ints, pa.StructArray]:
    return spans.rows, _structs(
        len(spans.rows),
        rule=name,
        reason=rule.reason or rule.signal,
        signal=source,
        value=spans.scores,
        text_value=spans.labels,
        minimum=spans.minimum,
        margin=spans.scores - spans.minimum,
        action=rule.action,
        start=spans.start,
        end=spans.end,
    )


def _of_undefined(name: str, source: str, rule: Rule, rows: Ints) -> tuple[Ints, pa.StructArray]:
    reason = rule.reason or f"{rule.signal}_undefined"
    return rows, _structs(len(rows), rule=name, reason=reason, signal=source, action=rule.action)


def _structs(count: int, **given: Any) -> pa.StructArray:
    """`REASON` structs from arrays and constants by field; NaN is null, and so is a field not given."""
    arrays = []
    for field in REASON:
        value = given.get(field.name)
        if value is None:
            arrays.append(pa.nulls(count, field.type))
        elif isinstance(value, str):
            arrays.append(pa.repeat(pa.scalar(value, field.type), count))
        elif isinstance(value, np.ndarray):
            arrays.append(pa.array(value, field.type, from_pandas=True))
        else:
            arrays.append(value)
    return pa.StructArray.from_arrays(arrays, fields=list(REASON))
