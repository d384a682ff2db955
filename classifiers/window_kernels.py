"""The kernels behind `classifiers.windows`: sentences, estimates of their tokens, and what is packed together."""

import numpy as np

from filters.characters import WHITE_SPACE
from filters.compiled import ZERO, inner, kernel
from filters.cuts import Bytes, Ints
from filters.sentences import sentence_end
from filters.stretches import trimmed

__all__ = ["cut"]

_SPACE, _LETTER, _DIGIT, _MARK, _FOREIGN, _CONTINUED = range(6)
_LONGEST = 31  # where the tables of costs end

_KINDS = np.full(256, _MARK, np.int64)
_KINDS[:33] = _SPACE
_KINDS[[*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]] = _LETTER
_KINDS[[*range(ord("0"), ord("9") + 1)]] = _DIGIT
_KINDS[0x80:0xC0] = _CONTINUED
_KINDS[0xC3] = _LETTER  # letters of Latin-1, which lose their accents
_KINDS[0xC4:0xE0] = _FOREIGN  # letters of two bytes: Latin Extended, Greek, Cyrillic, Hebrew, Arabic
"""What a byte is to the estimate. A mark is a token of its own: ASCII's, and every character from U+0800 on."""

_COSTS = np.zeros((5, _LONGEST + 1), np.int64)
_COSTS[_LETTER] = [100, 0, 3, 2, 5, 8, 10, 18, 7, 9, 4, 12, 43, 72, 98, *[45] * 17]
_COSTS[_DIGIT] = [100, 0, 21, 19, *[70] * 28]
_COSTS[_MARK] = 100
_COSTS[_FOREIGN] = 70
"""What each byte of a run of one kind adds to the estimate, in hundredths of a token.

Sums are the mean numbers of word pieces that the vocabulary of BERT (uncased, English) makes of runs of that length in
255 English web pages: 1 for two letters, 1.46 for eight, 3.9 for fifteen. Packed to nine tenths of 126 tokens, 2.5% of
the windows of 2,036 such pages have more than 126 after all, and the mean one has 100.
"""


@kernel
def cut(offsets: Ints, data: Bytes, classes: Bytes, wanted: Bytes, budget: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The windows of the texts that are wanted, and the sentences in them.

    Args:
        offsets: first byte of each of n texts, and the end of the last.
        data: UTF-8.
        classes: of characters (`filters.characters.character_classes`).
        wanted: 0 for a text that has no windows.
        budget: the most that the estimate of a window may be, in hundredths of a token; several tokens at least.

    Returns:
        First window of each text (length n + 1); first sentence of each window (one more than there are); first byte
        and one past the last of every sentence, white space at its ends left out.
    """
    rows = np.zeros(len(offsets), np.int64)
    room = 1  # a sentence has a letter and, but for the last, an end; part and next part of a long one are longer
    for row in range(len(offsets) - 1):
        room += (offsets[row + 1] - offsets[row]) // 2 + 1 if wanted[row] else 0
    firsts, starts, ends = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    sentences, windows = 0, 0
    for row in range(len(offsets) - 1):
        here, stop = offsets[row], offsets[row + 1]
        begun, held = False, ZERO  # whether the text has a window, and the estimate of its last
        while wanted[row] and here < stop:
            start = here
            here, filled = sentence_end(data, offsets[row], here, stop, classes)
            if not filled and not begun:
                break
            start, end = trimmed(data, start, here, classes, WHITE_SPACE)
            cost = estimated(data, start, end)
            fits = cost <= budget
            while start < end:
                until = after = end
                if not fits:
                    until, cost = part(data, start, end, budget)
                    after = trimmed(data, until, end, classes, WHITE_SPACE)[0]
                    until = trimmed(data, start, until, classes, WHITE_SPACE)[1]
                if not begun or held + cost > budget:
                    firsts[windows] = sentences
                    windows += 1
                    begun, held = True, ZERO
                held += cost
                starts[sentences], ends[sentences] = start, until
                sentences += 1
                start = after
        rows[row + 1] = windows
    firsts[windows] = sentences
    return rows, firsts[: windows + 1].copy(), starts[:sentences].copy(), ends[:sentences].copy()


@inner
def estimated(data: Bytes, start: int, end: int) -> int:
    """The estimate of a stretch of bytes, in hundredths of a token."""
    cost, before, run = ZERO, ZERO, ZERO
    for here in range(start, end):
        kind = _KINDS[data[here]]
        if kind != _CONTINUED:
            run = min(run + 1, _LONGEST) if kind == before else ZERO
            before = kind
            cost += _COSTS[kind, run]
    return cost


@inner
def part(data: Bytes, start: int, end: int, budget: int) -> tuple[int, int]:
    """Where the part of a sentence ends that the budget has room for, and its estimate.

    It ends at white space, or where there is none in reach, between two characters; it has one character at least.
    """
    here, space = start, start  # the last white space
    cost, cost_there = ZERO, ZERO  # the estimate, and the same up to there
    before, run = ZERO, ZERO
    while here < end:
        kind = _KINDS[data[here]]
        if kind != _CONTINUED:
            run = min(run + 1, _LONGEST) if kind == before else ZERO
            before = kind
            if kind == _SPACE:
                space, cost_there = here, cost
            added = _COSTS[kind, run]
            if cost + added > budget and here > start:
                return (space, cost_there) if space > start else (here, cost)
            cost += added
        here += 1
    return end, cost
