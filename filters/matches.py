"""Places that a pattern was found at, as spans."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.signals import SPANS

__all__ = ["match_spans"]

Ints = npt.NDArray[np.int64]


def match_spans(bounds: Ints, starts: Ints, ends: Ints, labels: pa.StringArray) -> pa.ListArray:
    """The matches of every row as `SPANS` of unit ``match`` and score 1.

    Args:
        bounds: first match of each row, length n + 1.
        starts: first code point of each match, sorted within its row.
        ends: one past its last.
        labels: what was found.
    """
    count = len(starts)
    fields = [
        pa.array(starts, pa.int64()),
        pa.array(ends, pa.int64()),
        labels,
        pa.array(np.ones(count)),
        pa.repeat("match", count),
    ]
    structs = pa.StructArray.from_arrays(fields, fields=list(SPANS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=SPANS)
