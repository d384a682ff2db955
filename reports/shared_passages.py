"""The passages that two texts share: runs of words, in the normal form by which near duplicates are found.

Every run of `PASSAGE_WORDS` words that stands in both texts is shared, and runs that overlap or touch are one passage.
So a passage may be longer than any one run of the other text. Words are those of `filters.shingles`: case, accents,
punctuation and which digits a number has make no difference. All of it takes time linear in the texts.
"""

import numpy as np
import numpy.typing as npt

from filters.shingles import normal_characters

__all__ = ["PASSAGE_WORDS", "shared_passages"]

PASSAGE_WORDS = 5

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

REMOVED, ALONE = -2, 1 << 24  # as the kernels of `filters.shingles` read its table
ZERO = ord("0")
IN_WORD, IN_RUN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
SHIFT, MIX = np.uint64(32), np.uint64(0xFF51AFD7ED558CCD)


def shared_passages(one: str, other: str, words: int = PASSAGE_WORDS) -> tuple[list[tuple[int, int]], ...]:
    """Start and end of every shared passage in each of two texts, in code points, ascending.

    A text of fewer words is one run of all it has.

    Args:
        one: a text.
        other: the other.
        words: of the shortest passage.
    """
    cut = [_words(text) for text in (one, other)]
    length = min(words, *(len(hashes) for _, _, hashes in cut))
    if length == 0:
        return [], []
    runs = [_runs(hashes, length) for _, _, hashes in cut]
    return tuple(
        _passages(starts, ends, np.isin(runs[side], runs[1 - side]), length)
        for side, (starts, ends, _) in enumerate(cut)
    )


def _words(text: str) -> tuple[Ints, Ints, Hashes]:
    """Where each word starts and ends, and its hash."""
    codes = normal_characters()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    places = np.flatnonzero(codes != REMOVED)
    codes = codes[places]
    again = np.append(False, (codes[1:] == ZERO) & (codes[:-1] == ZERO))[: len(codes)]  # of a number the first digit
    inside, alone = codes >= 0, (codes >= 0) & (codes & ALONE > 0)
    before = np.append(False, inside[:-1] & ~alone[:-1])[: len(codes)]  # a word that this character can go on with
    begins = np.flatnonzero(inside & (alone | ~before))
    stops = np.append(begins[1:], len(codes))
    if len(begins) == 0:
        return begins, begins, np.empty(0, np.uint64)
    counted = (inside & ~again).astype(np.int64)
    number = np.cumsum(counted) - 1
    spread = number - np.repeat(number[begins], stops - begins) if begins[0] == 0 else None
    if spread is None:
        spread = number.copy()
        spread[begins[0] :] -= np.repeat(number[begins], stops - begins)
    weights = _powers(IN_WORD, int(np.where(inside, spread, 0).max(initial=0)) + 1)
    values = np.where(counted > 0, codes.astype(np.uint64) + np.uint64(1), np.uint64(0))
    hashes = np.add.reduceat(values * weights[np.where(inside, spread, 0)], begins)
    hashes = (hashes ^ (hashes >> SHIFT)) * MIX
    lasts = np.searchsorted(np.flatnonzero(inside), stops, side="left") - 1
    return places[begins], places[np.flatnonzero(inside)[lasts]] + 1, hashes ^ (hashes >> SHIFT)


def _powers(base: np.uint64, count: int) -> Hashes:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


def _runs(hashes: Hashes, length: int) -> Hashes:
    """A hash of every so many words in a row."""
    count = len(hashes) - length + 1
    found = np.zeros(count, np.uint64)
    for place in range(length):
        found = found * IN_RUN + hashes[place : place + count]
    return found


def _passages(starts: Ints, ends: Ints, shared: npt.NDArray[np.bool_], length: int) -> list[tuple[int, int]]:
    """The stretches of the text that shared runs cover."""
    covered = np.zeros(len(starts) + 1, np.int64)
    firsts = np.flatnonzero(shared)
    np.add.at(covered, firsts, 1)
    np.add.at(covered, firsts + length, -1)
    words = np.append(np.cumsum(covered[:-1]) > 0, False)
    edges = np.flatnonzero(np.diff(words.astype(np.int8), prepend=0))
    return [(int(starts[a]), int(ends[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
