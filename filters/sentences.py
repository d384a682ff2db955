"""Where sentences end, by a rule that needs no model."""

import numpy as np

from filters.characters import ALPHABETIC, DIGIT, WHITE_SPACE
from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["SENTENCE", "count_sentences"]

SENTENCE = (
    "ends of sentences, each with a letter or digit since the one before: line ends; any of 。！？｡।॥؟۔; "
    "a run of . ? ! … and closing quotes or brackets before white space or the end, but not a single . after a "
    "word of one letter or before a lower-case ASCII letter"
)
"""The rule in a line, as a formula."""

_LINE_FEED, _DOT = 10, 46
_MARKS = tuple(map(ord, ".?!…"))
_FULL_MARKS = tuple(map(ord, "。！？｡।॥؟۔"))
_CLOSING = tuple(map(ord, "\"')]}»”’›」』）】》"))


@kernel
def count_sentences(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """The sentences of every text, by the rule `SENTENCE`."""
    counts = np.zeros(len(offsets) - 1, np.int64)
    for row in range(len(counts)):
        here, stop = offsets[row], offsets[row + 1]
        filled, word, letters = False, 0, 0  # of the word that ends here: its characters, and letters among them
        while here < stop:
            code, width = decode(data, here)
            kind = classes[code]
            here += width
            if kind & (ALPHABETIC | DIGIT):
                filled = True
                word += 1
                letters += (kind & ALPHABETIC) != 0
                continue
            ends = code == _LINE_FEED or code in _FULL_MARKS
            if code in _MARKS:
                initial = code == _DOT and word == 1 and letters == 1
                ends, here = _ends_after(data, here, stop, classes, initial, code == _DOT)
            if ends and filled:
                counts[row] += 1
                filled = False
            word, letters = 0, 0
        counts[row] += filled
    return counts


@kernel
def _ends_after(data: Bytes, here: int, stop: int, classes: Bytes, initial: bool, dot: bool) -> tuple[bool, int]:
    """Whether a sentence ends after a mark that `here` follows, and where its marks and closing characters end."""
    single, closing = True, False
    while here < stop:
        code, width = decode(data, here)
        if code in _CLOSING:
            closing = True
        elif code in _MARKS and not closing:
            single = False
        else:
            break
        here += width
    if here == stop:
        return True, here
    code, width = decode(data, here)
    if not classes[code] & WHITE_SPACE:
        return False, here
    if single and initial and not closing:
        return False, here
    return not (single and dot and not closing and _goes_on(data, here, stop, classes)), here


@kernel
def _goes_on(data: Bytes, here: int, stop: int, classes: Bytes) -> bool:
    """Whether the next word of the line begins with a lower-case ASCII letter."""
    while here < stop and data[here] != _LINE_FEED:
        code, width = decode(data, here)
        if not classes[code] & WHITE_SPACE:
            return bool(97 <= code <= 122)
        here += width
    return False
