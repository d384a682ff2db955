"""Stretches of texts cut at line feeds."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel

__all__ = ["lines_within"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@kernel
def lines_within(data: Bytes, rows: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Stretches of texts, cut at line feeds; empty lines are none."""
    breaks = 0
    for j in range(len(starts)):
        for here in range(starts[j], ends[j]):
            breaks += data[here] == 10
    line_rows, count = np.zeros(len(rows), np.int64), 0
    line_starts, line_ends = np.empty(breaks + len(starts), np.int64), np.empty(breaks + len(starts), np.int64)
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            first = starts[j]
            for here in range(starts[j], ends[j] + 1):
                if here == ends[j] or data[here] == 10:
                    if here > first:
                        line_starts[count], line_ends[count] = first, here
                        count += 1
                    first = here + 1
        line_rows[i + 1] = count
    return line_rows, line_starts[:count], line_ends[:count]
