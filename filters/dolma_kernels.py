"""The counts behind `filters.dolma_gopher`: a row of the answer each, one column a text."""

import numpy as np
import numpy.typing as npt

from filters.characters import ALPHABETIC
from filters.compiled import inner, kernel
from filters.cutting import table_size
from filters.quality_kernels import stop_word_bit
from filters.repetition_kernels import DUPLICATE, LONGEST, TOP, lengthen, repeated_words
from filters.utf8 import decode

__all__ = ["count_grams_every_copy", "count_lines_every_copy", "measure_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

HASH, STAR, HYPHEN, ELLIPSIS = ord("#"), ord("*"), ord("-"), ord("…")
BOUND = 64  # characters of a word that the table of lengths has room for


@kernel
def measure_words(words: Pieces, lengths: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Characters of words, words with # or …, words with a letter, stop words (each time), twice the median length."""
    rows, starts, ends = words
    counts = np.zeros((5, len(rows) - 1), np.int64)
    table = np.zeros(BOUND + 1, np.int64)
    for i in range(len(rows) - 1):
        characters = symbols = alphabetic = stop_words = 0
        table[:] = 0
        for j in range(rows[i], rows[i + 1]):
            some, symbol, position = 0, False, starts[j]
            while position < ends[j]:
                code, width = decode(data, position)
                some |= classes[code]
                symbol |= (code == HASH) | (code == ELLIPSIS)
                position += width
            characters += lengths[j]
            symbols += symbol
            alphabetic += (some & ALPHABETIC) != 0
            stop_words += stop_word_bit(data, starts[j], ends[j]) != 0
            table[min(lengths[j], BOUND)] += 1
        for k, count in enumerate((characters, symbols, alphabetic, stop_words)):
            counts[k, i] = count
        size = rows[i + 1] - rows[i]
        if size:
            low, high = of_rank(table, (size - 1) // 2), of_rank(table, size // 2)
            if high == BOUND:  # half of the words are very long: the exact lengths are in no table
                low = of_rank_by_count(lengths[rows[i] : rows[i + 1]], (size - 1) // 2)
                high = of_rank_by_count(lengths[rows[i] : rows[i + 1]], size // 2)
            counts[4, i] = low + high
    return counts


@inner
def of_rank(table: Ints, rank: int) -> int:
    """The length of the word that so many others go before, in order of length."""
    length, seen = 0, table[0]
    while seen <= rank:
        length += 1
        seen += table[length]
    return length


@inner
def of_rank_by_count(lengths: Ints, rank: int) -> int:
    """The same among lengths of any size, halving what it can be; `np.sort` takes two seconds to compile."""
    least, most = 0, 0
    for length in lengths:
        most = max(most, length)
    while least < most:
        middle, up_to = (least + most) // 2, 0
        for length in lengths:
            up_to += length <= middle
        if up_to > rank:
            most = middle
        else:
            least = middle + 1
    return least


@kernel
def count_lines_every_copy(lines: Pieces, firsts: Ints, lengths: Ints, data: Bytes) -> Ints:
    """Lines; with bullet; with ellipsis; with a copy; their characters; lines between runs of feeds; with a copy."""
    rows, starts, ends = lines
    counts = np.zeros((7, len(rows) - 1), np.int64)
    copies = np.zeros(len(starts), np.int64)
    for j in range(len(starts)):
        copies[firsts[j]] += 1
    for i in range(len(rows) - 1):
        first, last = rows[i], rows[i + 1] - 1
        bullets = ellipses = copied = characters = filled = filled_copied = 0
        for j in range(first, last + 1):
            size = ends[j] - starts[j]
            if size:
                byte = data[starts[j]]
                bullets += (byte == STAR) | (byte == HYPHEN)
                end = ends[j]
                ellipses += size >= 3 and data[end - 3] == 0xE2 and data[end - 2] == 0x80 and data[end - 1] == 0xA6
            if copies[firsts[j]] > 1:
                copied += 1
                characters += lengths[j]
                filled_copied += size > 0
            filled += size > 0
        # A run of line feeds at an end of the text has an empty line before or behind it.
        before = last > first and starts[first] == ends[first]
        behind = last > first and starts[last] == ends[last]
        filled += int(before) + int(behind)
        filled_copied += 2 * int(before and behind)
        for k, count in enumerate((last + 1 - first, bullets, ellipses, copied, characters, filled, filled_copied)):
            counts[k, i] = count
    return counts


@kernel
def count_grams_every_copy(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Characters of the top 2, 3 and 4-gram times its count; of 5 to 10-grams with a copy; of all 5 to 10-grams.

    Every place counts, overlapping ones too. The commonest is the first of equals.
    """
    sums = np.zeros((len(TOP) + 2 * len(DUPLICATE), len(rows) - 1), np.int64)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    places, grams, counts = np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64)
    before, summed = np.zeros(widest + 1, np.int64), np.zeros(widest + 2, np.int64)
    table = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        first, size = rows[i], rows[i + 1] - rows[i]
        left = repeated_words(firsts[first : first + size], places, grams, counts)
        for j in range(size):
            before[j + 1] = before[j] + lengths[first + j]
            summed[j + 1] = summed[j] + before[j]
        summed[size + 1] = summed[size] + before[size]
        for n in range(2, min(LONGEST, size) + 1):
            left = lengthen(places, grams, counts, left, table)
            if n <= TOP[-1]:
                top, most = np.int64(0), np.int64(1)  # where none occurs again, the first
                for k in range(left):
                    if counts[grams[k]] > most:
                        top, most = places[k], counts[grams[k]]
                sums[n - TOP[0], i] = (before[top + n] - before[top]) * most
                continue
            for k in range(left):
                sums[n - TOP[0], i] += before[places[k] + n] - before[places[k]]
            sums[n - TOP[0] + len(DUPLICATE), i] = summed[size + 1] - summed[n] - summed[size - n + 1]
    return sums
