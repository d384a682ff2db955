"""The passes behind `filters.shingles`: normalised items of every text, then a hash for every n of them."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["ALONE", "REMOVED", "SEPARATOR", "item_hashes", "shingle_hashes"]

SEPARATOR, REMOVED = -1, -2
ALONE = 1 << 24
ZERO, SPACE = 48, 32

Items = npt.NDArray[np.uint64]

BASIS, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, by code points
STEP = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: what one item further back is multiplied by
MIX = np.uint64(0xFF51AFD7ED558CCD)
HIGH = np.uint64(32)


@kernel
def item_hashes(offsets: Ints, data: Bytes, table: npt.NDArray[np.int32], characters: bool) -> tuple[Ints, Items]:
    """First item of each text (one more than texts), and a 64-bit hash of each item: a word, or a character."""
    rows = np.zeros(len(offsets), np.int64)
    items = np.empty(offsets[-1] - offsets[0] + 1, np.uint64)
    count = 0
    for row in range(len(offsets) - 1):
        here, stop = offsets[row], offsets[row + 1]
        word, inside, digits = BASIS, False, False
        while here < stop:
            byte = data[here]
            if byte < 0x80:
                normal, width = table[byte], 1
            else:
                code, width = decode(data, here)
                normal = table[code]
            here += width
            if normal == REMOVED or (digits and normal == ZERO):
                continue
            digits = normal == ZERO
            if normal == SEPARATOR:
                if inside and not characters:
                    items[count] = word
                    count += 1
                word, inside = BASIS, False
                continue
            if characters:
                if not inside and count > rows[row]:
                    items[count] = (BASIS ^ np.uint64(SPACE)) * PRIME * STEP
                    count += 1
                items[count] = (BASIS ^ np.uint64(normal)) * PRIME * STEP
                count += 1
                inside = True
            elif normal & ALONE:
                if inside:
                    items[count] = word
                    count += 1
                items[count] = (BASIS ^ np.uint64(normal)) * PRIME
                count += 1
                word, inside = BASIS, False
            else:
                word = (word ^ np.uint64(normal)) * PRIME
                inside = True
        if inside and not characters:
            items[count] = word
            count += 1
        rows[row + 1] = count
    return rows, items[:count]


@kernel
def shingle_hashes(rows: Ints, items: Items, n: int) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """First shingle of each text, and the hash of each n items in a row; of all, where there are fewer."""
    bounds = np.zeros(len(rows), np.int64)
    hashes = np.empty(len(items) + len(rows), np.uint32)
    furthest = np.uint64(1)
    for _ in range(n):
        furthest *= STEP
    count = 0
    for row in range(len(rows) - 1):
        window = np.uint64(0)
        for j in range(rows[row], rows[row + 1]):
            window = window * STEP + items[j]
            if j - rows[row] >= n:
                window -= items[j - n] * furthest
            if j - rows[row] >= n - 1 or j == rows[row + 1] - 1:
                mixed = (window ^ (window >> HIGH)) * MIX
                hashes[count] = np.uint32(mixed >> HIGH)
                count += 1
        bounds[row + 1] = count
    return bounds, hashes[:count]
