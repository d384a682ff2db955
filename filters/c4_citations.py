"""Marks that C4 cuts out of lines: ``[1]``, ``[]``, ``[edit]``, ``[citation needed]``."""

import numpy as np

from filters.characters import DIGIT, WHITE_SPACE
from filters.compiled import inner, making
from filters.cuts import Bytes
from filters.utf8 import decode

__all__ = ["citation_length", "count_citations", "solid_part", "without_citations"]

_OPEN, _CLOSE = b"[]"
_EDIT = np.frombuffer(b"[edit]", np.uint8)
_NEEDED = np.frombuffer(b"[citation needed]", np.uint8)


@making
def citation_length(data: Bytes, here: int, end: int, classes: Bytes) -> int:
    """The length of the citation that begins here; 0 where none does."""
    if data[here] != _OPEN:
        return 0
    digit = here + 1
    while digit < end:
        code, width = decode(data, digit)
        if not classes[code] & DIGIT:
            break
        digit += width
    if digit < end and data[digit] == _CLOSE:
        return digit + 1 - here
    for phrase in (_EDIT, _NEEDED):
        if here + len(phrase) <= end and np.all(data[here : here + len(phrase)] == phrase):
            return len(phrase)
    return 0


@inner
def count_citations(data: Bytes, start: int, end: int, classes: Bytes) -> int:
    """How many citations a stretch holds."""
    count, here = 0, start
    while here < end:
        length = citation_length(data, here, end, classes)
        count += length > 0
        here += max(length, 1)
    return count


@making
def without_citations(data: Bytes, start: int, end: int, classes: Bytes) -> Bytes:
    """The bytes of a stretch that are in no citation."""
    left = np.empty(end - start, np.uint8)
    size, here = 0, start
    while here < end:
        length = citation_length(data, here, end, classes)
        if length == 0:
            left[size] = data[here]
            size += 1
        here += max(length, 1)
    return left[:size]


@inner
def solid_part(data: Bytes, start: int, end: int, classes: Bytes) -> tuple[int, int]:
    """Where the first character that is neither white space nor in a citation begins, and the last ends."""
    first, last, here = end, start, start
    while here < end:
        length = citation_length(data, here, end, classes)
        if length:
            here += length
            continue
        code, width = decode(data, here)
        if not classes[code] & WHITE_SPACE:
            first = min(first, here)
            last = here + width
        here += width
    return first, last
