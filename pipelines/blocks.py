"""Packed blocks: records of one NumPy type as bytes, by key, in elements that every engine's shuffle takes."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK_BYTES", "Packed", "blocks", "keyed_blocks", "partitions_of", "unpacked"]

BLOCK_BYTES = 1 << 20
"""No block is larger; engines bound their elements, the tightest of the common ones at some 10 MB."""

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, 2**64 over the golden ratio: neighbouring numbers part widely

Packed = bytes
"""Records of one type, as bytes."""

Records = npt.NDArray[np.void]


def blocks(records: Records) -> Iterator[Packed]:
    """Records as bytes, in order."""
    most = BLOCK_BYTES // records.dtype.itemsize
    for first in range(0, len(records), most):
        yield records[first : first + most].tobytes()


def keyed_blocks(keys: npt.NDArray[np.int64], records: Records) -> Iterator[tuple[int, Packed]]:
    """Records as bytes by their keys, ascending; those of one key stay in order."""
    order = np.argsort(keys, kind="stable")
    keys, records = keys[order], records[order]
    begins = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    for first, last in pairwise([*begins.tolist(), len(keys)]):
        for block in blocks(records[first:last]):
            yield int(keys[first]), block


def unpacked(parts: Iterable[Packed], dtype: np.dtype[Any]) -> Records:
    """The records of blocks."""
    return np.concatenate([np.empty(0, dtype), *(np.frombuffer(part, dtype) for part in parts)])


def partitions_of(numbers: npt.NDArray[np.uint64], count: int) -> npt.NDArray[np.int64]:
    """To which of some partitions each number belongs; numbers that lie close together are spread.

    A number is multiplied by a constant (Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4), of
    which the upper half chooses.
    """
    spread = (numbers * SPREAD) >> np.uint64(32)
    return ((spread * np.uint64(count)) >> np.uint64(32)).astype(np.int64)
