"""The kernel behind `filters.c4` that edits: what follows from the verdicts on the lines."""

import numpy as np

from filters.c4_citations import citation_length, solid_part
from filters.c4_lines import KEPT, POLICY
from filters.compiled import ZERO, inner, kernel
from filters.cuts import Bytes, Ints

__all__ = ["BOUNDARY", "line_edits"]

SPACE, CITATION, BOUNDARY = range(POLICY + 1, POLICY + 4)

Pieces = tuple[Ints, Ints, Ints]
_LINE_FEED = 10


@kernel
def line_edits(
    data: Bytes, lines: Pieces, words: Pieces, classes: Bytes, codes: Ints, citations: Ints
) -> tuple[Ints, Ints, Ints]:
    """First edit of each row; start and end byte of every edit, in turn; the code of every edit.

    A dropped line goes with the boundary behind it or, behind the last line that stays, with the one before it. The
    page is stripped at last: lines of nothing but citations are dropped where it begins or ends, which `codes` then
    says too.
    """
    rows, starts, ends = lines
    room = 4 * len(codes)
    for count in citations:
        room += 2 * count
    bounds, places, reasons = np.zeros(len(rows), np.int64), np.empty(2 * room, np.int64), np.empty(room, np.int64)
    count = ZERO
    for row in range(len(rows) - 1):
        first, last = _solid_lines(data, lines, row, classes, codes, citations)
        word = words[0][row]
        for line in range(rows[row], rows[row + 1]):
            start, end = starts[line], ends[line]
            behind = starts[line + 1] if line + 1 < rows[row + 1] else end  # one past the boundary behind
            begin = word
            while word < words[0][row + 1] and words[1][word] < end:
                word += 1
            if codes[line] != KEPT:
                if rows[row] <= last < line:
                    start = ends[line - 1]
                else:
                    end = behind
                count = _add(start, end, codes[line], places, reasons, count)
                continue
            solid = words[1][begin], words[2][word - 1]
            count = _add(start, solid[0], SPACE, places, reasons, count)
            if citations[line]:
                count = _trim(data, solid, classes, line == first, line == last, places, reasons, count)
            feed = end if line == last or end == behind else behind - 1
            if feed > end and data[feed] == _LINE_FEED:  # a carriage return goes as white space does
                count = _add(solid[1], feed, SPACE, places, reasons, count)
            else:
                count = _add(solid[1], end, SPACE, places, reasons, count)
                if line < last and not (behind == end + 1 and data[end] == _LINE_FEED):
                    count = _add(end, behind, BOUNDARY, places, reasons, count)
        bounds[row + 1] = count
    return bounds, places[: 2 * count], reasons[:count]


@inner
def _solid_lines(data: Bytes, lines: Pieces, row: int, classes: Bytes, codes: Ints, citations: Ints) -> tuple[int, int]:
    """The first and the last line of a row that stay; those before and behind that hold only citations are dropped."""
    rows, starts, ends = lines
    first, last = rows[row], rows[row + 1] - 1
    while first < rows[row + 1] and not _stays(data, starts[first], ends[first], classes, codes, citations, first):
        first += 1
    while last >= first and not _stays(data, starts[last], ends[last], classes, codes, citations, last):
        last -= 1
    return first, last if last >= first else rows[row] - 1


@inner
def _stays(data: Bytes, start: int, end: int, classes: Bytes, codes: Ints, citations: Ints, line: int) -> bool:
    """Whether a line was kept and more than citations is left of it; if only that was wrong, it is dropped now."""
    if codes[line] == KEPT and citations[line] and solid_part(data, start, end, classes)[0] == end:
        codes[line] = CITATION
    return bool(codes[line] == KEPT)


@kernel
def _add(start: int, end: int, code: int, places: Ints, reasons: Ints, count: int) -> int:
    if end > start:
        places[2 * count], places[2 * count + 1], reasons[count] = start, end, code
        count += 1
    return count


@inner
def _trim(
    data: Bytes, line: tuple[int, int], classes: Bytes, front: bool, back: bool, places: Ints, reasons: Ints, count: int
) -> int:
    """Edits for the citations of a line that stays and, where the page begins or ends, for the white space left."""
    start, end = line
    first, last = solid_part(data, start, end, classes)
    first, last = first if front else start, last if back else end
    here = start
    while here < end:
        length, code = citation_length(data, here, end, classes), CITATION
        if length == 0 and here < first:
            code = SPACE
            while here + length < first and citation_length(data, here + length, end, classes) == 0:
                length += 1
        elif length == 0 and here >= last:
            code = SPACE
            while here + length < end and citation_length(data, here + length, end, classes) == 0:
                length += 1
        if length:
            count = _add(here, here + length, code, places, reasons, count)
        here += max(length, 1)
    return count
