"""Looking words and n-grams of words up in lists: the counts behind `filters.redpajama_lists`."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.cutting import FREE, piece_hash, table_size
from filters.redpajama_tables import WHITE_SPACE, WORD
from filters.stop_word_kernels import equal
from filters.utf8 import decode

__all__ = ["count_grams", "count_raw_words"]

Flags = npt.NDArray[np.bool_]
Entries = tuple[Bytes, Ints]
"""The bytes of all listed entries, and where each begins, with the end of the last."""
Listed = tuple[Bytes, Ints, Ints, Flags]
"""Entries; a hash table of their numbers; and which first bytes have an entry of which length."""


@kernel
def look_up_table(letters: Bytes, bounds: Ints) -> Listed:
    """A hash table of the entries, and the cheap question that spares most words their hash."""
    count, longest = len(bounds) - 1, 0
    slots = np.full(table_size(count), FREE, np.int64)
    for entry in range(count):
        longest = max(longest, bounds[entry + 1] - bounds[entry])
        slot = piece_hash(letters, bounds[entry], bounds[entry + 1]) & (len(slots) - 1)
        while slots[slot] != FREE:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = entry
    begins = np.zeros((256, longest + 1), np.bool_)
    for entry in range(count):
        begins[letters[bounds[entry]], bounds[entry + 1] - bounds[entry]] = True
    return letters, bounds, slots, begins


@kernel
def entry_at(data: Bytes, start: int, end: int, listed: Listed) -> int:
    """The number of the entry that these bytes are, or `FREE`."""
    letters, bounds, slots, begins = listed
    length = end - start
    if length >= begins.shape[1] or not begins[data[start], length]:
        return FREE
    slot = piece_hash(data, start, end) & (len(slots) - 1)
    while slots[slot] != FREE:
        entry = slots[slot]
        if bounds[entry + 1] - bounds[entry] == length and equal(data, start, letters, bounds[entry], length):
            return int(entry)
        slot = (slot + 1) & (len(slots) - 1)
    return FREE


@kernel
def count_raw_words(offsets: Ints, data: Bytes, classes: Bytes, entries: Entries, member: Flags) -> Ints:
    r"""Words of each text, ``\w+|[^\w\s]+``, then those of each list (the columns of `member`): a row a count."""
    listed = look_up_table(entries[0], entries[1])
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
                    entry = entry_at(data, start, here, listed)
                    if entry != FREE:
                        counts[1:, row] += member[entry]
                kind, start = now, here
            here += length
    return counts


@kernel
def count_grams(words: tuple[Ints, Ints, Ints], data: Bytes, sizes: Ints, entries: Entries, member: Flags) -> Ints:
    """N-grams of each text, of any of these `sizes`, that are entries of each list: a row a list.

    Words of a text must stand one after the other with a single space between them.
    """
    rows, starts, ends = words
    listed = look_up_table(entries[0], entries[1])
    counts = np.zeros((member.shape[1], len(rows) - 1), np.int64)
    for row in range(len(rows) - 1):
        for j in range(rows[row], rows[row + 1]):
            for size in sizes:
                if j + size <= rows[row + 1]:
                    entry = entry_at(data, starts[j], ends[j + size - 1], listed)
                    if entry != FREE:
                        counts[:, row] += member[entry]
    return counts
