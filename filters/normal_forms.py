"""Where a text is not in a Unicode normal form: the quick check of UAX #15 by a kernel, stretch by stretch."""

import unicodedata
from functools import cache
from typing import Literal

import numpy as np

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["Form", "find_stretches", "quick_check"]

Form = Literal["NFC", "NFKC"]

_CODES = 1 << 21
_ASSIGNED = 0x30000  # above: tags and variation selectors, which are stable, and nothing else
_UNSTABLE = 255  # no canonical combining class is as high
_HANGUL_VOWELS_AND_FINALS = range(0x1161, 0x11C3)
_LEAST_LEAD = {"NFC": 0xCC, "NFKC": 0xC2}  # all characters whose UTF-8 begins with less are stable


@cache
def quick_check(form: Form) -> tuple[Bytes, int]:
    """By code point: its combining class, or 255 where the form may not hold it; their least first byte."""
    table = np.zeros(_CODES, np.uint8)
    for code in range(_ASSIGNED):
        character = chr(code)
        if 0xD800 <= code < 0xE000:
            continue
        if not unicodedata.is_normalized(form, character):
            table[code] = _UNSTABLE
        else:
            table[code] = unicodedata.combining(character)
        pair = unicodedata.decomposition(character).split()
        if len(pair) == 2 and not pair[0].startswith("<"):
            table[int(pair[1], 16)] = _UNSTABLE  # may compose with what stands before it
    table[list(_HANGUL_VOWELS_AND_FINALS)] = _UNSTABLE
    return table, _LEAST_LEAD[form]


@kernel
def find_stretches(offsets: Ints, data: Bytes, table: Bytes, least: int, found: Ints) -> int:
    """Writes rows of (text, first byte, one past the last, 0) as there is room for; the number of all.

    A stretch is a stable character with those behind it that are not, where one of these may change or their
    combining classes are out of order: what is made of it depends on nothing outside of it.
    """
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        while here < stop:
            if data[here] < least:
                here += 1
                continue
            code, width = decode(data, here)
            if table[code] == 0:
                here += width
                continue
            start = here
            if start > first:
                start -= 1
                while start > first and data[start] & 0xC0 == 0x80:
                    start -= 1
            wanted, before = False, 0
            while here < stop and data[here] >= least:
                code, width = decode(data, here)
                combining = table[code]
                if combining == 0:
                    break
                wanted |= combining == _UNSTABLE or combining < before
                before = combining
                here += width
            if wanted:
                if count < len(found):
                    found[count] = row, start, here, 0
                count += 1
    return count
