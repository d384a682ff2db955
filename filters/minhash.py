"""MinHash signatures: what two texts share of their shingles, in a few hundred bytes a text.

Broder 1997; the permutations are those of ``datasketch.MinHash(scheme="affine32")`` (datasketch 2.0, minhash.py): the
32-bit hash of a shingle goes once through the finalizer of MurmurHash3, then permutation k makes a_k h + b_k modulo
2^32 of it with an odd a_k. A signature equals datasketch's, value for value, fed with the same shingle hashes.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Ints

__all__ = ["EMPTY", "Permutations", "resemblance", "signatures"]

Values = npt.NDArray[np.uint32]

EMPTY = 0xFFFFFFFF
"""The value of a permutation that saw no shingle."""


@dataclass(frozen=True, slots=True)
class Permutations:
    """As many permutations as a signature has values, from a seed."""

    count: int
    seed: int = 1

    @property
    def fingerprint(self) -> str:
        """Changes when a value may change."""
        return f"minhash affine32, {self.count} permutations, seed {self.seed}"


@cache
def coefficients(permutations: Permutations) -> tuple[Values, Values]:
    """The a_k and b_k, drawn by datasketch."""
    from datasketch import MinHash  # takes a second, and only a run that signs needs it

    drawn = MinHash(permutations.count, permutations.seed, scheme="affine32").permutations
    return np.ascontiguousarray(drawn[0], np.uint32), np.ascontiguousarray(drawn[1], np.uint32)


def signatures(bounds: Ints, hashes: Values, permutations: Permutations) -> Values:
    """The signature of each text: one row a text, one column a permutation; `EMPTY` throughout without a shingle.

    Args:
        bounds: first shingle of each text, length n + 1.
        hashes: 32-bit hashes of the shingles; repeats change nothing.
        permutations: how many, and which.
    """
    return least_values(bounds, hashes, *coefficients(permutations))


def resemblance(one: Values, other: Values) -> npt.NDArray[np.float64]:
    """The estimate of the Jaccard similarity, row by row: the share of equal values."""
    return np.asarray((one == other).mean(axis=-1))


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
