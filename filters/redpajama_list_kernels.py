"""Looking words and n-grams of words up in lists: the counts behind `filters.redpajama_lists`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel, making
from filters.cuts import Bytes, Ints
from filters.cutting import FREE, NONE, piece_key, table_size
from filters.redpajama_tables import WHITE_SPACE, WORD
from filters.stop_word_kernels import equal
from filters.utf8 import decode

__all__ = ["count_grams", "count_raw_words"]

Entries = tuple[Bytes, Ints]
"""The bytes of all listed entries, and where each begins, with the end of the last."""
Listed = tuple[Any, Ints, Ints]
"""A hash table of the keys of first words, the entry each leads to, and the next entry of the same key."""
Member = npt.NDArray[np.bool_]
"""Of which lists (columns) each entry (rows) is."""

_SPACE = 0x20


@inner
def slot_of(key: Any, keys: Any) -> int:
    """Where a key stands in the table, or could."""
    slot = np.int64((key ^ key >> np.uint64(29)) * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(32)) & (len(keys) - 1)
    while keys[slot] != NONE and keys[slot] != key:
        slot = (slot + 1) & (len(keys) - 1)
    return int(slot)


@making
def by_first_word(letters: Bytes, bounds: Ints) -> Listed:
    """Entries by the key of what stands before their first space: most words of a text are of none."""
    count = len(bounds) - 1
    keys, heads = np.zeros(table_size(count), np.uint64), np.empty(table_size(count), np.int64)
    following = np.full(count, FREE, np.int64)
    for entry in range(count):
        end = bounds[entry]
        while end < bounds[entry + 1] and letters[end] != _SPACE:
            end += 1
        key = piece_key(letters, bounds[entry], end)
        slot = slot_of(key, keys)
        if keys[slot] == key:
            following[entry] = heads[slot]
        keys[slot], heads[slot] = key, entry
    return keys, heads, following


@inner
def first_entry(data: Bytes, start: int, end: int, listed: Listed) -> int:
    """The first of the entries that may begin with this word, or `FREE`."""
    keys, heads, _ = listed
    slot = slot_of(piece_key(data, start, end), keys)
    return int(heads[slot]) if keys[slot] != NONE else FREE


@kernel
def count_raw_words(offsets: Ints, data: Bytes, classes: Bytes, entries: Entries, member: Member) -> Ints:
    r"""Words of each text, ``\w+|[^\w\s]+``, then those of each list: a row a count."""
    letters, bounds = entries
    listed = by_first_word(letters, bounds)
    counts = np.zeros((member.shape[1] + 1, len(offsets) - 1), np.int64)
    for row in range(len(offsets) - 1):
        kind, start, here = 0, offsets[row], offsets[row]
        while here <= offsets[row + 1]:
            now, length = 0, 1
            if here < offsets[row + 1]:
                code, length = decode(data, here)
                flags = classes[code]
                now = 0 if flags & WHITE_SPACE else (1 if flags & WORD else 2)
            if now != kind:
                if kind:
                    counts[0, row] += 1
                    entry = first_entry(data, start, here, listed)
                    while entry != FREE:
                        size = bounds[entry + 1] - bounds[entry]
                        if size == here - start and equal(data, start, letters, bounds[entry], size):
                            for of_list in range(member.shape[1]):
                                counts[of_list + 1, row] += member[entry, of_list]
                        entry = listed[2][entry]
                kind, start = now, here
            here += length
    return counts


@kernel
def count_grams(words: tuple[Ints, Ints, Ints], data: Bytes, entries: Entries, member: Member) -> Ints:
    """Places in each text where an entry of a list stands, from a word's begin to a word's end: a row a list.

    The words of a text must stand one after the other, a single space behind each, the last one too.
    """
    rows, starts, ends = words
    letters, bounds = entries
    listed = by_first_word(letters, bounds)
    counts = np.zeros((member.shape[1], len(rows) - 1), np.int64)
    for row in range(len(rows) - 1):
        for j in range(rows[row], rows[row + 1]):
            entry = first_entry(data, starts[j], ends[j], listed)
            while entry != FREE:
                size = bounds[entry + 1] - bounds[entry]
                end = starts[j] + size
                if (
                    end <= ends[rows[row + 1] - 1]
                    and data[end] == _SPACE
                    and equal(data, starts[j], letters, bounds[entry], size)
                ):
                    for of_list in range(member.shape[1]):
                        counts[of_list, row] += member[entry, of_list]
                entry = listed[2][entry]
    return counts
