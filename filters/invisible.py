"""Characters that are not seen: which of them carry a meaning, and next to what."""

import unicodedata
from functools import cache

import numpy as np

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["REASONS", "find_invisible", "invisible_classes"]

REASONS = ("control_character", "line_break", "zero_width", "bidirectional_mark", "soft_hyphen", "hidden_tag")
CONTROL, BREAK, ZERO_WIDTH, BIDIRECTIONAL, SOFT_HYPHEN, TAG = range(6)

# What a character is, in the table of `invisible_classes`.
_REMOVED, _BROKEN, _ALWAYS_ZERO, _SPACE_OF_ZERO, _JOINER, _BIDI, _HYPHEN, _TAGGED = range(1, 9)
_KIND = 15
_RIGHT_TO_LEFT, _JOINS, _UNSPACED, _PICTURE = 16, 32, 64, 128

_CODES = 1 << 21
_TESTED = 0x20000  # no script that joins, and no emoji, lies above
_LINE_FEED, _CARRIAGE_RETURN, _BLACK_FLAG, _CANCEL_TAG = 10, 13, 0x1F3F4, 0xE007F
_JOINING_SCRIPTS = (
    (0x0600, 0x08FF),  # Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic
    (0x0900, 0x0DFF),  # the scripts of India, Sinhala
    (0x0F00, 0x109F),  # Tibetan, Myanmar
    (0x1700, 0x18AF),  # Philippine scripts, Khmer, Mongolian
    (0x1900, 0x1CFF),  # Limbu to Vedic extensions
    (0xA800, 0xABFF),  # Syloti Nagri to Meetei Mayek
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),  # presentation forms of Arabic
    (0x10A00, 0x11FFF),  # Kharoshthi to Tamil supplement
    (0x1E900, 0x1E95F),  # Adlam
)
_UNSPACED_SCRIPTS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x109F),  # Tibetan, Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x1AAF),  # Tai Le, New Tai Lue, Tai Tham
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAADF),  # Myanmar extended, Tai Viet
)


@cache
def invisible_classes() -> Bytes:
    """By code point: what kind of invisible character it is, or what it means for those beside it."""
    table = np.zeros(_CODES, np.uint8)
    for code in range(_TESTED):
        table[code] = _RIGHT_TO_LEFT * (unicodedata.bidirectional(chr(code)) in ("R", "AL"))
    for first, last in _JOINING_SCRIPTS:
        table[first : last + 1] |= _JOINS
    for first, last in _UNSPACED_SCRIPTS:
        table[first : last + 1] |= _UNSPACED
    table[[0x200D, 0xFE0F, 0x20E3]] |= _PICTURE
    for first, last in ((0x2190, 0x2BFF), (0x3030, 0x303D), (0x1F000, 0x1FAFF)):
        table[first : last + 1] |= _PICTURE
    controls = [code for code in [*range(32), *range(0x7F, 0xA0)] if code not in (9, 10)]
    table[controls] = _REMOVED
    table[[0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x85]] = _BROKEN
    table[0xAD] = _HYPHEN
    table[0x200B] = _SPACE_OF_ZERO
    table[[0x200C, 0x200D]] |= _JOINER
    table[[0x2060, 0xFEFF, *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)]] = _ALWAYS_ZERO
    table[[0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]] = _BIDI
    table[[0xE0001, *range(0xE0020, 0xE0080)]] = _TAGGED
    return table


def _leads() -> Bytes:
    """1 for the first bytes of the UTF-8 of characters that may have to go."""
    leads = np.zeros(256, np.uint8)
    leads[[*range(32), 0x7F, 0xC2, 0xD8, 0xE2, 0xEF, 0xF3]] = 1
    leads[[9, 10]] = 0
    return leads


_LEADS = _leads()


@kernel
def find_invisible(offsets: Ints, data: Bytes, table: Bytes, found: Ints) -> int:
    """Writes rows of (text, first byte, one past the last, reason) as there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        line, right_to_left = -1, False  # the end of the line that has been looked through for letters
        last, before = -1, -1  # end and reason of the edit before
        while here < stop:
            if not _LEADS[data[here]]:
                here += 1
                continue
            code, width = decode(data, here)
            kind, reason = table[code] & _KIND, -1
            if kind == _REMOVED:
                reason = CONTROL
            elif kind == _BROKEN:
                feed = code == _CARRIAGE_RETURN and here + 1 < stop and data[here + 1] == _LINE_FEED
                reason = CONTROL if feed else BREAK
            elif kind == _ALWAYS_ZERO:
                reason = ZERO_WIDTH
            elif kind == _HYPHEN:
                reason = SOFT_HYPHEN
            elif kind == _SPACE_OF_ZERO:
                around = _before(data, first, here, table) & _behind(data, here + width, stop, table)
                reason = -1 if around & _UNSPACED else ZERO_WIDTH
            elif kind == _JOINER:
                left, right = _before(data, first, here, table), _behind(data, here + width, stop, table)
                means = (left & _JOINS) or (left & right & _PICTURE and code == 0x200D)
                reason = -1 if means else ZERO_WIDTH
            elif kind == _BIDI:
                if here >= line:
                    line, right_to_left = _look_through(data, first, here, stop, table)
                reason = -1 if right_to_left else BIDIRECTIONAL
            elif kind == _TAGGED:
                flag = _flag_end(data, first, here, stop)
                reason = -1 if flag > here else TAG
                width = max(flag - here, width)
            if reason >= 0 and reason != BREAK and last == here and before == reason:
                if count <= len(found):
                    found[count - 1, 2] = here + width
            elif reason >= 0:
                if count < len(found):
                    found[count] = row, here, here + width, reason
                count += 1
            if reason >= 0:
                last, before = here + width, reason
            here += width
    return count


@kernel
def _before(data: Bytes, first: int, here: int, table: Bytes) -> int:
    """The class of the character before a place; combining marks are of their own script."""
    if here == first:
        return 0
    here -= 1
    while here > first and data[here] & 0xC0 == 0x80:
        here -= 1
    code, _ = decode(data, here)
    return int(table[code])


@inner
def _behind(data: Bytes, here: int, stop: int, table: Bytes) -> int:
    if here >= stop:
        return 0
    code, _ = decode(data, here)
    return int(table[code])


@inner
def _look_through(data: Bytes, first: int, here: int, stop: int, table: Bytes) -> tuple[int, bool]:
    """Where the line of a place ends, and whether a letter that is written from right to left stands in it."""
    while here > first and data[here - 1] != _LINE_FEED:
        here -= 1
    found = False
    while here < stop and data[here] != _LINE_FEED:
        code, width = decode(data, here)
        found |= table[code] & _RIGHT_TO_LEFT != 0
        here += width
    return here, found


@inner
def _flag_end(data: Bytes, first: int, here: int, stop: int) -> int:
    """One past the tags that make a flag of a black one, if that stands before them and they are ended; else `here`."""
    if here - first < 4 or data[here - 4] < 0xF0 or decode(data, here - 4)[0] != _BLACK_FLAG:
        return here
    position = here
    while position + 4 <= stop and data[position] == 0xF3:
        code, _ = decode(data, position)
        if not 0xE0020 <= code <= 0xE007F:
            break
        position += 4
        if code == _CANCEL_TAG:
            return position
    return here
