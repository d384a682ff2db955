"""Deciding: from findings and lost elections to one action a document, its reasons, edits and tags."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.decisions import DECISIONS, SPAN_EDITS
from filters.judging import Findings
from filters.measured import Measured
from filters.policy import Policy
from filters.reasons import Duplicated, reasons_of
from filters.splits import Placed

__all__ = ["Decided", "decide_batch"]

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Decided:
    """A batch with its fate.

    Attributes:
        decisions: in the columns of `filters.decisions.DECISIONS`.
        kept: documents that are kept.
        duplicate: documents that lost an election, whatever the policy does with them.
        leaving: documents that no split can take.
    """

    decisions: pa.RecordBatch
    kept: Bools
    duplicate: Bools
    leaving: Bools


def decide_batch(
    policy: Policy,
    measured: Measured,
    documents: pa.RecordBatch,
    findings: Findings,
    duplicated: Duplicated | None,
    placed: Placed | None = None,
) -> Decided:
    """Decide over a batch.

    Args:
        policy: the rules.
        measured: how the annotations came about.
        documents: columns ``row`` and ``id``.
        findings: `filters.judging.judge_batch` of the same rows.
        duplicated: losers of elections among these rows, None where duplicates are not judged.
        placed: the splits of these rows, None where the corpus is not divided.
    """
    count = documents.num_rows
    duplicate = np.zeros(count, np.bool_)
    if duplicated is not None:
        duplicate[duplicated.places] = True
    leaving = np.zeros(count, np.bool_)
    if placed is not None:
        leaving[placed.leaving] = True
    dropped = duplicate if policy.duplicates is not None and policy.duplicates.action == "drop" else np.False_
    kept = findings.passes & ~dropped & ~leaving
    columns = [
        documents.column("row"),
        documents.column("id"),
        pa.array(np.where(kept, "keep", "drop"), pa.string()),
        reasons_of(policy, measured, findings, duplicated, placed, count),
        _edits_of_kept(findings.edits, kept),
        _tags(policy, findings, duplicate, kept),
        pa.nulls(count, pa.string()) if placed is None else placed.of_kept(kept),
    ]
    arrays = [array.cast(field.type) for array, field in zip(columns, DECISIONS, strict=True)]
    return Decided(pa.RecordBatch.from_arrays(arrays, schema=DECISIONS), kept, duplicate, leaving)


def _edits_of_kept(edits: pa.ListArray, kept: Bools) -> pa.ListArray:
    """A dropped document keeps its text as extracted, and so has no edits."""
    return pc.if_else(pa.array(kept), edits, pa.scalar([], edits.type)).cast(SPAN_EDITS)


def _tags(policy: Policy, findings: Findings, duplicate: Bools, kept: Bools) -> pa.ListArray:
    """The tags of kept documents, in the order of the rules, none twice."""
    fired: dict[str, Bools] = {}
    for _, rule, verdict in findings.outcomes:
        if rule.action == "tag":
            tag = rule.tag or rule.name
            fired[tag] = fired.get(tag, np.False_) | verdict.failed
    if policy.duplicates is not None and policy.duplicates.action == "tag":
        fired["duplicate"] = fired.get("duplicate", np.False_) | duplicate
    if not fired:
        return pa.ListArray.from_arrays(pa.array(np.zeros(len(kept) + 1), pa.int32()), pa.array([], pa.string()))
    table = np.column_stack(list(fired.values())) & kept[:, None]
    rows, which = np.nonzero(table)
    bounds = np.searchsorted(rows, np.arange(len(kept) + 1))
    return pa.ListArray.from_arrays(
        pa.array(bounds, pa.int32()), pa.array(list(fired), pa.string()).take(pa.array(which))
    )
