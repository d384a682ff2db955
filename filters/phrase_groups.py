"""Groups of fixed phrases in a stretch of bytes, compared as `str.lower` makes them: all in one pass over it.

The first characters of all phrases are followed at once as the bits of one number, so that a byte costs a look-up,
a shift and an and, whatever the phrases; only where such a beginning is complete is the phrase itself compared.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints

__all__ = ["PhraseGroups", "count_groups", "find_groups", "grouped"]

_BITS, _BEGINNING = 64, 4
_KELVIN = "\u212a"  # the only character that is not ASCII and whose lower case is: k
_KELVIN_BYTES = tuple(_KELVIN.encode())


class PhraseGroups(NamedTuple):
    """Phrases as kernels take them.

    Attributes:
        letters: the phrases in lower case, one after the other.
        bounds: where each begins in `letters`.
        groups: the number, from 0 to 62, of the group that each belongs to.
        accepts: for every byte, the bits of the places of beginnings at which it may stand.
        first: the bits of the first places.
        final: the bits of the last places.
        beginnings: bytes of each phrase that `accepts` follows.
    """

    letters: Bytes
    bounds: Ints
    groups: Ints
    accepts: npt.NDArray[np.uint64]
    first: np.uint64
    final: np.uint64
    beginnings: Ints


def grouped(*groups: Sequence[str]) -> PhraseGroups:
    """The phrases of all groups; in a text, letters that are not ASCII match only the lower-case ones of a phrase."""
    phrases = [phrase.lower().encode() for group in groups for phrase in group]
    numbers = [number for number, group in enumerate(groups) for _ in group]
    size = max(1, min(_BEGINNING, _BITS // max(len(phrases), 1)))
    beginnings = [max(1, len(phrase[:size].partition(b"k")[0])) for phrase in phrases]
    accepts, first, final = [0] * 256, 0, 0
    for rank, (phrase, length) in enumerate(zip(phrases, beginnings, strict=True)):
        bit = size * (rank % (_BITS // size))  # more than 64 phrases share bits: more is compared, all is found
        first |= 1 << bit
        final |= 1 << bit + length - 1
        for place in range(length):
            letter = phrase[place]
            for byte in {letter, *chr(letter).upper().encode()} if letter < 0x80 else {letter}:
                accepts[byte] |= 1 << bit + place
            if letter == ord("k"):
                accepts[_KELVIN_BYTES[0]] |= 1 << bit + place
    return PhraseGroups(
        np.frombuffer(b"".join(phrases), np.uint8),
        np.cumsum([0, *map(len, phrases)]).astype(np.int64),
        np.array(numbers, np.int64),
        np.array(accepts, np.uint64),
        np.uint64(first),
        np.uint64(final),
        np.array(beginnings, np.int64),
    )


@kernel
def count_groups(offsets: Ints, data: Bytes, phrases: PhraseGroups, groups: int) -> Ints:
    """How often the phrases of each group stand in each text; one row a group."""
    counts = np.zeros((groups, len(offsets) - 1), np.int64)
    for row in range(len(offsets) - 1):
        state, start, stop = np.uint64(0), offsets[row], offsets[row + 1]
        for here in range(start, stop):
            state = (state << np.uint64(1) | phrases.first) & phrases.accepts[data[here]]
            if state & phrases.final:
                for phrase in range(len(phrases.groups)):
                    begin = here + 1 - phrases.beginnings[phrase]
                    if begin >= start and _matches(data, begin, stop, phrases, phrase):
                        counts[phrases.groups[phrase], row] += 1
    return counts


@inner
def find_groups(data: Bytes, start: int, end: int, phrases: PhraseGroups) -> int:
    """A bit for each group that has a phrase in ``data[start:end]``."""
    state, found = np.uint64(0), 0
    for here in range(start, end):
        state = (state << np.uint64(1) | phrases.first) & phrases.accepts[data[here]]
        if state & phrases.final:
            for phrase in range(len(phrases.groups)):
                begin = here + 1 - phrases.beginnings[phrase]
                if begin >= start and _matches(data, begin, end, phrases, phrase):
                    found |= 1 << phrases.groups[phrase]
    return found


@kernel
def _matches(data: Bytes, here: int, end: int, phrases: PhraseGroups, phrase: int) -> bool:
    for letter in phrases.letters[phrases.bounds[phrase] : phrases.bounds[phrase + 1]]:
        if here >= end:
            return False
        byte, width = data[here], 1
        if 65 <= byte <= 90:
            byte |= 0x20
        elif byte == 0xE2 and here + 2 < end and data[here + 1] == 0x84 and data[here + 2] == 0xAA:
            byte, width = np.uint8(107), 3  # the Kelvin sign is a k
        if byte != letter:
            return False
        here += width
    return True
