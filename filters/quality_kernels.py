"""The counts behind `filters.gopher_quality`, one row of the answer a count and one column a text."""

import numpy as np
import numpy.typing as npt

from filters.characters import ALPHABETIC, DIGIT, PUNCTUATION, SYMBOL, UPPER, WHITE_SPACE
from filters.compiled import kernel
from filters.utf8 import decode

__all__ = ["STOP_WORDS", "count_characters", "count_lines", "count_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
STOP_WORD_KEYS = np.array([int.from_bytes(b"\1" + word.encode()) for word in STOP_WORDS])
LONGEST_STOP_WORD = max(map(len, STOP_WORDS))

HASH, DOT, HYPHEN = ord("#"), ord("."), ord("-")
BULLET, ELLIPSIS = ord("•"), ord("…")


@kernel
def count_characters(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Characters, upper case, digits, white space, punctuation, hashes and ellipses."""
    counts = np.zeros((7, len(offsets) - 1), np.int64)
    for i in range(len(offsets) - 1):
        characters = upper = digits = white_space = punctuation = hashes = ellipses = dots = 0
        position = offsets[i]
        while position < offsets[i + 1]:
            code, length = decode(data, position)
            flags = classes[code]
            characters += 1
            upper += (flags & UPPER) != 0
            digits += (flags & DIGIT) != 0
            white_space += (flags & WHITE_SPACE) != 0
            punctuation += (flags & PUNCTUATION) != 0
            hashes += code == HASH
            dots = dots + 1 if code == DOT else 0
            ellipses += (code == ELLIPSIS) | (dots == 3)
            dots = 0 if dots == 3 else dots
            position += length
        counts[:, i] = characters, upper, digits, white_space, punctuation, hashes, ellipses
    return counts


@kernel
def stop_word_bit(data: Bytes, start: int, end: int) -> int:
    """2 to the power of the word's place in `STOP_WORDS`, or 0."""
    if end - start > LONGEST_STOP_WORD:
        return 0
    key = 1
    for position in range(start, end):
        key = (key << 8) | int(data[position])
    for k in range(len(STOP_WORD_KEYS)):
        if STOP_WORD_KEYS[k] == key:
            return 1 << k
    return 0


@kernel
def bits(value: int) -> int:
    """How many bits are set."""
    count = 0
    while value:
        value &= value - 1
        count += 1
    return count


@kernel
def count_words(words: Pieces, firsts: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Words not only of symbols, their characters, words with a letter, distinct words, distinct stop words."""
    rows, starts, ends = words
    counts = np.zeros((5, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        not_symbols = their_characters = alphabetic = distinct = stop_words = 0
        for j in range(rows[i], rows[i + 1]):
            some, characters, only_symbols, position = 0, 0, True, starts[j]
            while position < ends[j]:
                code, length = decode(data, position)
                some |= classes[code]
                only_symbols &= (classes[code] & (SYMBOL | PUNCTUATION)) != 0
                characters += 1
                position += length
            not_symbols += not only_symbols
            their_characters += 0 if only_symbols else characters
            alphabetic += (some & ALPHABETIC) != 0
            if firsts[j] == j:
                distinct += 1
                stop_words |= stop_word_bit(data, starts[j], ends[j])
        counts[:, i] = not_symbols, their_characters, alphabetic, distinct, bits(stop_words)
    return counts


@kernel
def begins_with_bullet(data: Bytes, start: int) -> bool:
    """Whether a word begins with • or a hyphen."""
    return decode(data, start)[0] in (BULLET, HYPHEN)


@kernel
def ends_in_ellipsis(data: Bytes, start: int, end: int) -> bool:
    """Whether a word ends in three dots or in …, which is three bytes too."""
    if end - start < 3:
        return False
    three_dots = data[end - 3] == DOT and data[end - 2] == DOT and data[end - 1] == DOT
    return bool(three_dots or decode(data, end - 3)[0] == ELLIPSIS)


@kernel
def count_lines(words: Pieces, lines: Pieces, data: Bytes) -> Ints:
    """Lines, an empty last one excepted; those that begin with a bullet; those that end in an ellipsis."""
    word_rows, word_starts, word_ends = words
    rows, starts, ends = lines
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        last = rows[i + 1] - 1
        counts[0, i] = rows[i + 1] - rows[i] - (starts[last] == ends[last])
        word = word_rows[i]
        for j in range(rows[i], rows[i + 1]):
            first = word
            while word < word_rows[i + 1] and word_ends[word] <= ends[j]:
                word += 1
            if word > first:
                counts[1, i] += begins_with_bullet(data, word_starts[first])
                counts[2, i] += ends_in_ellipsis(data, word_starts[word - 1], word_ends[word - 1])
    return counts
