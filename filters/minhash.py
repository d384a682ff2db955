"""MinHash signatures: what two texts share of their shingles, in a few hundred bytes a text.

Broder 1997; the permutations are those of ``datasketch.MinHash(scheme="affine32")`` (datasketch 2.0, minhash.py): the
32-bit hash of a shingle goes once through the finalizer of MurmurHash3, then permutation k makes a_k h + b_k modulo
2^32 of it with an odd a_k. A signature equals datasketch's, value for value, fed with the same shingle hashes.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

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
    from filters.minhash_kernels import least_values

    return least_values(bounds, hashes, *coefficients(permutations))


def resemblance(one: Values, other: Values) -> npt.NDArray[np.float64]:
    """The estimate of the Jaccard similarity, row by row: the share of equal values."""
    return np.asarray((one == other).mean(axis=-1))
