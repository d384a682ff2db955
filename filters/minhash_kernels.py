"""The pass behind `filters.minhash`: the least value of every permutation over the shingles of every text."""

import numpy as np

from filters.compiled import kernel
from filters.cuts import Ints
from filters.minhash import EMPTY, Values

__all__ = ["least_values"]


@kernel
def least_values(bounds: Ints, hashes: Values, a: Values, b: Values) -> Values:
    """The least value of each permutation over the shingles of each text."""
    found = np.full((len(bounds) - 1, len(a)), np.uint32(EMPTY), np.uint32)
    mixed = np.empty(BLOCK, np.uint32)
    for row in range(len(bounds) - 1):
        for first in range(bounds[row], bounds[row + 1], BLOCK):
            size = min(BLOCK, bounds[row + 1] - first)
            for j in range(size):
                h = hashes[first + j]
                h = np.uint32(np.uint32(h ^ (h >> S16)) * M1)
                h = np.uint32(np.uint32(h ^ (h >> S13)) * M2)
                mixed[j] = h ^ (h >> S16)
            for k in range(len(a)):
                ak, bk, least = a[k], b[k], found[row, k]
                for j in range(size):
                    least = min(least, np.uint32(np.uint32(ak * mixed[j]) + bk))
                found[row, k] = least
    return found


BLOCK = 256  # shingles that stay in the nearest cache while every permutation passes over them
S13, S16 = np.uint32(13), np.uint32(16)
M1, M2 = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
