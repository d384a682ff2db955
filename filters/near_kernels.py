"""The passes behind near duplicates: hashes of bands, and the stars of verified candidates."""

from typing import Any

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cuts import Ints
from filters.minhash import Values

__all__ = ["LEADERS", "band_hashes", "likeness", "star_edges"]

LEADERS = 8
"""So many members of a bucket are compared with the rest of it: linear, whatever the bucket's size."""

STEP = np.uint64(0x9E3779B97F4A7C15)
M1, M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # the finalizer of MurmurHash3, 64 bits
S33 = np.uint64(33)


@kernel
def band_hashes(signatures: Values, bands: int) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of the values of each band, and of its number: one row a signature, one column a band."""
    rows = signatures.shape[1] // bands
    found = np.empty((len(signatures), bands), np.uint64)
    for text in range(len(signatures)):
        for band in range(bands):
            h = np.uint64(band + 1) * STEP
            for row in range(band * rows, (band + 1) * rows):
                h = (h ^ np.uint64(signatures[text, row])) * M1
                h ^= h >> S33
            h = (h ^ (h >> S33)) * M2
            found[text, band] = h ^ (h >> S33)
    return found


@inner
def likeness(one: Values, other: Values, least: int, rows: int) -> int:
    """How many values two signatures share; -1 where they are no duplicates.

    They are where they share `least`; or, with `rows` above 0, all values of some band of that many rows.
    """
    equal = 0
    for k in range(len(one)):  # to the end: a loop that gives up in the middle is not made of vector instructions
        equal += one[k] == other[k]
    if rows == 0:
        return equal if equal >= least else -1
    for first in range(0, len(one), rows):
        same = True
        for k in range(first, first + rows):
            same &= one[k] == other[k]
        if same:
            return equal
    return -1


@kernel
def star_edges(bounds: Ints, members: Ints, signatures: Values, least: int) -> Any:
    """In each bucket: the first member and all that resemble it; then the same among the rest, for `LEADERS` rounds.

    Args:
        bounds: first member of each bucket, and the count of all.
        members: rows of `signatures`; the first of a bucket leads it.
        signatures: of all members.
        least: how many equal values make a resemblance.

    Returns:
        Leader, member and count of equal values of each edge.
    """
    leaders, others = np.empty(len(members), np.int64), np.empty(len(members), np.int64)
    equals = np.empty(len(members), np.int64)
    waiting = members.copy()
    found = 0
    for bucket in range(len(bounds) - 1):
        first, stop = bounds[bucket], bounds[bucket + 1]
        for _ in range(LEADERS):
            left = first
            for j in range(first + 1, stop):
                equal = likeness(signatures[waiting[first]], signatures[waiting[j]], least, 0)
                if equal >= 0:
                    leaders[found], others[found], equals[found] = waiting[first], waiting[j], equal
                    found += 1
                else:
                    left += 1
                    waiting[left] = waiting[j]
            if left == first:
                break
            for j in range(first, left):
                waiting[j] = waiting[j + 1]
            stop = left
    return leaders[:found], others[:found], equals[:found]
