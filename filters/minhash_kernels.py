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
        mine = found[row]
        for first in range(bounds[row], bounds[row + 1], BLOCK):
            size = min(BLOCK, bounds[row + 1] - first)
            for j in range(size):
                h = hashes[first + j]
                h = np.uint32(np.uint32(h ^ (h >> S16)) * M1)
                h = np.uint32(np.uint32(h ^ (h >> S13)) * M2)
                mixed[j] = h ^ (h >> S16)
            whole = (size + GROUP - 1) // GROUP * GROUP
            mixed[size:whole] = mixed[0]  # repeats change nothing
            for j in range(0, whole, GROUP):
                for k in range(len(a)):
                    least = mine[k]
                    for i in range(GROUP):
                        least = min(least, np.uint32(np.uint32(a[k] * mixed[j + i]) + b[k]))
                    mine[k] = least
    return found


BLOCK = 256  # shingles that stay in the nearest cache until every permutation has passed over them
GROUP = 8  # of these: so many between reading and writing a permutation's least value, 16 permutations side by side
S13, S16 = np.uint32(13), np.uint32(16)
M1, M2 = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)
