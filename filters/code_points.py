"""Places in a text: code points, which spans and edits count, to and from bytes, which kernels count."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.eight_bytes import continuing, load, ones

__all__ = ["lengths", "to_bytes", "to_code_points"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def lengths(offsets: Ints, data: Bytes) -> Ints:
    """Code points of each text; offsets and bytes as `filters.cuts.text_buffers` gives them."""
    return count_code_points(offsets, data)


def to_bytes(offsets: Ints, data: Bytes, row_starts: Ints, positions: Ints) -> Ints:
    """Places in the buffer of places in texts.

    Linear in the text where the positions of a row ascend; any other order gives the same values, slower.

    Args:
        offsets: first byte of each of n texts, and the end of the last.
        data: UTF-8.
        row_starts: length n + 1; ``positions[row_starts[i]:row_starts[i + 1]]`` belong to text i.
        positions: code points from the start of their text; its length is allowed, and gives its end.

    Returns:
        Bytes from the start of `data`.

    Raises:
        ValueError: a position is negative or beyond the end of its text.
    """
    found, row = walk_to_bytes(offsets, data, np.asarray(row_starts, np.int64), np.asarray(positions, np.int64))
    if row >= 0:
        raise ValueError(
            f"a position in text {row} is not within its {lengths(offsets[row : row + 2], data)[0]} characters"
        )
    return found


def to_code_points(offsets: Ints, data: Bytes, row_starts: Ints, positions: Ints) -> Ints:
    """Places in texts of places in the buffer: the inverse of `to_bytes`.

    A byte within a character gives the place after it.

    Raises:
        ValueError: a position lies before or after its text.
    """
    found, row = walk_to_code_points(offsets, data, np.asarray(row_starts, np.int64), np.asarray(positions, np.int64))
    if row >= 0:
        raise ValueError(f"a position in text {row} is not within bytes {offsets[row]} to {offsets[row + 1]}")
    return found


@kernel
def count_code_points(offsets: Ints, data: Bytes) -> Ints:
    """Bytes of each text that continue no character."""
    counts = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        count = last - here
        while here + 8 <= last:
            count -= ones(continuing(load(data, here)))
            here += 8
        while here < last:
            count -= (data[here] & 0xC0) == 0x80
            here += 1
        counts[i] = count
    return counts


@kernel
def walk_to_bytes(offsets: Ints, data: Bytes, row_starts: Ints, positions: Ints) -> tuple[Ints, int]:
    """The bytes, and the first row with a position outside of its text, or -1."""
    found = np.empty(len(positions), np.int64)
    for i in range(len(offsets) - 1):
        byte, code_point, end = offsets[i], 0, offsets[i + 1]
        for j in range(row_starts[i], row_starts[i + 1]):
            if positions[j] < code_point:
                byte, code_point = offsets[i], 0
            while positions[j] - code_point >= 8 and byte + 8 <= end:
                code_point += 8 - ones(continuing(load(data, byte)))
                byte += 8
            while byte < end and (code_point < positions[j] or (data[byte] & 0xC0) == 0x80):
                code_point += (data[byte] & 0xC0) != 0x80
                byte += 1
            if code_point != positions[j]:
                return found, i
            found[j] = byte
    return found, -1


@kernel
def walk_to_code_points(offsets: Ints, data: Bytes, row_starts: Ints, positions: Ints) -> tuple[Ints, int]:
    """The code points, and the first row with a position outside of its text, or -1."""
    found = np.empty(len(positions), np.int64)
    for i in range(len(offsets) - 1):
        byte, code_point = offsets[i], 0
        for j in range(row_starts[i], row_starts[i + 1]):
            if positions[j] < offsets[i] or positions[j] > offsets[i + 1]:
                return found, i
            if positions[j] < byte:
                byte, code_point = offsets[i], 0
            while positions[j] - byte >= 8:
                code_point += 8 - ones(continuing(load(data, byte)))
                byte += 8
            while byte < positions[j]:
                code_point += (data[byte] & 0xC0) != 0x80
                byte += 1
            found[j] = code_point
    return found, -1
