"""The counts behind `filters.shape`."""

import math

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel

__all__ = ["count_lines", "count_words"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]
PUNCTUATION = np.zeros(256, np.uint8)
PUNCTUATION[list(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")] = 1
CODE_ENDS = tuple(b";{}")


@kernel
def count_words(words: Pieces, firsts: Ints, lengths: Ints, data: Bytes) -> tuple[Ints, Floats]:
    """Longest word, characters without punctuation and superfluous space; and the entropy of words.

    The entropy is the logarithm of the number of words, less the mean over words of the logarithm of the occurrences
    of each: terms that are whole numbers of occurrences are summed in the order of first occurrence.
    """
    rows, starts, ends = words
    counts, entropies = np.zeros((2, len(rows) - 1), np.int64), np.zeros(len(rows) - 1)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    occurrences = np.zeros(widest, np.int64)
    for i in range(len(rows) - 1):
        first, size = rows[i], rows[i + 1] - rows[i]
        longest = characters = 0
        occurrences[:size] = 0
        for j in range(first, first + size):
            occurrences[firsts[j] - first] += 1
            longest = max(longest, lengths[j])
            left = lengths[j]
            for position in range(starts[j], ends[j]):
                left -= PUNCTUATION[data[position]]
            characters += left + 1 if left > 0 else 0
        repeated = 0.0
        for j in range(size):
            if occurrences[j] > 1:
                repeated += occurrences[j] * math.log(occurrences[j])
        for k, count in enumerate((longest, max(characters - 1, 0))):
            counts[k, i] = count
        entropies[i] = max(math.log(size) - repeated / size, 0.0) if size > 0 else 0.0
    return counts, entropies


@kernel
def count_lines(words: Pieces, lines: Pieces, data: Bytes) -> Ints:
    """Lines with a word, and those of them that end as lines of code do."""
    word_rows, _, word_ends = words
    rows, _, ends = lines
    counts = np.zeros((2, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        word = word_rows[i]
        for j in range(rows[i], rows[i + 1]):
            first = word
            while word < word_rows[i + 1] and word_ends[word] <= ends[j]:
                word += 1
            if word > first:
                counts[0, i] += 1
                counts[1, i] += data[word_ends[word - 1] - 1] in CODE_ENDS
    return counts
