"""The counts behind `filters.juicer_quality` and `filters.juicer_words`: a row of the answer a count, a column a text.

A lower-cased copy of the text is cut into words here; all else reads the text as it stands.
"""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cutting import FREE, table_size
from filters.repetition_kernels import lengthen, repeated_words
from filters.special_characters import ALPHANUMERIC, SPECIAL
from filters.stretches import trimmed
from filters.utf8 import decode

__all__ = ["count_characters", "count_listed", "cut_words", "repeated_characters", "repeated_grams", "slots_of"]

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]
Listed = tuple[Bytes, Ints, Ints]

N = 10
"""Length of the n-grams, of characters and of words."""

LINE_FEED, RETURN = 10, 13
SEPARATOR = np.zeros(256, np.bool_)
SEPARATOR[list(b" \n\t")] = True
LINE_END = np.zeros(128, np.bool_)
LINE_END[[*range(10, 14), *range(0x1C, 0x1F)]] = True
NEXT_LINE, LINE_SEPARATOR, PARAGRAPH_SEPARATOR = 0x85, 0x2028, 0x2029
BASE = np.uint64(0x9E3779B97F4A7C15)
OLDEST = np.uint64(pow(0x9E3779B97F4A7C15, N, 1 << 64))
MIX = np.uint64(0xFF51AFD7ED558CCD)


@kernel
def count_characters(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Characters, alphanumeric ones, special ones, lines as `str.splitlines` cuts them, characters of the longest."""
    counts = np.zeros((5, len(offsets) - 1), np.int64)
    for i in range(len(offsets) - 1):
        characters = alphanumeric = special = lines = longest = begun = 0
        position, stop = offsets[i], offsets[i + 1]
        while position < stop:
            code, length = decode(data, position)
            flags = classes[code]
            alphanumeric += flags & ALPHANUMERIC
            special += (flags & SPECIAL) >> 1
            if code < 128:
                ends = LINE_END[code]
            else:
                ends = (code == NEXT_LINE) | (code == LINE_SEPARATOR) | (code == PARAGRAPH_SEPARATOR)
            if ends:
                longest = max(longest, characters - begun)
                lines += 1
            characters += 1
            position += length
            if ends:
                if code == RETURN and position < stop and data[position] == LINE_FEED:
                    special += (classes[LINE_FEED] & SPECIAL) >> 1
                    characters += 1
                    position += 1
                begun = characters
        longest = max(longest, characters - begun)
        for k, count in enumerate((characters, alphanumeric, special, lines + (begun < characters), longest)):
            counts[k, i] = count
    return counts


@kernel
def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between spaces, line feeds and tabs, special characters stripped off."""
    rows = np.zeros(len(offsets), np.int64)
    room = len(offsets)
    for position in range(offsets[0], offsets[-1]):
        room += SEPARATOR[data[position]]
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    count = 0
    for i in range(len(offsets) - 1):
        here, stop = offsets[i], offsets[i + 1]
        while here < stop:
            start = here
            while here < stop and not SEPARATOR[data[here]]:
                here += 1
            start, end = trimmed(data, start, here, classes, SPECIAL)
            here += 1
            if end > start:
                starts[count], ends[count] = start, end
                count += 1
        rows[i + 1] = count
    return rows, starts[:count].copy(), ends[:count].copy()


@kernel
def repeated_grams(rows: Ints, firsts: Ints) -> Ints:
    """N-grams of words, and those of them that stand more than once in the text, every copy counted."""
    counts = np.zeros((2, len(rows) - 1), np.int64)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    places, grams, times = np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64)
    table = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        if rows[i + 1] - rows[i] < N:
            continue
        left = repeated_words(firsts[rows[i] : rows[i + 1]], places, grams, times)
        for _ in range(2, N + 1):
            left = lengthen(places, grams, times, left, table)
        for k, count in enumerate((rows[i + 1] - rows[i] - N + 1, left)):
            counts[k, i] = count
    return counts


@kernel
def repeated_characters(offsets: Ints, data: Bytes, sizes: Ints) -> Ints:
    """N-grams of characters, and the occurrences of the commonest of them.

    As many of the commonest are taken as the whole part of the square root of the number of distinct n-grams, and of
    those alone that stand more than once. `sizes` is the number of characters of each text.
    """
    counts = np.zeros((2, len(offsets) - 1), np.int64)
    widest = 0
    for i in range(len(sizes)):
        widest = max(widest, sizes[i])
    bounds, times = np.empty(widest + 1, np.int32), np.empty(widest, np.int32)
    places, having = np.empty(table_size(widest), np.int32), np.zeros(widest + 2, np.int32)
    for i in range(len(sizes)):
        size = sizes[i] - N + 1
        if size < 1:
            continue
        distinct, repeated = count_character_grams(data, offsets[i], offsets[i + 1], size, bounds, times, places)
        most = 0
        for j in range(size):
            if times[j] > 1:
                having[times[j]] += 1
                most = max(most, times[j])
        left = min(np.int64(np.sqrt(distinct)), repeated)
        for count in range(most, 1, -1):
            taken = min(left, having[count])
            counts[1, i] += taken * count
            left -= taken
            having[count] = 0
        counts[0, i] = size
    return counts


@inner
def count_character_grams(
    data: Bytes, start: int, stop: int, size: int, bounds: Small, times: Small, places: Small
) -> tuple[int, int]:
    """Counts n-grams at the place of the first equal one; the number of distinct ones and of those that repeat.

    A rolling hash chooses the slot, and the bytes decide.
    """
    slots = table_size(size)
    places[:slots] = FREE
    value, character, position, distinct, repeated = np.uint64(0), 0, start, 0, 0
    tail = start
    while position < stop:
        bounds[character] = position - start
        code, length = decode(data, position)
        value = (value + np.uint64(code + 1)) * BASE
        position += length
        character += 1
        if character > N:
            code, length = decode(data, tail)
            value -= np.uint64(code + 1) * OLDEST * BASE
            tail += length
        if character < N:
            continue
        j, width = character - N, position - tail
        times[j] = 0
        slot = np.int64((value * MIX) >> np.uint64(24)) & (slots - 1)
        while places[slot] != FREE and not same(data, start + bounds[places[slot]], tail, width):
            slot = (slot + 1) & (slots - 1)
        if places[slot] == FREE:
            places[slot] = j
            distinct += 1
        first = places[slot]
        times[first] += 1
        repeated += times[first] == 2
    return distinct, repeated


@kernel
def same(data: Bytes, one: int, other: int, width: int) -> bool:
    """Whether the same bytes stand at two places, and so the same characters."""
    k = 0
    while k < width and data[one + k] == data[other + k]:
        k += 1
    return k == width


@kernel
def word_hash(data: Bytes, start: int, end: int) -> int:
    """A number from a word's bytes (FNV-1a, folded); its users stand in this file, so that they agree on it."""
    value = np.uint64(0xCBF29CE484222325)
    for position in range(start, end):
        value = (value ^ np.uint64(data[position])) * np.uint64(0x100000001B3)
    return int(np.int64((value ^ (value >> np.uint64(29))) & np.uint64(0x7FFFFFFF)))


def slots_of(words: Bytes, bounds: Ints) -> Ints:
    """A hash table of listed words: in each slot the number of a word, or -1."""
    slots = np.full(table_size(len(bounds) - 1), FREE, np.int64)
    for k in range(len(bounds) - 1):
        slot = word_hash(words, bounds[k], bounds[k + 1]) & (len(slots) - 1)
        while slots[slot] != FREE:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = k
    return slots


@kernel
def count_listed(words: Pieces, data: Bytes, listed: Listed) -> Ints:
    """Words of each text that stand in a list."""
    rows, starts, ends = words
    letters, bounds, slots = listed
    counts = np.zeros(len(rows) - 1, np.int64)
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            slot = word_hash(data, starts[j], ends[j]) & (len(slots) - 1)
            while slots[slot] != FREE:
                first, length = bounds[slots[slot]], bounds[slots[slot] + 1] - bounds[slots[slot]]
                k = 0
                if length == ends[j] - starts[j]:
                    while k < length and letters[first + k] == data[starts[j] + k]:
                        k += 1
                    if k == length:
                        counts[i] += 1
                        break
                slot = (slot + 1) & (len(slots) - 1)
    return counts
