"""Kernels of pieces of texts: a hash of each one's normal form, and the edits that drop pieces."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.shingle_kernels import ALONE, BASIS, HIGH, MIX, PRIME, REMOVED, SEPARATOR, SPACE, ZERO
from filters.utf8 import decode

__all__ = ["drop_pieces", "piece_hashes"]

Hashes = npt.NDArray[np.uint64]


@kernel
def piece_hashes(data: Bytes, starts: Ints, ends: Ints, table: npt.NDArray[np.int32]) -> tuple[Hashes, Ints]:
    """A hash of each piece's words, normalised as `filters.shingles` does, with one space between them; its letters.

    Digits are no letters: a row of a table of numbers is a row of zeros, and has none.
    """
    hashes, letters = np.empty(len(starts), np.uint64), np.zeros(len(starts), np.int64)
    for piece in range(len(starts)):
        here, digits, between, value = starts[piece], False, False, BASIS
        while here < ends[piece]:
            code, width = decode(data, here)
            here += width
            normal = table[code]
            if normal == REMOVED or (digits and normal == ZERO):
                continue
            digits = normal == ZERO
            if normal == SEPARATOR:
                between = value != BASIS
                continue
            if between:
                value = (value ^ np.uint64(SPACE)) * PRIME
                between = False
            value = (value ^ np.uint64(normal & (ALONE - 1))) * PRIME
            letters[piece] += not digits
        mixed = (value ^ (value >> HIGH)) * MIX
        hashes[piece] = mixed ^ (mixed >> HIGH)
    return hashes, letters


@kernel
def drop_pieces(rows: Ints, starts: Ints, ends: Ints, dropped: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """First edit of each row, and start and end byte of every edit, in turn.

    A piece goes with what parts it from the one before; before the first that stays, with what parts it from the next.
    """
    bounds, places, count = np.zeros(len(rows), np.int64), np.empty(2 * len(starts), np.int64), 0
    for row in range(len(rows) - 1):
        stays = False
        for piece in range(rows[row], rows[row + 1]):
            if not dropped[piece]:
                stays = True
                continue
            start, end = starts[piece], ends[piece]
            if stays:
                start = ends[piece - 1]
            elif piece + 1 < rows[row + 1]:
                end = starts[piece + 1]
            if end > start:
                places[2 * count], places[2 * count + 1] = start, end
                count += 1
        bounds[row + 1] = count
    return bounds, places[: 2 * count]
