"""One code point of valid UTF-8 at a time, for compiled loops over Arrow's buffers."""

import numba

from filters.cuts import Bytes

__all__ = ["decode", "encode"]


@numba.njit(inline="always")
def decode(data: Bytes, here: int) -> tuple[int, int]:
    """The code point whose first byte is ``data[here]``, and its length in bytes."""
    byte = data[here]
    if byte < 0x80:
        return int(byte), 1
    if byte < 0xE0:
        return (int(byte) & 0x1F) << 6 | (int(data[here + 1]) & 0x3F), 2
    if byte < 0xF0:
        return (int(byte) & 0x0F) << 12 | (int(data[here + 1]) & 0x3F) << 6 | (int(data[here + 2]) & 0x3F), 3
    return (
        (int(byte) & 0x07) << 18
        | (int(data[here + 1]) & 0x3F) << 12
        | (int(data[here + 2]) & 0x3F) << 6
        | (int(data[here + 3]) & 0x3F)
    ), 4


@numba.njit(inline="always")
def encode(code: int, data: Bytes, here: int) -> int:
    """Writes a code point to ``data[here:]``; one past its last byte."""
    if code < 0x80:
        data[here] = code
        return here + 1
    if code < 0x800:
        data[here] = 0xC0 | code >> 6
        data[here + 1] = 0x80 | code & 0x3F
        return here + 2
    if code < 0x10000:
        data[here] = 0xE0 | code >> 12
        data[here + 1] = 0x80 | code >> 6 & 0x3F
        data[here + 2] = 0x80 | code & 0x3F
        return here + 3
    data[here] = 0xF0 | code >> 18
    data[here + 1] = 0x80 | code >> 12 & 0x3F
    data[here + 2] = 0x80 | code >> 6 & 0x3F
    data[here + 3] = 0x80 | code & 0x3F
    return here + 4
