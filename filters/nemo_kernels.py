"""The counts behind `filters.nemo_quality`, one row of the answer a count and one column a text."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.phrases import Phrases, has_phrase
from filters.quality_kernels import stop_word_bit
from filters.utf8 import decode

__all__ = ["BULLETS", "count_boilerplate", "count_lines", "count_marks", "count_words", "cut_paragraphs"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]
Packed = tuple[Bytes, Ints]
"""Phrases in lower case one after the other, and where each begins."""

ALPHANUMERIC, WHITE_SPACE, BRACKET, CLOSING, DIGIT = 1, 2, 4, 8, 16
LETTERS_AND_DIGITS = range(ord("0"), ord("9") + 1), range(ord("A"), ord("Z") + 1), range(ord("a"), ord("z") + 1)
MARKS = np.zeros(256, np.uint8)
MARKS[[byte for span in LETTERS_AND_DIGITS for byte in span]] |= ALPHANUMERIC
MARKS[LETTERS_AND_DIGITS[0]] |= DIGIT
MARKS[list(b"\n?!,.")] |= ALPHANUMERIC
MARKS[list(b"\t\n\r\b ")] |= WHITE_SPACE
MARKS[list(b"{}[]()")] |= BRACKET
MARKS[[*b".])", "…".encode()[-1], "»".encode()[-1]]] |= CLOSING

BULLETS = "•‣⁃⁌⁍∙○●◘◦⦾⦿"
BULLET_CODES = np.array([ord(bullet) for bullet in BULLETS])
BULLET_LEAD = 0xE2  # the first byte of every bullet, and of the angle brackets
LEFT_ANGLE, RIGHT_ANGLE = 0x27E8, 0x27E9
LINE_FEED, HASH, DOT, OPEN_BRACKET, CLOSE_BRACKET = 10, ord("#"), ord("."), ord("["), ord("]")
OPEN_PARENTHESIS, CLOSE_PARENTHESIS, ELLIPSIS = ord("("), ord(")"), ord("…")
END_MARKS = tuple(b".?!\"'")
READ_MORE = np.frombuffer(b"read more", np.uint8)
LEFTWARDS = np.frombuffer("-»".encode(), np.uint8)


@kernel
def count_marks(offsets: Ints, data: Bytes) -> Ints:
    """Characters, those that count as alphanumeric, as white space, as brackets and as digits."""
    counts = np.zeros((5, len(offsets) - 1), np.int64)
    for i in range(len(offsets) - 1):
        characters = alphanumeric = white_space = brackets = digits = 0
        for position in range(offsets[i], offsets[i + 1]):
            byte = data[position]
            flags = MARKS[byte]
            characters += (byte & 0xC0) != 0x80
            alphanumeric += flags & ALPHANUMERIC
            white_space += (flags & WHITE_SPACE) >> 1
            brackets += (flags & BRACKET) >> 2
            digits += (flags & DIGIT) >> 4
            if byte == BULLET_LEAD:
                code, _ = decode(data, position)
                brackets += (code == LEFT_ANGLE) | (code == RIGHT_ANGLE)
        for k, count in enumerate((characters, alphanumeric, white_space, brackets, digits)):
            counts[k, i] = count
    return counts


@inner
def ends_with(data: Bytes, start: int, end: int, letters: Bytes) -> bool:
    """Whether a stretch ends with these bytes, which are lower case; ASCII letters are compared without case."""
    first = end - len(letters)
    if first < start:
        return False
    for k in range(len(letters)):
        byte = data[first + k]
        if (byte | 0x20 if 65 <= byte <= 90 else byte) != letters[k]:
            return False
    return True


@inner
def dots_before(data: Bytes, start: int, end: int) -> int:
    """3 where a stretch ends with `...` or with an ellipsis (both are three bytes), else 0."""
    if end - start < 3:
        return 0
    if data[end - 1] == DOT and data[end - 2] == DOT and data[end - 3] == DOT:
        return 3
    return 3 if data[end - 3] == BULLET_LEAD and decode(data, end - 3)[0] == ELLIPSIS else 0


@inner
def mark_before(data: Bytes, start: int, end: int) -> int:
    """Length of the ellipsis, bare or in brackets, or of the `-»` that a stretch ends with, or 0."""
    last = data[end - 1]
    if MARKS[last] & CLOSING == 0 or end - start < 3:
        return 0
    if last in (CLOSE_BRACKET, CLOSE_PARENTHESIS):
        inner = dots_before(data, start, end - 1)
        opening = OPEN_BRACKET if last == CLOSE_BRACKET else OPEN_PARENTHESIS
        if inner == 0 or end - 5 < start or data[end - 5] != opening:
            return 0
        return 5 if last == CLOSE_BRACKET or data[end - 2] == DOT else 0  # `(…)` is not in the source's list
    return 3 if ends_with(data, start, end, LEFTWARDS) else dots_before(data, start, end)


@inner
def ends_in_ellipsis(data: Bytes, start: int, end: int) -> bool:
    """Whether a line ends in one of the source's marks of ellipsis."""
    if mark_before(data, start, end) > 0:
        return True
    if data[end - 1] == DOT and data[end - 2] == DOT:
        end -= 2
    return ends_with(data, start, end, READ_MORE)


@kernel
def is_symbol(data: Bytes, start: int, end: int) -> bool:
    """Whether a word is a mark of ellipsis, or has more runs of hashes than half its characters.

    So many runs it has only where every other character is a hash, the first and the last too.
    """
    if mark_before(data, start, end) == end - start:
        return True
    position = start
    while position < end and data[position] == HASH:
        if position + 1 == end:
            return True
        position += 1
        if data[position] == HASH:
            return False
        position += decode(data, position)[1]
    return False


@kernel
def count_words(words: Pieces, lengths: Ints, data: Bytes) -> Ints:
    """Words that are symbols, occurrences of the eight common words, and characters of all words."""
    rows, starts, ends = words
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        symbols = common = characters = 0
        for j in range(rows[i], rows[i + 1]):
            symbols += is_symbol(data, starts[j], ends[j])
            common += stop_word_bit(data, starts[j], ends[j]) > 0
            characters += lengths[j]
        for k, count in enumerate((symbols, common, characters)):
            counts[k, i] = count
    return counts


@kernel
def count_lines(words: Pieces, lines: Pieces, data: Bytes) -> Ints:
    """Lines with a word; those that begin with a bullet, lack an end mark, end in an ellipsis."""
    word_rows, word_starts, word_ends = words
    rows, _, ends = lines
    counts = np.zeros((4, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        word = word_rows[i]
        for j in range(rows[i], rows[i + 1]):
            first = word
            while word < word_rows[i + 1] and word_ends[word] <= ends[j]:
                word += 1
            if word == first:
                continue
            start, end = word_starts[first], word_ends[word - 1]
            counts[0, i] += 1
            if data[start] == BULLET_LEAD:
                code, _ = decode(data, start)
                for k in range(len(BULLET_CODES)):
                    counts[1, i] += code == BULLET_CODES[k]
            counts[2, i] += data[end - 1] not in END_MARKS
            counts[3, i] += ends_in_ellipsis(data, start, end)
    return counts


@kernel
def cut_paragraphs(offsets: Ints, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between pairs of line feeds, empty pieces too, as `str.split` cuts."""
    rows = np.zeros(len(offsets), np.int64)
    feeds = 0
    for position in range(offsets[0], offsets[-1]):
        feeds += data[position] == LINE_FEED
    starts, ends = np.empty(feeds + len(offsets), np.int64), np.empty(feeds + len(offsets), np.int64)
    count = 0
    for i in range(len(offsets) - 1):
        starts[count] = position = offsets[i]
        while position < offsets[i + 1]:
            if data[position] == LINE_FEED and position + 1 < offsets[i + 1] and data[position + 1] == LINE_FEED:
                ends[count] = position
                count += 1
                starts[count] = position + 2
                position += 1
            position += 1
        ends[count] = offsets[i + 1]
        count += 1
        rows[i + 1] = count
    return rows, starts[:count].copy(), ends[:count].copy()


@kernel
def count_boilerplate(paragraphs: Pieces, data: Bytes, policy: Packed, pairs: Bytes, filler: Phrases) -> Ints:
    """Paragraphs with a policy phrase, which begins with one of the pairs; all of them in a text with the filler."""
    rows, starts, ends = paragraphs
    counts = np.zeros(len(rows) - 1, np.int64)
    for i in range(len(rows) - 1):
        if has_phrase(data, starts[rows[i]], ends[rows[i + 1] - 1], filler):
            counts[i] = rows[i + 1] - rows[i]
            continue
        for j in range(rows[i], rows[i + 1]):
            for here in range(starts[j], ends[j] - 1):
                if pairs[np.int64(data[here]) << 8 | data[here + 1]] and begins(data, here, ends[j], policy):
                    counts[i] += 1
                    break
    return counts


@kernel
def begins(data: Bytes, here: int, end: int, phrases: Packed) -> bool:
    """Whether one of the phrases begins here."""
    letters, bounds = phrases
    for k in range(len(bounds) - 1):
        after = here + bounds[k + 1] - bounds[k]
        if after <= end and ends_with(data, here, after, letters[bounds[k] : bounds[k + 1]]):
            return True
    return False
