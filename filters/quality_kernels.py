"""The counts behind `filters.gopher_quality` and `filters.fineweb`: a row of the answer each, one column a text."""

import numpy as np
import numpy.typing as npt

from filters.characters import ALPHABETIC, DIGIT, END_MARK, PUNCTUATION, UPPER, WHITE_SPACE, WORDLESS
from filters.compiled import inner, kernel
from filters.cutting import white_space_of_ascii
from filters.eight_bytes import HIGH, at_least, continuing, load, load_up_to, ones, place
from filters.utf8 import decode

__all__ = ["STOP_WORDS", "count_characters", "count_fineweb", "count_lines", "count_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
STOP_WORD_KEYS = np.array([int.from_bytes(b"\1" + word.encode()) for word in STOP_WORDS])
FEWEST, LONGEST_STOP_WORD = 2, max(map(len, STOP_WORDS))

HASH, DOT, HYPHEN = ord("#"), ord("."), ord("-")
BULLET, ELLIPSIS = ord("•"), ord("…")


@kernel
def count_characters(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Characters, upper case, digits, white space, punctuation, hashes and ellipses.

    ASCII's letters, digits and white space are counted eight bytes at a time, all other characters one by one.
    """
    counts = np.zeros((7, len(offsets) - 1), np.int64)
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        characters, upper, digits, white_space = last - here, 0, 0, 0
        punctuation = hashes = ellipses = dots = 0
        after_dot = here - 1
        while here < last:
            left = last - here
            value = load(data, here) if left >= 8 else load_up_to(data, here, left)
            small = ~value & HIGH  # those of ASCII
            capitals = at_least(value, 65) & ~at_least(value, 91) & small
            numbers = at_least(value, 48) & ~at_least(value, 58) & small
            white = white_space_of_ascii(value)
            upper += ones(capitals)
            digits += ones(numbers)
            white_space += ones(white)
            rest = continuing(value)
            characters -= ones(rest)
            rest |= capitals | numbers | white | (at_least(value, 97) & ~at_least(value, 123) & small)
            others = ~rest & HIGH
            if left < 8:
                others &= ~(ALL << np.uint64(8 * left))
            while others:
                position = here + place(others)
                others &= others - np.uint64(1)
                code, _ = decode(data, position)
                flags = classes[code]
                if code >= 0x80:
                    upper += (flags & UPPER) != 0
                    digits += (flags & DIGIT) != 0
                    white_space += (flags & WHITE_SPACE) != 0
                punctuation += (flags & PUNCTUATION) != 0
                hashes += code == HASH
                ellipses += code == ELLIPSIS
                if code == DOT:
                    dots = dots + 1 if position == after_dot else 1
                    after_dot = position + 1
                    ellipses += dots == 3
                    dots = 0 if dots == 3 else dots
            here += 8
        for k, count in enumerate((characters, upper, digits, white_space, punctuation, hashes, ellipses)):
            counts[k, i] = count
    return counts


@inner
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
def count_words(words: Pieces, firsts: Ints, lengths: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Words not only of symbols, their characters, words with a letter, distinct words, distinct stop words."""
    rows, starts, ends = words
    counts = np.zeros((5, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        not_symbols = their_characters = alphabetic = distinct = stop_words = 0
        for j in range(rows[i], rows[i + 1]):
            flags, only_symbols, position = classes[data[starts[j]]], True, starts[j]
            if data[position] >= 0x80 or not flags & ALPHABETIC:
                while position < ends[j]:
                    code, length = decode(data, position)
                    flags = classes[code]
                    only_symbols &= (flags & WORDLESS) != 0
                    if flags & ALPHABETIC:  # and a letter is no symbol
                        break
                    position += length
            letter = (flags & ALPHABETIC) != 0
            alphabetic += letter
            not_symbols += letter | (not only_symbols)
            their_characters += lengths[j] if letter | (not only_symbols) else 0
            distinct += firsts[j] == j
            if firsts[j] == j and FEWEST <= ends[j] - starts[j] <= LONGEST_STOP_WORD:
                stop_words |= stop_word_bit(data, starts[j], ends[j])
        for k, count in enumerate((not_symbols, their_characters, alphabetic, distinct, bits(stop_words))):
            counts[k, i] = count
    return counts


@inner
def begins_with_bullet(data: Bytes, start: int, end: int, classes: Bytes) -> bool:
    """Whether the first character that is not white space is • or a hyphen."""
    while start < end:
        code, length = decode(data, start)
        if not classes[code] & WHITE_SPACE:
            return code in (BULLET, HYPHEN)
        start += length
    return False


@inner
def ends_in_ellipsis(data: Bytes, start: int, end: int, classes: Bytes) -> bool:
    """Whether the last characters that are not white space are three dots or …, which is three bytes too."""
    while start < end:
        last = end - 1
        while data[last] & 0xC0 == 0x80:
            last -= 1
        code, _ = decode(data, last)
        if not classes[code] & WHITE_SPACE:
            if code == ELLIPSIS:
                return True
            return code == DOT and end - start >= 3 and data[end - 2] == DOT and data[end - 3] == DOT
        end = last
    return False


@kernel
def count_lines(lines: Pieces, data: Bytes, classes: Bytes) -> Ints:
    """Lines, an empty last one excepted; those that begin with a bullet; those that end in an ellipsis."""
    rows, starts, ends = lines
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        last = rows[i + 1] - 1
        counts[0, i] = rows[i + 1] - rows[i] - (starts[last] == ends[last])
        for j in range(rows[i], rows[i + 1]):
            counts[1, i] += begins_with_bullet(data, starts[j], ends[j], classes)
            counts[2, i] += ends_in_ellipsis(data, starts[j], ends[j], classes)
    return counts


@kernel
def count_fineweb(lines: Pieces, firsts: Ints, lengths: Ints, data: Bytes, classes: Bytes, longest: int) -> Ints:
    """Lines that are not blank; those of them with an end mark, the short ones; characters of copies, and of all."""
    rows, starts, ends = lines
    counts = np.zeros((5, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        filled = ended = short = repeated = characters = 0
        for j in range(rows[i], rows[i + 1]):
            characters += lengths[j]
            if is_blank(data, starts[j], ends[j], classes):
                continue
            filled += 1
            short += lengths[j] <= longest
            repeated += lengths[j] if firsts[j] != j else 0
            last = ends[j] - 1
            while data[last] & 0xC0 == 0x80:
                last -= 1
            ended += (classes[decode(data, last)[0]] & END_MARK) != 0
        for k, count in enumerate((filled, ended, short, repeated, characters)):
            counts[k, i] = count
    return counts


@inner
def is_blank(data: Bytes, start: int, end: int, classes: Bytes) -> bool:
    """Whether there is nothing but white space."""
    while start < end:
        code, length = decode(data, start)
        if not classes[code] & WHITE_SPACE:
            return False
        start += length
    return True
