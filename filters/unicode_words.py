"""Words by the default word boundaries of Unicode: UAX #29, revision 45 (Unicode 16.0.0), rules WB3 to WB999."""

import numpy as np
import numpy.typing as npt

from filters.characters import WHITE_SPACE
from filters.compiled import inner, kernel
from filters.utf8 import decode
from filters.word_break import END, HOLD, JOIN, LATE_CUT, PICTOGRAPH, START, transitions, word_break_classes

__all__ = ["cut_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

CLASS = 31  # the bits of the class in the table


def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> tuple[Ints, Ints, Ints]:
    """The pieces between word boundaries that are not white space alone.

    Punctuation is a word of its own, mark by mark (*...* is three), unless a rule joins it: *can't*, *3.14*,
    *a_b* and *www.x.org* are one word each, *well-known* is three. So there are more words than between white
    space, on English web pages 1.18 times as many, and limits made for one way do not fit the other. A zero-width
    space, a control character, or a combining mark with no character before it is not white space, and so a word.

    Languages that put no space between words are cut as the standard does without a dictionary:

    - Chinese: every ideograph is a word. Japanese: every ideograph and every hiragana; a run of katakana is one
      word. Korean has spaces, and a run of hangul is one word.
    - Thai, Lao, Khmer, Burmese: every letter is a word, together with the combining marks after it. A vowel that is
      a letter of its own, before its consonant or behind it (Thai *เ*, *า*), is a word as well.

    There a count of words is nearly a count of letters, several for each word of a dictionary, and their mean length
    is between 1 and 2 characters: a minimum number of words is soon reached, a minimum mean length never, and
    n-grams of words are n-grams of letters. Such languages want limits of their own.

    Args:
        offsets: first byte of each text and the end of the last.
        data: UTF-8.
        classes: of characters (`filters.characters.character_classes`), for what white space is.

    Returns:
        First word of each text and the number of all; start of each word in `data`; one past its end.
    """
    begins, ends = mark_words(offsets, data, classes, word_break_classes(), transitions())
    starts = np.flatnonzero(begins) + offsets[0]
    return np.searchsorted(starts, offsets), starts, np.flatnonzero(ends) + offsets[0]


@kernel
def mark_words(
    offsets: Ints, data: Bytes, classes: Bytes, word_breaks: Bytes, table: npt.NDArray[np.uint8]
) -> tuple[Flags, Flags]:
    """Whether a word begins at each byte, and whether one has ended there, from the first offset to the last.

    Every character writes both, and takes the beginning of its piece back while the piece is white space: without
    branches, at which words of all lengths would make the processor guess wrong.
    """
    size = offsets[-1] - offsets[0] + 1
    begins, ends = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for i in range(len(offsets) - 1):
        first, last = offsets[i] - offsets[0], offsets[i + 1]
        start, held, solid, state = first, first, False, np.uint8(START)
        here = offsets[i]
        while here < last:
            byte = data[here]
            if byte < 0x80:
                class_, not_white, length = word_breaks[byte], (classes[byte] & WHITE_SPACE) == 0, 1
                action = table[1, state, class_]
            else:
                code, length = decode(data, here)
                class_, not_white = word_breaks[code] & CLASS, (classes[code] & WHITE_SPACE) == 0
                action = table[1, state, class_]
                if word_breaks[code] & PICTOGRAPH and follows_joiner(data, offsets[i], here):  # WB3c
                    if action == LATE_CUT:
                        begins[held] = ends[held] = True
                        start = held
                    action = JOIN
            place = here - offsets[0]
            held = place if action == HOLD else held
            if action == LATE_CUT:
                begins[held] = ends[held] = True
            cut = (action & 1) != 0
            ends[place] |= cut & solid
            solid = not_white | (solid & (not cut))
            start = place if cut else start
            begins[start] = solid
            state = table[0, state, class_]
            here += length
        if table[1, state, END] == LATE_CUT:
            begins[held] = ends[held] = True
        ends[last - offsets[0]] |= solid
    return begins, ends


@inner
def follows_joiner(data: Bytes, first: int, here: int) -> bool:
    """Whether a zero-width joiner, U+200D, stands right before a place in a text that begins at `first`."""
    return here - first >= 3 and data[here - 3] == 0xE2 and data[here - 2] == 0x80 and data[here - 1] == 0x8D
