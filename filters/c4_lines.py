"""The kernel behind `filters.c4` that judges: a verdict for every line, and what the source sees in it."""

import numpy as np

from filters.c4_citations import count_citations, without_citations
from filters.characters import WHITE_SPACE
from filters.compiled import ZERO, inner, kernel
from filters.cuts import Bytes, Ints
from filters.phrase_groups import PhraseGroups, find_groups
from filters.utf8 import decode

__all__ = ["BRACKET_LINE", "KEPT", "LOREM_LINE", "judge_lines"]

KEPT, EMPTY, LONG_WORD, NO_END_MARK, FEW_WORDS, JAVASCRIPT, POLICY = range(7)
LOREM_LINE, BRACKET_LINE = 1, 2  # what a line had when the source would have asked

Pieces = tuple[Ints, Ints, Ints]
_HAS_LOREM, _HAS_JAVASCRIPT, _HAS_BRACKET, _HAS_POLICY, _HAS_OPEN = 1, 2, 4, 8, 16  # groups of phrases, in this order
_DOT, _CLOSE = b".]"


@kernel
def judge_lines(
    data: Bytes,
    lines: Pieces,
    words: Pieces,
    classes: Bytes,
    marks: Ints,
    limits: tuple[int, int, bool, bool],
    phrases: PhraseGroups,
) -> tuple[Ints, Ints, Ints, Bytes]:
    """The code of every line's fate, its words, the citations in it if it stays, and what else was seen in it.

    A line is read byte by byte only where its words and its end have not dropped it already.
    """
    rows, starts, ends = lines
    codes, counts = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    citations, seen = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.uint8)
    fewest, longest, with_citations, ellipsis = limits
    for row in range(len(rows) - 1):
        word = words[0][row]
        for line in range(rows[row], rows[row + 1]):
            first, long_word = word, False
            while word < words[0][row + 1] and words[1][word] < ends[line]:
                if words[2][word] - words[1][word] > longest:
                    long_word |= _characters(data, words[1][word], words[2][word]) > longest
                word += 1
            counts[line] = count = word - first
            if count == 0:
                codes[line] = EMPTY
                continue
            if long_word:
                codes[line] = LONG_WORD
                continue
            left, start, end = data, words[1][first], words[2][word - 1]
            cited = data[end - 1] == _CLOSE  # only then can the line end otherwise without its citations
            if len(marks) and not cited and not _ends_in(data, start, end, marks, ellipsis):
                codes[line] = NO_END_MARK
                continue
            if not cited and count < fewest:
                codes[line] = FEW_WORDS
                continue
            found = find_groups(data, start, end, phrases)
            if found & _HAS_OPEN:
                citations[line] = count_citations(data, start, end, classes)
                if citations[line]:
                    left = without_citations(data, start, end, classes)
                    start, end = ZERO, len(left)
                    if not with_citations:
                        count = _count_words(left, classes)
                    found = find_groups(left, start, end, phrases)
            if len(marks) and not _ends_in(left, start, end, marks, ellipsis):
                codes[line] = NO_END_MARK
            elif count < fewest:
                codes[line] = FEW_WORDS
            else:
                seen[line] = LOREM_LINE * (found & _HAS_LOREM != 0)
                if found & _HAS_JAVASCRIPT:
                    codes[line] = JAVASCRIPT
                else:
                    seen[line] |= BRACKET_LINE * (found & _HAS_BRACKET != 0)
                    if found & _HAS_POLICY:
                        codes[line] = POLICY
            if codes[line] != KEPT:
                citations[line] = 0
    return codes, counts, citations, seen


@kernel
def _characters(data: Bytes, start: int, end: int) -> int:
    count = 0
    for here in range(start, end):
        count += (data[here] & 0xC0) != 0x80
    return count


@inner
def _count_words(data: Bytes, classes: Bytes) -> int:
    count, inside, here = 0, False, 0
    while here < len(data):
        code, width = decode(data, here)
        solid = classes[code] & WHITE_SPACE == 0
        count += solid and not inside
        inside = solid
        here += width
    return count


@inner
def _ends_in(data: Bytes, start: int, end: int, marks: Ints, ellipsis: bool) -> bool:
    """Whether the last character is one of the marks, and the last three are not `...`, unless that may be."""
    last = end - 1
    while last > start and data[last] & 0xC0 == 0x80:
        last -= 1
    if last < start:
        return False
    dots = end - start >= 3 and data[end - 1] == _DOT and data[end - 2] == _DOT and data[end - 3] == _DOT
    if dots and not ellipsis:
        return False
    code, _ = decode(data, last)
    found = False
    for mark in marks:
        found |= bool(mark == code)
    return found
