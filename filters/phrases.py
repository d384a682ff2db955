"""Fixed phrases in a stretch of bytes, ASCII letters compared without case."""

from collections.abc import Sequence

import numpy as np

from filters.compiled import inner
from filters.cuts import Bytes, Ints

__all__ = ["Phrases", "has_phrase", "packed"]

Phrases = tuple[Bytes, Ints, Bytes]
"""Phrases one after the other in lower case, where each begins, and 1 for every byte that begins one."""


def packed(phrases: Sequence[str]) -> Phrases:
    """The phrases as kernels take them; letters that are not ASCII are compared as they are."""
    encoded = [phrase.lower().encode() for phrase in phrases]
    bounds = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    letters = np.frombuffer(b"".join(encoded), np.uint8)
    firsts = np.zeros(256, np.uint8)
    for phrase in phrases:
        for first in (phrase.lower(), phrase.upper()):
            firsts[first.encode()[0]] = 1
    return letters, bounds, firsts


@inner
def has_phrase(data: Bytes, start: int, end: int, phrases: Phrases) -> bool:
    """Whether one of the phrases stands in ``data[start:end]``."""
    letters, bounds, firsts = phrases
    for here in range(start, end):
        if firsts[data[here]] == 0:
            continue
        first = _lower(data[here])
        for phrase in range(len(bounds) - 1):
            begin, length = bounds[phrase], bounds[phrase + 1] - bounds[phrase]
            if letters[begin] != first or here + length > end:
                continue
            matched = 1
            while matched < length and _lower(data[here + matched]) == letters[begin + matched]:
                matched += 1
            if matched == length:
                return True
    return False


@inner
def _lower(byte: int) -> int:
    return byte | 0x20 if 65 <= byte <= 90 else byte
