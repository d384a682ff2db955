"""The passes behind `filters.contamination`: where n-grams of benchmarks stand in texts."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.shingle_kernels import ALONE, REMOVED, SEPARATOR, STEP, Items
from filters.utf8 import decode

__all__ = ["find_grams", "gram_hashes", "word_places"]

HIGH, MIX = np.uint64(32), np.uint64(0xFF51AFD7ED558CCD)


@kernel
def gram_hashes(items: Items, n: int) -> Items:
    """A 64-bit hash of each n items in a row, in order; none where there are fewer."""
    furthest = np.uint64(1)
    for _ in range(n):
        furthest *= STEP
    hashes = np.empty(max(len(items) - n + 1, 0), np.uint64)
    window = np.uint64(0)
    for j in range(len(items)):
        window = window * STEP + items[j]
        if j >= n:
            window -= items[j - n] * furthest
        if j >= n - 1:
            mixed = (window ^ (window >> HIGH)) * MIX
            hashes[j - n + 1] = mixed ^ (mixed >> HIGH)
    return hashes


@kernel
def find_grams(rows: Ints, items: Items, n: int, keys: Items, seen: Bytes, found: Ints) -> int:
    """Writes (text, its first item, place of the key) of each gram that is a key, as far as there is room.

    Args:
        rows: first item of each text, and the end of the last.
        items: hashes of all items.
        n: items of a gram.
        keys: sorted hashes.
        seen: a bit for the last bits of every key, so that most grams need no search; its length is a power of two.
        found: rows of three.

    Returns:
        How many there are.
    """
    count = 0
    last = np.uint64(8 * len(seen) - 1)
    for row in range(len(rows) - 1):
        hashes = gram_hashes(items[rows[row] : rows[row + 1]], n)
        for j in range(len(hashes)):
            bit = hashes[j] & last
            if not seen[bit >> np.uint64(3)] >> np.uint8(bit & np.uint64(7)) & 1:
                continue
            place = np.searchsorted(keys, hashes[j])
            if place < len(keys) and keys[place] == hashes[j]:
                if count < len(found):
                    found[count, 0], found[count, 1], found[count, 2] = row, j, place
                count += 1
    return count


@kernel
def word_places(offsets: Ints, data: Bytes, table: npt.NDArray[np.int32], chosen: Ints) -> tuple[Ints, Ints, Ints]:
    """First word of each chosen text, and first and last byte of every word: those of `filters.shingle_kernels`."""
    rows = np.zeros(len(chosen) + 1, np.int64)
    size = 0
    for row in chosen:
        size += offsets[row + 1] - offsets[row]
    starts, ends = np.empty(size, np.int64), np.empty(size, np.int64)
    count = 0
    for k in range(len(chosen)):
        here, stop = offsets[chosen[k]], offsets[chosen[k] + 1]
        inside = False
        while here < stop:
            code, width = decode(data, here)
            normal = table[code]
            if normal == REMOVED:
                here += width
                continue
            if inside and (normal == SEPARATOR or normal & ALONE):
                inside = False
                count += 1
            if normal != SEPARATOR:
                if not inside:
                    starts[count] = here
                ends[count] = here + width
                inside = not normal & ALONE
                count += not inside
            here += width
        count += inside
        rows[k + 1] = count
    return rows, starts[:count], ends[:count]
