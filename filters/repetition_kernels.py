"""The sums behind `filters.gopher_repetition`.

An n-gram is known by the place of the first equal one of its text. That of n + 1 words follows from
two of n words, at a place and at the next: an exact pair of numbers, where the words themselves were
compared, so that no hash decides. Where either of the two occurs once the longer one does too, and needs
no look-up: most places of ordinary text are settled after two words.
"""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cutting import FREE, table_size

__all__ = ["DUPLICATE", "TOP", "count_duplicates", "repeated_characters"]

Ints = npt.NDArray[np.int64]

TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)
LONGEST = 10


@kernel
def count_duplicates(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Pieces that are not empty, those of them that an earlier one equals, and the characters of these."""
    counts = np.zeros((3, len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            if lengths[j] > 0:
                counts[0, i] += 1
                if firsts[j] != j:
                    counts[1, i] += 1
                    counts[2, i] += lengths[j]
    return counts


@kernel
def repeated_characters(rows: Ints, firsts: Ints, lengths: Ints) -> Ints:
    """Characters of the top and of the duplicate n-grams of each text; one row for each n of `TOP` and `DUPLICATE`."""
    sums = np.zeros((len(TOP) + len(DUPLICATE), len(rows) - 1), np.int64)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    grams, counts = np.empty(widest, np.int64), np.empty(widest, np.int64)
    seen = np.empty(widest, np.bool_)
    keys, places = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        size = rows[i + 1] - rows[i]
        of_words = lengths[rows[i] : rows[i + 1]]
        grams[:size] = firsts[rows[i] : rows[i + 1]] - rows[i]
        count_grams(grams, counts, size)
        for n in range(2, min(LONGEST, size) + 1):
            lengthen(grams, counts, size - n + 1, keys, places)
            count_grams(grams, counts, size - n + 1)
            if n <= TOP[-1]:
                sums[n - TOP[0], i] = top_characters(grams, counts, size - n + 1, of_words, n)
            else:
                sums[n - TOP[0], i] = duplicate_characters(grams, seen, size - n + 1, of_words, n)
    return sums


@kernel
def count_grams(grams: Ints, counts: Ints, size: int) -> None:
    """Counts the n-grams by the place of the first equal one."""
    counts[:size] = 0
    for j in range(size):
        counts[grams[j]] += 1


@kernel
def lengthen(grams: Ints, counts: Ints, size: int, keys: Ints, places: Ints) -> None:
    """Makes n-grams at `size` + 1 places into n-grams of one word more at `size` places."""
    repeated = 0
    for j in range(size):
        repeated += counts[grams[j]] > 1
    slots = table_size(repeated)
    places[:slots] = FREE
    for j in range(size):
        if counts[grams[j]] == 1 or counts[grams[j + 1]] == 1:
            grams[j] = j
            continue
        key = (grams[j] << 32) | grams[j + 1]
        slot = mix(key) & (slots - 1)
        while places[slot] != FREE and keys[slot] != key:
            slot = (slot + 1) & (slots - 1)
        if places[slot] == FREE:
            keys[slot], places[slot] = key, j
        grams[j] = places[slot]


@kernel
def mix(key: int) -> int:
    """Spreads the bits of a key over those that choose a slot (the finalizer of MurmurHash3, shortened)."""
    value = np.uint64(key) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return int(np.int64(value >> np.uint64(20)))


@kernel
def top_characters(grams: Ints, counts: Ints, size: int, lengths: Ints, n: int) -> int:
    """Characters of the commonest n-gram, with a space between words, times its count; the first of equals."""
    top = 0
    for j in range(size):
        if counts[j] > counts[top]:
            top = j
    characters = n - 1
    for k in range(top, top + n):
        characters += lengths[k]
    return int(characters * counts[top])


@kernel
def duplicate_characters(grams: Ints, seen: npt.NDArray[np.bool_], size: int, lengths: Ints, n: int) -> int:
    """Characters of words in n-grams that stood before; after such a one the search goes on behind it."""
    seen[:size] = False
    characters, j = 0, 0
    while j < size:
        if seen[grams[j]]:
            for k in range(j, j + n):
                characters += lengths[k]
            j += n
        else:
            seen[grams[j]] = True
            j += 1
    return characters
