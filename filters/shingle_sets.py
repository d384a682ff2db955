"""Sets of shingles: what the exact Jaccard similarity of two texts is made of.

A set is the distinct 32-bit hashes of a text's shingles, ascending. Two different shingles share a hash by chance: of
two texts of 10,000 shingles each in one of fifty pairs there is one such, which changes their similarity by 0.0001.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.cuts import Ints
from filters.minhash import Values

__all__ = ["SETS", "set_digests", "shingle_sets", "spans"]

SETS = pa.list_(pa.field("item", pa.uint32(), nullable=False))
"""A column of sets."""

ROW = np.uint64(32)


def shingle_sets(bounds: Ints, hashes: Values, present: npt.NDArray[np.bool_]) -> pa.ListArray:
    """The set of each text, null where it is not present.

    Args:
        bounds: first shingle of each text, and the count of all.
        hashes: of all shingles, in the order of the text, with repeats.
        present: which texts have a set.
    """
    counts = np.where(present, np.diff(bounds), 0)
    rows = np.repeat(np.arange(len(present), dtype=np.uint64), counts)
    keys = rows << ROW | hashes[np.repeat(present, np.diff(bounds))]
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    offsets = np.searchsorted(keys, np.arange(len(present) + 1, dtype=np.uint64) << ROW).astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(offsets), pa.array(keys.astype(np.uint32)), SETS, mask=pa.array(~np.asarray(present))
    )


def set_digests(bounds: Ints, hashes: Values) -> npt.NDArray[np.uint64]:
    """The xxh3-128 of each set, two numbers a row: sets are equal where their digests are.

    Signatures are digested so as well: as sets, of as many numbers each.
    """
    content = np.ascontiguousarray(hashes, "<u4").data.cast("B")
    ends = (4 * bounds).tolist()
    digests = b"".join(xxhash.xxh3_128_digest(content[a:b]) for a, b in pairwise(ends))
    return np.frombuffer(digests, "<u8").reshape(-1, 2)


def spans(sizes: Ints, most: int) -> list[int]:
    """Bounds of runs of neighbours whose sizes sum to no more than that, or of one that is greater alone."""
    ends = np.cumsum(sizes)
    bounds = [0]
    while bounds[-1] < len(sizes):
        before = int(ends[bounds[-1] - 1]) if bounds[-1] else 0
        bounds.append(max(bounds[-1] + 1, int(np.searchsorted(ends, before + most, side="right"))))
    return bounds
