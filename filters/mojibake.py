"""Lines that may hold mojibake: a superset of what ftfy's heuristic calls bad, found by one pass over the bytes."""

from functools import cache

import numpy as np

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["find_suspicious", "suspicion_table"]

# What a character may be in a pair that mojibake makes; the characters are those of ftfy.badness.
_SIGN, _LETTER, _LOWER, _SECOND_LETTER, _BAD, _COMMON, _LEAD, _ALONE = 1, 2, 4, 8, 16, 32, 64, 128
_CODES = 1 << 21
_HYPHEN, _LINE_FEED, _SMALL_OE, _CAPITAL_OE = 45, 10, 0x153, 0x152
_NOT_ASCII = 256


@cache
def suspicion_table() -> Bytes:
    """What each code point may be in a suspicious pair."""
    from ftfy.badness import MOJIBAKE_CATEGORIES

    table = np.zeros(_CODES, np.uint8)

    def add(flags: int, *names: str) -> None:
        for name in names:
            table[_members(MOJIBAKE_CATEGORIES[name])] |= flags

    add(_SIGN, "bad", "law", "currency", "start_punctuation", "end_punctuation", "numeric", "box")
    add(_BAD, "bad")
    add(_LETTER | _SECOND_LETTER, "upper_accented", "lower_accented")
    add(_SECOND_LETTER, "kaomoji")
    add(_LOWER, "lower_accented", "lower_common")
    add(_COMMON, "common")
    table[ord("°")] |= _SIGN
    table[_members("ВГРСвВΒΓΞΟβ")] |= _LEAD
    table[_members("ЂЎў")] |= _BAD | _SECOND_LETTER  # the second of what Cyrillic mojibake begins with
    table[_members("ÂÃÎÐØÙ√≈×‚")] |= _LEAD
    table[0x80:0xA0] |= _ALONE
    table[_members("ÃÂ")] |= _ALONE
    return table


def _members(written: str) -> list[int]:
    """The code points of a class as regular expressions write it, ranges as a-z."""
    members: list[int] = []
    here = 0
    while here < len(written):
        if here + 2 < len(written) and written[here + 1] == "-":
            members += range(ord(written[here]), ord(written[here + 2]) + 1)
            here += 3
        else:
            members.append(ord(written[here]))
            here += 1
    return members


@kernel
def find_suspicious(offsets: Ints, data: Bytes, table: Bytes, found: Ints) -> int:
    """Writes suspicious lines as rows of (text, first byte, one past the last, 0); the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        before = 0  # the class of the character before, if that was not ASCII
        while here < stop:
            if data[here] < 0x80:
                before = 0
                here += 1
                continue
            code, width = decode(data, here)
            kind = int(table[code])
            behind = data[here + width] if here + width < stop else np.uint8(32)
            suspicious = kind & _ALONE != 0
            if before:
                suspicious |= before & (_LETTER | _SIGN | _LEAD) != 0 and kind & _SIGN != 0
                suspicious |= (
                    before & (_SIGN | _LOWER) != 0
                    and kind & _SECOND_LETTER != 0
                    and not (before & _LETTER and before & _LOWER and kind & _LOWER)
                )
                suspicious |= before & _LEAD != 0 and kind & (_COMMON | _SIGN | _SECOND_LETTER) != 0
                suspicious |= kind & _BAD != 0
            if code in (_SMALL_OE, _CAPITAL_OE):
                suspicious |= not (65 <= behind & 0xDF <= 90)
            suspicious |= kind & _LEAD != 0 and behind == _HYPHEN
            if not suspicious:
                before = kind | _NOT_ASCII
                here += width
                continue
            start = here
            while start > first and data[start - 1] != _LINE_FEED:
                start -= 1
            while here < stop and data[here] != _LINE_FEED:
                here += 1
            if count < len(found):
                found[count] = row, start, here, 0
            count += 1
            before = 0
    return count
