"""URLs within a text: how many, how many characters of them, and how many hold a word."""

import numpy as np

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints

__all__ = ["count_urls", "url_characters"]

COLON, SLASH, PERCENT = ord(":"), ord("/"), ord("%")
HTTP = np.frombuffer(b"http", np.uint8)
LETTER_S = ord("s")
ALLOWED, WITH_DIGITS = 1, 2
HEXADECIMAL = np.zeros(256, np.uint8)
HEXADECIMAL[list(b"0123456789abcdefABCDEF")] = 1


def url_characters(allowed: str, hexadecimal_after: str = "") -> Bytes:
    """A table of the bytes that may stand behind ``://``.

    Args:
        allowed: ASCII characters that may.
        hexadecimal_after: those that may with two hexadecimal digits behind them alone.
    """
    table = np.zeros(256, np.uint8)
    table[list(allowed.encode())] = ALLOWED
    table[list(hexadecimal_after.encode())] = WITH_DIGITS
    return table


@kernel
def count_urls(offsets: Ints, data: Bytes, table: Bytes, upper: bool, word: Bytes) -> Ints:
    """URLs, their characters (which are ASCII), and those that hold a word, spelled so.

    A URL is ``http://`` or ``https://``, with letters of upper case too where `upper`, and the characters of
    the table behind it, one or more. It is looked for from ``://``, which is rarer than ``h``.
    """
    counts = np.zeros((3, len(offsets) - 1), np.int64)
    case = 0x20 if upper else 0
    for i in range(len(offsets) - 1):
        here, stop = offsets[i] + 4, offsets[i + 1]
        while here + 3 < stop:
            if data[here] != COLON or data[here + 1] != SLASH or data[here + 2] != SLASH:
                here += 1
                continue
            start = scheme_before(data, offsets[i], here, case)
            here += 3
            if start < 0:
                continue
            end = run_end(data, here, stop, table)
            if end > here:
                counts[0, i] += 1
                counts[1, i] += end - start
                counts[2, i] += holds(data, start, end, word)
                here = end
    return counts


@inner
def scheme_before(data: Bytes, first: int, end: int, case: int) -> int:
    """Where the `http` or `https` begins that ends here, or -1."""
    start = end - 4
    if data[end - 1] | case == LETTER_S:
        start -= 1
    if start < first:
        return -1
    for k in range(4):
        if data[start + k] | case != HTTP[k]:
            return -1
    return start


@inner
def run_end(data: Bytes, here: int, stop: int, table: Bytes) -> int:
    """One past the last byte of the run of allowed characters."""
    while here < stop:
        kind = table[data[here]]
        if kind == ALLOWED:
            here += 1
        elif kind == WITH_DIGITS and here + 2 < stop and HEXADECIMAL[data[here + 1]] and HEXADECIMAL[data[here + 2]]:
            here += 3
        else:
            break
    return here


@inner
def holds(data: Bytes, start: int, end: int, word: Bytes) -> bool:
    """Whether a word that is not empty stands in a stretch of bytes."""
    for here in range(start, end - len(word) + 1):
        k = 0
        while k < len(word) and data[here + k] == word[k]:
            k += 1
        if k == len(word) > 0:
            return True
    return False
