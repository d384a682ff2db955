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
NONE, ONE = np.uint64(0), np.uint64(1)
OTHER = np.uint64(1 << 32)  # a byte that asks for more than one look: a digit, or part of a longer code point


@kernel
def item_hashes(offsets: Ints, data: Bytes, table: npt.NDArray[np.int32], characters: bool) -> tuple[Ints, Items]:
    """First item of each text (one more than texts), and a 64-bit hash of each item: a word, or a character.

    ASCII letters and separators of words go without a branch that depends on which of them they are: the end of a word
    cannot be foreseen, and a wrong guess costs as much as hashing four letters. Places are unsigned, since numba asks
    of every signed one whether it counts from the end.
    """
    rows = np.zeros(len(offsets), np.int64)
    items = np.empty(offsets[-1] - offsets[0] + 1, np.uint64)  # the last is where a word is put that is none
    simple = np.full(256, OTHER)
    for code in range(0 if characters else 128):
        if table[code] == SEPARATOR:
            simple[code] = NONE
        elif ZERO != table[code] > 0 and not table[code] & ALONE:
            simple[code] = np.uint64(table[code])
    count = NONE
    for row in range(len(offsets) - 1):
        here, stop = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        word, inside, digits = BASIS, NONE, False  # inside: of a word, 1; of none, 0
        while here < stop:
            letter = simple[data[here]]
            if letter != OTHER:
                continues = np.uint64(letter != NONE)
                items[count] = word
                count += inside & (ONE - continues)
                word = (word ^ letter) * PRIME if continues else BASIS
                inside, digits = continues, False
                here += ONE
                continue
            code, width = decode(data, np.int64(here))
            normal = table[np.uint64(code)]
            here += np.uint64(width)
            if normal == REMOVED or (digits and normal == ZERO):
                continue
            digits = normal == ZERO
            if characters:
                if normal == SEPARATOR:
                    inside = NONE
                    continue
                if not inside and np.int64(count) > rows[row]:
                    items[count] = (BASIS ^ np.uint64(SPACE)) * PRIME * STEP
                    count += ONE
                items[count] = (BASIS ^ np.uint64(normal)) * PRIME * STEP
                count += ONE
                inside = ONE
            elif normal == SEPARATOR or normal & ALONE:
                items[count] = word
                count += inside
                word, inside = BASIS, NONE
                if normal != SEPARATOR:
                    items[count] = (BASIS ^ np.uint64(normal)) * PRIME
                    count += ONE
            else:
                word = (word ^ np.uint64(normal)) * PRIME
                inside = ONE
        if not characters:
            items[count] = word
            count += inside
        rows[row + 1] = np.int64(count)
    return rows, items[: np.int64(count)]


@kernel
def shingle_hashes(rows: Ints, items: Items, n: int) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """First shingle of each text, and the hash of each n items in a row; of all, where there are fewer."""
    bounds = np.zeros(len(rows), np.int64)
    hashes = np.empty(len(items) + len(rows), np.uint32)
    furthest = ONE
    for _ in range(n):
        furthest *= STEP
    count, back = NONE, np.uint64(n)
    for row in range(len(rows) - 1):
        first, stop = np.uint64(rows[row]), np.uint64(rows[row + 1])
        window, whole = NONE, min(first + back, stop)
        for j in range(first, whole):
            window = window * STEP + items[j]
        if first < stop:
            hashes[count] = np.uint32(((window ^ (window >> HIGH)) * MIX) >> HIGH)
            count += ONE
        for j in range(whole, stop):
            window = window * STEP + (items[j] - items[j - back] * furthest)
            hashes[count] = np.uint32(((window ^ (window >> HIGH)) * MIX) >> HIGH)
            count += ONE
        bounds[row + 1] = np.int64(count)
    return bounds, hashes[: np.int64(count)]
