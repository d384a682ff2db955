"""Kernels that cleaners of whole lines share: a line without its edges, and the edits that drop lines."""

import numpy as np

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.stretches import trimmed

__all__ = ["drop_lines", "strip_lines"]

Lines = tuple[Ints, Ints, Ints]


@kernel
def strip_lines(data: Bytes, lines: Lines, classes: Bytes, edge: int) -> tuple[Ints, Ints]:
    """First byte and one past the last of every line without the characters of some classes at both ends."""
    _, starts, ends = lines
    firsts, lasts = np.empty_like(starts), np.empty_like(ends)
    for line in range(len(starts)):
        firsts[line], lasts[line] = trimmed(data, starts[line], ends[line], classes, edge)
    return firsts, lasts


@kernel
def drop_lines(lines: Lines, dropped: Bytes) -> tuple[Ints, Ints]:
    """First edit of each row, and start and end byte of every edit, in turn.

    A line goes with the line feed before it; before the first line that stays, with the one behind it.
    """
    rows, starts, ends = lines
    bounds, places, count = np.zeros(len(rows), np.int64), np.empty(2 * len(starts), np.int64), 0
    for row in range(len(rows) - 1):
        stays = False
        for line in range(rows[row], rows[row + 1]):
            if not dropped[line]:
                stays = True
                continue
            start, end = starts[line] - stays, ends[line] + (not stays and line + 1 < rows[row + 1])
            if end > start:
                places[2 * count], places[2 * count + 1] = start, end
                count += 1
        bounds[row + 1] = count
    return bounds, places[: 2 * count]
