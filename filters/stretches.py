"""Kernels on a stretch of bytes: where its last character begins, and what is left of it without its edges."""

from filters.compiled import inner
from filters.cuts import Bytes
from filters.utf8 import decode

__all__ = ["last_character", "trimmed"]


@inner
def last_character(data: Bytes, end: int) -> int:
    """Where the character begins that ends here."""
    last = end - 1
    while data[last] & 0xC0 == 0x80:
        last -= 1
    return last


@inner
def trimmed(data: Bytes, start: int, end: int, classes: Bytes, edge: int) -> tuple[int, int]:
    """First byte and one past the last without the characters of some classes at both ends."""
    while start < end:
        code, width = decode(data, start)
        if not classes[code] & edge:
            break
        start += width
    while end > start:
        last = last_character(data, end)
        if not classes[decode(data, last)[0]] & edge:
            break
        end = last
    return start, end
