"""The counts behind `filters.dclm_quality`, `filters.dclm_repetition` and `filters.refinedweb_lines`."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cutting import table_size
from filters.dclm_characters import LETTER, SPACE, WORD
from filters.quality_kernels import LONGEST_STOP_WORD, STOP_WORD_KEYS
from filters.repetition_kernels import DUPLICATE, LONGEST, TOP, lengthen, repeated_words
from filters.stretches import trimmed
from filters.utf8 import decode

__all__ = [
    "begins_with_word",
    "count_copies",
    "count_covered",
    "count_marks",
    "count_words",
    "fasttext_words",
    "solid_pieces",
]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

HASH, DOT, BLANK = ord("#"), ord("."), ord(" ")
BULLETS = (ord("●"), ord("•"), ord("*"), ord("-"))


@kernel
def fasttext_words(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Tokens of fastText (cut at ASCII's white space and NUL) whose first character is a letter or a number."""
    counts = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(offsets) - 1):
        count, between = 0, True
        for here in range(offsets[i], offsets[i + 1]):
            byte = data[here]
            space = (byte == BLANK) | (byte == 0) | (byte >= 9) & (byte <= 13)
            if between and not space:
                code = np.int64(byte)
                if byte >= 0x80:
                    code, _ = decode(data, here)
                count += (classes[code] & WORD) != 0
            between = space
        counts[i] = count
    return counts


@kernel
def begins_with_word(starts: Ints, data: Bytes, classes: Bytes) -> npt.NDArray[np.bool_]:
    """Whether each piece begins with a letter or a number."""
    found = np.zeros(len(starts), np.bool_)
    for j in range(len(starts)):
        code, _ = decode(data, starts[j])
        found[j] = (classes[code] & WORD) != 0
    return found


@kernel
def count_words(words: Pieces, data: Bytes, classes: Bytes) -> Ints:
    """Characters of words, words without a letter, and stop words in any case, each time."""
    rows, starts, ends = words
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        characters = bare = stop_words = 0
        for j in range(rows[i], rows[i + 1]):
            some, position, key = 0, starts[j], np.int64(1)
            while position < ends[j]:
                byte = data[position]
                code, width = np.int64(byte), 1
                if byte >= 0x80:
                    code, width = decode(data, position)
                some |= classes[code]
                characters += 1
                position += width
            bare += not some & LETTER
            if ends[j] - starts[j] <= LONGEST_STOP_WORD:
                for position in range(starts[j], ends[j]):
                    byte = data[position]
                    key = (key << 8) | np.int64(byte + 32 if 65 <= byte <= 90 else byte)
                for k in range(len(STOP_WORD_KEYS)):
                    stop_words += STOP_WORD_KEYS[k] == key
        for k, count in enumerate((characters, bare, stop_words)):
            counts[k, i] = count
    return counts


@kernel
def count_marks(offsets: Ints, data: Bytes, lines: Pieces) -> Ints:
    """Occurrences of #, ..., . . . and …; lines, stripped, with a bullet; those that end in an ellipsis."""
    rows, starts, ends = lines
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        marks, dots, after = 0, 0, offsets[i]
        for here in range(offsets[i], offsets[i + 1]):
            byte = data[here]
            if byte == DOT:
                dots += 1
                marks += dots == 3
                dots %= 3
                if here >= after + 4 and spaced_dots(data, here):
                    marks += 1
                    after = here + 1
                continue
            dots = 0
            marks += byte == HASH
            if byte == 0xE2 and data[here + 1] == 0x80 and data[here + 2] == 0xA6:
                marks += 1
        bullets = ellipses = 0
        for j in range(rows[i], rows[i + 1]):
            code, _ = decode(data, starts[j])
            bullets += code in BULLETS
            ellipses += ends_in_ellipsis(data, starts[j], ends[j])
        for k, count in enumerate((marks, bullets, ellipses)):
            counts[k, i] = count
    return counts


@inner
def ends_in_ellipsis(data: Bytes, start: int, end: int) -> bool:
    """Whether ..., . . . or … stands at the end."""
    if end - start < 3:
        return False
    if data[end - 1] == DOT:
        close = data[end - 2] == DOT and data[end - 3] == DOT
        return close or (end - start >= 5 and spaced_dots(data, end - 1))
    return bool(data[end - 3] == 0xE2 and data[end - 2] == 0x80 and data[end - 1] == 0xA6)


@inner
def spaced_dots(data: Bytes, last: int) -> bool:
    """Whether three dots with a space between them end with the dot here."""
    close = data[last - 1] == BLANK and data[last - 3] == BLANK
    return bool(close and data[last - 2] == DOT and data[last - 4] == DOT)


@kernel
def solid_pieces(pieces: Pieces, data: Bytes, classes: Bytes) -> Pieces:
    """The pieces without white space at their ends; those of nothing else left out."""
    rows, starts, ends = pieces
    out = np.zeros(len(rows), np.int64)
    firsts, lasts, count = np.empty(len(starts), np.int64), np.empty(len(starts), np.int64), 0
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            start, end = trimmed(data, starts[j], ends[j], classes, SPACE)
            if end > start:
                firsts[count], lasts[count] = start, end
                count += 1
        out[i + 1] = count
    return out, firsts[:count].copy(), lasts[:count].copy()


@kernel
def count_copies(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Pieces that equal another, the first of each too; their characters; characters of all."""
    counts = np.zeros((3, len(rows) - 1), np.int64)
    copies = np.zeros(len(firsts), np.int64)
    for j in range(len(firsts)):
        copies[firsts[j]] += 1
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            counts[2, i] += lengths[j]
            if copies[firsts[j]] > 1:
                counts[0, i] += 1
                counts[1, i] += lengths[j]
    return counts


@kernel
def count_covered(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Characters of the longest of the commonest 2, 3 and 4-grams times its count; of words in repeated 5 to 10-grams.

    Where no n-gram occurs twice both are 0. Every place counts, overlapping ones too, but each word once.
    """
    sums = np.zeros((len(TOP) + len(DUPLICATE), len(rows) - 1), np.int64)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    places, grams, counts = np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64)
    before = np.zeros(widest + 1, np.int64)
    table = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        first, size = rows[i], rows[i + 1] - rows[i]
        left = repeated_words(firsts[first : first + size], places, grams, counts)
        for j in range(size):
            before[j + 1] = before[j] + lengths[first + j]
        for n in range(2, min(LONGEST, size) + 1):
            left = lengthen(places, grams, counts, left, table)
            if left == 0:
                break
            found = most = done = 0
            for k in range(left):
                place, count = places[k], counts[grams[k]]
                if n > TOP[-1]:
                    found += before[place + n] - before[max(place, done)]
                    done = place + n
                elif count >= most:
                    characters = before[place + n] - before[place]
                    found = max(found, characters) if count == most else characters
                    most = count
            sums[n - TOP[0], i] = found * most if n <= TOP[-1] else found
    return sums
