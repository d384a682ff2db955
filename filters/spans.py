"""Span actions: which stretches of a text are taken out or masked, once overlaps are merged."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.compiled import kernel
from filters.decisions import SPAN_EDITS
from filters.policy import Rule
from filters.rules import SpanVerdict

__all__ = ["span_edits"]

Ints = npt.NDArray[np.int64]


def span_edits(verdicts: list[tuple[str, Rule, SpanVerdict]], row_count: int) -> pa.ListArray:
    """The edits that remove and mask rules make, at most one for any character.

    Overlapping spans merge into one edit; removing wins over masking, then the rule that stands
    first; its token replaces the whole merged stretch. Spans that only touch stay two.

    Args:
        verdicts: (``step/rule``, rule, spans) in the order of the policy; other actions are passed over.
        row_count: documents in the batch.

    Returns:
        For each document its edits by place, type `filters.decisions.SPAN_EDITS`.
    """
    acting = [v for v in verdicts if v[1].action in ("remove", "mask")]
    acting.sort(key=lambda v: v[1].action == "mask")  # stable: removing first, then the policy's order
    rank = np.concatenate([np.full(len(v.rows), i, np.int64) for i, (_, _, v) in enumerate(acting)] or [_none()])
    rows, start, end = (
        np.concatenate([getattr(v, name) for _, _, v in acting] or [_none()]) for name in ("rows", "start", "end")
    )
    filled = end > start
    rank, rows, start, end = rank[filled], rows[filled], start[filled], end[filled]
    order = np.lexsort((end, start, rows))
    rows, start, end, rank = _merge(rows[order], start[order], end[order], rank[order])
    tokens = pa.array([rule.token if rule.action == "mask" else "" for _, rule, _ in acting], pa.string())
    names = pa.array([name for name, _, _ in acting], pa.string())
    winner = pa.array(rank, pa.int64())
    bounds = np.searchsorted(rows, np.arange(row_count + 1))
    edits = pa.StructArray.from_arrays(
        [pa.array(start), pa.array(end), tokens.take(winner), names.take(winner)], fields=list(SPAN_EDITS.value_type)
    )
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), edits).cast(SPAN_EDITS)


def _none() -> Ints:
    return np.empty(0, np.int64)


@kernel
def _merge(rows: Ints, start: Ints, end: Ints, rank: Ints) -> Any:
    last = -1
    rows, start, end, rank = rows.copy(), start.copy(), end.copy(), rank.copy()
    for span in range(len(rows)):
        if last >= 0 and rows[last] == rows[span] and start[span] < end[last]:
            end[last] = max(end[last], end[span])
            rank[last] = min(rank[last], rank[span])
        else:
            last += 1
            rows[last], start[last], end[last], rank[last] = rows[span], start[span], end[span], rank[span]
    return rows[: last + 1], start[: last + 1], end[: last + 1], rank[: last + 1]
