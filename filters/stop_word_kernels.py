"""The pass over distinct words behind `filters.stop_words`."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.cutting import FREE, piece_hash, table_size

__all__ = ["count_listed"]


@kernel
def count_listed(
    words: tuple[Ints, Ints, Ints],
    firsts: Ints,
    data: Bytes,
    letters: Bytes,
    bounds: Ints,
    member: npt.NDArray[np.bool_],
) -> Ints:
    """Distinct words of each text that are of each list: one row of the answer a list, one column a text.

    Args:
        words: rows, starts and ends.
        firsts: the first equal word of each.
        data: what they are places of.
        letters: all listed words, joined.
        bounds: where each begins, and the end of the last.
        member: of which lists (columns) each listed word (rows) is.
    """
    rows, starts, ends = words
    size, longest = table_size(len(member)), 0
    table = np.full(size, FREE, np.int64)
    for entry in range(len(member)):
        longest = max(longest, bounds[entry + 1] - bounds[entry])
        slot = piece_hash(letters, bounds[entry], bounds[entry + 1]) & (size - 1)
        while table[slot] != FREE:
            slot = (slot + 1) & (size - 1)
        table[slot] = entry
    # a look-up table of what lengths and first bytes occur spares most words their hash
    begins = np.zeros((256, longest + 1), np.bool_)
    for entry in range(len(member)):
        begins[letters[bounds[entry]], bounds[entry + 1] - bounds[entry]] = True
    counts = np.zeros((member.shape[1], len(rows) - 1), np.int64)
    for i in range(len(rows) - 1):
        for j in range(rows[i], rows[i + 1]):
            length = ends[j] - starts[j]
            if firsts[j] != j or length > longest or not begins[data[starts[j]], length]:
                continue
            slot = piece_hash(data, starts[j], ends[j]) & (size - 1)
            while table[slot] != FREE:
                entry = table[slot]
                if bounds[entry + 1] - bounds[entry] == length and equal(
                    data, starts[j], letters, bounds[entry], length
                ):
                    for of_list in range(member.shape[1]):
                        counts[of_list, i] += member[entry, of_list]
                    break
                slot = (slot + 1) & (size - 1)
    return counts


@kernel
def equal(data: Bytes, one: int, letters: Bytes, other: int, length: int) -> bool:
    """Whether bytes of two buffers are the same."""
    k = 0
    while k < length and data[one + k] == letters[other + k]:
        k += 1
    return k == length
