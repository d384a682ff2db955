"""The sums behind `filters.gopher_repetition`.

An n-gram is known by the place of the first equal one of its text. That of n + 1 words follows from
two of n words, at a place and at the next: an exact pair of numbers, where the words themselves were
compared, so that no hash decides. Where either of the two occurs once the longer one does too: only the places of
n-grams that occur again are kept, and of ordinary text few are left after two words.
"""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
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
    places, grams, counts = np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64)
    before, seen = np.empty(widest + 1, np.int64), np.empty(widest, np.int64)
    table = np.empty(table_size(widest), np.int64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        first, size = rows[i], rows[i + 1] - rows[i]
        left = repeated_words(firsts[first : first + size], places, grams, counts)
        before[0] = 0
        for j in range(size):
            before[j + 1] = before[j] + lengths[first + j]
        for n in range(2, min(LONGEST, size) + 1):
            left = lengthen(places, grams, counts, left, table)
            if n <= TOP[-1]:
                sums[n - TOP[0], i] = top_characters(places, grams, counts, left, before, n)
            elif left == 0:
                break
            else:
                sums[n - TOP[0], i] = duplicate_characters(places, grams, seen, left, before, n)
    return sums


@inner
def repeated_words(firsts: Ints, places: Ints, grams: Ints, counts: Ints) -> int:
    """Writes the places of words that occur again, and for each the first equal one; how many they are."""
    size = len(firsts)
    counts[:size] = 0
    for j in range(size):
        counts[firsts[j] - firsts[0]] += 1
    left = 0
    for j in range(size):
        word = firsts[j] - firsts[0]
        places[left], grams[left] = j, word
        left += counts[word] > 1
    return left


@inner
def lengthen(places: Ints, grams: Ints, counts: Ints, size: int, table: tuple[Ints, Ints]) -> int:
    """Makes n-grams that occur again into those of one word more; how many are left. `counts` has their numbers."""
    pairs = 0
    for k in range(size - 1):
        pairs += places[k + 1] == places[k] + 1
    keys, values = table
    slots = table_size(pairs)
    values[:slots] = FREE
    pairs = 0
    for k in range(size - 1):
        place = places[k]
        if places[k + 1] != place + 1:
            continue
        key = (grams[k] << 32) | grams[k + 1]
        slot = mix(key) & (slots - 1)
        while values[slot] != FREE and keys[slot] != key:
            slot = (slot + 1) & (slots - 1)
        if values[slot] == FREE:
            keys[slot], values[slot], counts[place] = key, place, 0
        counts[values[slot]] += 1
        places[pairs], grams[pairs] = place, values[slot]
        pairs += 1
    left = 0
    for k in range(pairs):
        places[left], grams[left] = places[k], grams[k]
        left += counts[grams[k]] > 1
    return left


@inner
def mix(key: int) -> int:
    """Spreads the bits of a key over those that choose a slot (the finalizer of MurmurHash3, shortened)."""
    value = np.uint64(key) * np.uint64(0xFF51AFD7ED558CCD)
    value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return int(np.int64(value >> np.uint64(20)))


@inner
def top_characters(places: Ints, grams: Ints, counts: Ints, size: int, before: Ints, n: int) -> int:
    """Characters of the commonest n-gram, with a space between words, times its count; the first of equals."""
    top, most = 0, 1  # where none occurs again, the first
    for k in range(size):
        if counts[grams[k]] > most:
            top, most = places[k], counts[grams[k]]
    return int((before[top + n] - before[top] + n - 1) * most)


@kernel
def duplicate_characters(places: Ints, grams: Ints, seen: Ints, size: int, before: Ints, n: int) -> int:
    """Characters of words in n-grams that stood before; after such a one the search goes on behind it."""
    for k in range(size):
        seen[grams[k]] = False
    characters, behind = 0, 0
    for k in range(size):
        place = places[k]
        if place < behind:
            continue
        if seen[grams[k]]:
            characters += before[place + n] - before[place]
            behind = place + n
        else:
            seen[grams[k]] = True
    return characters
