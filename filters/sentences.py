"""Where sentences end, by a rule that needs no model."""

import numpy as np

from filters.characters import ALPHABETIC, DIGIT, WHITE_SPACE
from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["SENTENCE", "count_sentences", "sentence_end"]

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


_EVENTS = np.zeros(256, np.uint8)
_EVENTS[[_LINE_FEED, *(chr(code).encode()[0] for code in (*_MARKS, *_FULL_MARKS))]] = 1
"""1 for every byte with which a character that may end a sentence begins."""


@kernel
def count_sentences(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """The sentences of every text, by the rule `SENTENCE`."""
    counts = np.zeros(len(offsets) - 1, np.int64)
    for row in range(len(counts)):
        here, stop = offsets[row], offsets[row + 1]
        while here < stop:
            here, filled = sentence_end(data, offsets[row], here, stop, classes)
            counts[row] += filled
    return counts


@inner
def sentence_end(data: Bytes, first: int, here: int, stop: int, classes: Bytes) -> tuple[int, bool]:
    """Where the sentence ends that begins at a place, and whether it has a letter or digit.

    None but the last can lack one. All is decided at the marks: whether there was a letter since the sentence began is
    looked up backwards from there, which mostly takes one step.

    Args:
        data: UTF-8.
        first: where the text begins.
        here: where the sentence does: at the start of the text, or where the sentence before it ended.
        stop: where the text ends.
        classes: of characters.
    """
    looked, filled = here, False  # nothing before `looked` is looked at again
    while here < stop:
        if not _EVENTS[data[here]]:
            here += 1
            continue
        code, width = decode(data, here)
        mark = code in _MARKS
        if not mark and code != _LINE_FEED and code not in _FULL_MARKS:
            here += width
            continue
        if not filled:
            filled = _has_letter(data, looked, here, classes)
        looked = after = here + width
        ends = True
        if mark:
            initial = code == _DOT and _is_initial(data, first, here, classes)
            ends, after = _ends_after(data, after, stop, classes, initial, code == _DOT)
        here = looked = after
        if ends and filled:
            return here, True
    return stop, filled or _has_letter(data, looked, stop, classes)


@kernel
def _before(data: Bytes, here: int) -> int:
    """Where the character before a place begins."""
    here -= 1
    while data[here] & 0xC0 == 0x80:
        here -= 1
    return here


@inner
def _has_letter(data: Bytes, start: int, end: int, classes: Bytes) -> bool:
    """Whether a letter or digit stands in a stretch, looked for from its end."""
    while end > start:
        end = _before(data, end)
        if classes[decode(data, end)[0]] & (ALPHABETIC | DIGIT):
            return True
    return False


@inner
def _is_initial(data: Bytes, first: int, here: int, classes: Bytes) -> bool:
    """Whether the word before a place is one letter."""
    if here == first:
        return False
    here = _before(data, here)
    if not classes[decode(data, here)[0]] & ALPHABETIC:
        return False
    return here == first or not classes[decode(data, _before(data, here))[0]] & (ALPHABETIC | DIGIT)


@inner
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


@inner
def _goes_on(data: Bytes, here: int, stop: int, classes: Bytes) -> bool:
    """Whether the next word of the line begins with a lower-case ASCII letter."""
    while here < stop and data[here] != _LINE_FEED:
        code, width = decode(data, here)
        if not classes[code] & WHITE_SPACE:
            return bool(97 <= code <= 122)
        here += width
    return False
