"""The kernels behind `filters.c4`: a verdict for every line, then the edits that follow from the verdicts."""

import numpy as np

from filters.characters import WHITE_SPACE
from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.phrases import Phrases, has_phrase
from filters.utf8 import decode

__all__ = ["KEPT", "judge_lines", "line_edits"]

KEPT, EMPTY, LONG_WORD, NO_END_MARK, FEW_WORDS, JAVASCRIPT, POLICY, SPACE, CITATION = range(9)

Lines = tuple[Ints, Ints, Ints]
_DOT, _OPEN, _CLOSE = b".[]"
_EDIT = np.frombuffer(b"[edit]", np.uint8)
_NEEDED = np.frombuffer(b"[citation needed]", np.uint8)


@kernel
def judge_lines(
    data: Bytes,
    lines: Lines,
    classes: Bytes,
    marks: Ints,
    limits: tuple[int, int],
    javascript: Phrases,
    policy: Phrases,
) -> tuple[Ints, Ints, Ints]:
    """The code of every line's fate, its words, and the citations in it."""
    _, starts, ends = lines
    codes, words, citations = (
        np.zeros(len(starts), np.int64),
        np.zeros(len(starts), np.int64),
        np.zeros(len(starts), np.int64),
    )
    fewest, longest = limits
    for line in range(len(starts)):
        start, end, words[line], longest_word = _measure(data, starts[line], ends[line], classes)
        if words[line] == 0:
            codes[line] = EMPTY
            continue
        if longest_word > longest:
            codes[line] = LONG_WORD
            continue
        citations[line] = _count_citations(data, start, end)
        left, count = data, words[line]
        if citations[line]:
            left = _without_citations(data, start, end)
            start, end = 0, len(left)
            _, _, count, _ = _measure(left, start, end, classes)
        if len(marks) and not _ends_in(left, start, end, marks):
            codes[line] = NO_END_MARK
        elif count < fewest:
            codes[line] = FEW_WORDS
        elif has_phrase(left, start, end, javascript):
            codes[line] = JAVASCRIPT
        elif has_phrase(left, start, end, policy):
            codes[line] = POLICY
    return codes, words, citations


@kernel
def _measure(data: Bytes, start: int, end: int, classes: Bytes) -> tuple[int, int, int, int]:
    """Where the first word begins and the last ends, how many there are, and the characters of the longest."""
    first, last, words, characters, longest = end, end, 0, 0, 0
    here = start
    while here < end:
        code, width = decode(data, here)
        if classes[code] & WHITE_SPACE:
            characters = 0
        else:
            if characters == 0:
                words += 1
            if words == 1 and characters == 0:
                first = here
            characters += 1
            longest = max(longest, characters)
            last = here + width
        here += width
    return first, last, words, longest


@kernel
def _ends_in(data: Bytes, start: int, end: int, marks: Ints) -> bool:
    """Whether the last character is one of the marks, and the last three are not an ellipsis."""
    last = end - 1
    while last > start and data[last] & 0xC0 == 0x80:
        last -= 1
    if last < start:
        return False
    if end - start >= 3 and data[end - 1] == _DOT and data[end - 2] == _DOT and data[end - 3] == _DOT:
        return False
    code, _ = decode(data, last)
    found = False
    for mark in marks:
        found |= bool(mark == code)
    return found


@kernel
def _citation(data: Bytes, here: int, end: int) -> int:
    """The length of the citation that begins here; 0 where none does."""
    if data[here] != _OPEN:
        return 0
    digit = here + 1
    while digit < end and 48 <= data[digit] <= 57:
        digit += 1
    if digit < end and data[digit] == _CLOSE:
        return digit + 1 - here
    for phrase in (_EDIT, _NEEDED):
        if here + len(phrase) <= end and np.all(data[here : here + len(phrase)] == phrase):
            return len(phrase)
    return 0


@kernel
def _count_citations(data: Bytes, start: int, end: int) -> int:
    count, here = 0, start
    while here < end:
        length = _citation(data, here, end)
        count += length > 0
        here += max(length, 1)
    return count


@kernel
def _without_citations(data: Bytes, start: int, end: int) -> Bytes:
    left = np.empty(end - start, np.uint8)
    size, here = 0, start
    while here < end:
        length = _citation(data, here, end)
        if length == 0:
            left[size] = data[here]
            size += 1
        here += max(length, 1)
    return left[:size]


@kernel
def line_edits(
    data: Bytes, lines: Lines, classes: Bytes, codes: Ints, words: Ints, citations: Ints
) -> tuple[Ints, Ints, Ints]:
    """First edit of each row; start and end byte of every edit, in turn; the code of every edit.

    A dropped line goes with the line feed behind it or, behind the last line that stays, with the one before it.
    """
    rows, starts, ends = lines
    room = 2 * (len(codes) + citations.sum())
    bounds, places, reasons = np.zeros(len(rows), np.int64), np.empty(2 * room, np.int64), np.empty(room, np.int64)
    count = 0
    for row in range(len(rows) - 1):
        stays = rows[row + 1] - 1
        while stays >= rows[row] and codes[stays] != KEPT:
            stays -= 1
        for line in range(rows[row], rows[row + 1]):
            start, end = starts[line], ends[line]
            if codes[line] == KEPT and citations[line] == 0:
                first, last = _stripped(data, start, end, classes)
                count = _add(start, first, SPACE, places, reasons, count)
                count = _add(last, end, SPACE, places, reasons, count)
            elif codes[line] == KEPT:
                count = _trim(data, start, end, classes, places, reasons, count)
            elif rows[row] <= stays < line:
                count = _add(start - 1, end, codes[line], places, reasons, count)
            else:
                feed = line < rows[row + 1] - 1
                count = _add(start, end + feed, codes[line], places, reasons, count)
        bounds[row + 1] = count
    return bounds, places[: 2 * count], reasons[:count]


@kernel
def _add(start: int, end: int, code: int, places: Ints, reasons: Ints, count: int) -> int:
    if end > start:
        places[2 * count], places[2 * count + 1], reasons[count] = start, end, code
        count += 1
    return count


@kernel
def _stripped(data: Bytes, start: int, end: int, classes: Bytes) -> tuple[int, int]:
    """Where the first character of a line that is not white space begins, and the last ends; there is one."""
    code, width = decode(data, start)
    while classes[code] & WHITE_SPACE:
        start += width
        code, width = decode(data, start)
    last = end
    while True:
        last -= 1
        if data[last] & 0xC0 != 0x80:
            code, width = decode(data, last)
            if not classes[code] & WHITE_SPACE:
                return start, last + width


@kernel
def _trim(data: Bytes, start: int, end: int, classes: Bytes, places: Ints, reasons: Ints, count: int) -> int:
    """Edits for the citations of a line that stays and for the white space around what is left of it."""
    first, last = _solid(data, start, end, classes)
    here = start
    while here < end:
        length, code = _citation(data, here, end), CITATION
        if length == 0 and here < first:
            code = SPACE
            while here + length < first and _citation(data, here + length, end) == 0:
                length += 1
        elif length == 0 and here >= last:
            code = SPACE
            while here + length < end and _citation(data, here + length, end) == 0:
                length += 1
        if length:
            count = _add(here, here + length, code, places, reasons, count)
        here += max(length, 1)
    return count


@kernel
def _solid(data: Bytes, start: int, end: int, classes: Bytes) -> tuple[int, int]:
    """Where the first character that is neither white space nor in a citation begins, and the last ends."""
    first, last, here = end, start, start
    while here < end:
        length = _citation(data, here, end)
        if length:
            here += length
            continue
        code, width = decode(data, here)
        if not classes[code] & WHITE_SPACE:
            first = min(first, here)
            last = here + width
        here += width
    return first, last
