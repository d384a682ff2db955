"""The sums behind `filters.nemo_repetition`: n-grams are made longer as in `filters.repetition_kernels`."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cutting import table_size
from filters.repetition_kernels import DUPLICATE, LONGEST, TOP, lengthen, repeated_words

__all__ = ["Flags", "count_unique", "repeated_characters", "with_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Pieces = tuple[Ints, Ints, Ints]
SPACE = 32
LONG = 64  # bytes of an n-gram that is no longer looked for byte by byte at every place


@kernel
def with_words(words: Pieces, lines: Pieces) -> Flags:
    """For each line, whether it holds a word."""
    word_rows, _, word_ends = words
    rows, _, ends = lines
    flags = np.zeros(len(ends), np.bool_)
    for i in range(len(rows) - 1):
        word = word_rows[i]
        for j in range(rows[i], rows[i + 1]):
            while word < word_rows[i + 1] and word_ends[word] <= ends[j]:
                flags[j] = True
                word += 1
    return flags


@kernel
def count_unique(rows: Ints, firsts: Ints, lengths: Ints, counted: Flags) -> Ints:
    """Pieces, those that no earlier one equals, the characters of all and of these; of pieces that are counted."""
    counts = np.zeros((4, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            if counted[j]:
                first = firsts[j] == j
                counts[0, i] += 1
                counts[1, i] += first
                counts[2, i] += lengths[j]
                counts[3, i] += lengths[j] if first else 0
    return counts


@kernel
def repeated_characters(offsets: Ints, words: Pieces, firsts: Ints, lengths: Ints, data: Bytes) -> Ints:
    """Characters that go with the top and with the duplicate n-grams; one row for each n of `TOP` and `DUPLICATE`."""
    rows, starts, ends = words
    sums = np.zeros((len(TOP) + len(DUPLICATE), len(rows) - 1), np.int64)
    widest = longest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
        longest = max(longest, offsets[i + 1] - offsets[i])
    places, grams, counts = np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64)
    table = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    before, joined = np.zeros(widest + 1, np.int64), np.empty(longest + TOP[-1], np.uint8)
    for i in range(len(rows) - 1):
        first, size = rows[i], rows[i + 1] - rows[i]
        left = repeated_words(firsts[first : first + size], places, grams, counts)
        for j in range(size):
            before[j + 1] = before[j] + lengths[first + j]
        for n in range(2, min(LONGEST, size) + 1):
            left = lengthen(places, grams, counts, left, table)
            if n <= TOP[-1]:
                top = commonest(places, grams, counts, left)
                length = join(starts[first + top : first + top + n], ends[first + top : first + top + n], data, joined)
                found = occurrences(data, offsets[i], offsets[i + 1], joined[:length])
                sums[n - TOP[0], i] = found * (n - 1 + before[top + n] - before[top])
            elif left == 0:
                break  # where no n-gram occurs again no longer one does
            else:
                sums[n - TOP[0], i] = duplicate_characters(places, grams, left, before, n)
    return sums


@kernel
def commonest(places: Ints, grams: Ints, counts: Ints, size: int) -> int:
    """The place of the first of the commonest n-grams; where none occurs again, the first of all."""
    top, most = 0, 1
    for k in range(size):
        if counts[grams[k]] > most:
            top, most = places[k], counts[grams[k]]
    return int(top)


@kernel
def join(starts: Ints, ends: Ints, data: Bytes, joined: Bytes) -> int:
    """Writes words with a space between them; the number of bytes."""
    length = 0
    for k in range(len(starts)):
        if k > 0:
            joined[length] = SPACE
            length += 1
        for position in range(starts[k], ends[k]):
            joined[length] = data[position]
            length += 1
    return length


@inner
def occurrences(data: Bytes, start: int, end: int, searched: Bytes) -> int:
    """How often some bytes stand in a stretch, without overlap, from left to right."""
    if len(searched) > LONG:
        return occurrences_of_long(data, start, end, searched)
    last = len(searched) - 1
    head, tail = searched[0], searched[last]
    count, here = 0, start
    while here + last < end:
        if data[here] == head and data[here + last] == tail:
            k = 1
            while k < last and data[here + k] == searched[k]:
                k += 1
            if k >= last:
                count += 1
                here += last
        here += 1
    return count


@kernel
def occurrences_of_long(data: Bytes, start: int, end: int, searched: Bytes) -> int:
    """The same, looking at each byte once (Knuth, Morris and Pratt 1977): a crafted word can be half of a text."""
    borders, border = np.zeros(len(searched), np.int64), 0
    for k in range(1, len(searched)):
        while border > 0 and searched[k] != searched[border]:
            border = borders[border - 1]
        border += searched[k] == searched[border]
        borders[k] = border
    count = matched = 0
    for here in range(start, end):
        while matched > 0 and data[here] != searched[matched]:
            matched = borders[matched - 1]
        matched += data[here] == searched[matched]
        if matched == len(searched):
            count += 1
            matched = 0
    return count


@kernel
def duplicate_characters(places: Ints, grams: Ints, size: int, before: Ints, n: int) -> int:
    """Characters of words in n-grams that an earlier one equals, each word once, with the spaces between them.

    Of an n-gram that overlaps one counted before, every new word brings a space; of one that stands alone, every
    word but the first.
    """
    characters, covered = 0, 0
    for k in range(size):
        place = places[k]
        if grams[k] != place:
            start = max(place, covered)
            characters += before[place + n] - before[start] + place + n - start - (covered <= place)
            covered = place + n
    return characters
