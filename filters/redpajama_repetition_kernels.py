"""The sums behind `filters.redpajama_repetitions`."""

import numpy as np

from filters.compiled import kernel
from filters.cuts import Ints
from filters.cutting import table_size
from filters.repetition_kernels import DUPLICATE, LONGEST, TOP, lengthen, repeated_words

__all__ = ["repeated_characters"]


@kernel
def repeated_characters(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Characters of the top and of the repeated n-grams of each text, a row for each n of `TOP` and `DUPLICATE`.

    The last row has the characters of all words.
    """
    sums = np.zeros((len(TOP) + len(DUPLICATE) + 1, len(rows) - 1), np.int64)
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
        sums[-1, i] = before[size]
        for n in range(2, min(LONGEST, size) + 1):
            left = lengthen(places, grams, counts, left, table)
            most = total = covered = 0
            for k in range(left):
                place = places[k]
                if n > TOP[-1]:
                    total += before[place + n] - before[max(place, covered)]
                    covered = place + n
                elif counts[grams[k]] > most:
                    most = counts[grams[k]]
                    total = most * (before[place + n] - before[place])
            sums[n - TOP[0], i] = total
    return sums
