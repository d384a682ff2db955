"""The compiled search behind `filters.phone_numbers`: stretches that have the digits of a telephone number."""

import numpy as np

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints

__all__ = ["INTERNATIONAL", "NATIONAL", "NATIONAL_BARE", "find_candidates"]

INTERNATIONAL, NATIONAL, NATIONAL_BARE = 0, 1, 2

_FEWEST, _MOST = 7, 15  # ITU-T E.164, section 6: at most 15 digits; fewer than 7 are no one's whole number
_PLUS, _OPEN, _COLON = b"+(:"
_DIGIT, _SEPARATOR, _JOINED = 1, 2, 4
_LONGEST_SEPARATOR = 3  # bytes that are no digit between two digits: ") " and ") -"


def _byte_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _DIGIT * character.isdigit() | _SEPARATOR * (character in " ()-./")
        classes[code] |= _JOINED * (character.isalnum() or character in "_.,-/+:#=&%$*<>@~^\\")
    return classes


_CLASSES = _byte_classes()


@kernel
def find_candidates(offsets: Ints, data: Bytes, national: bool, found: Ints) -> int:
    """Writes what there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        while here < stop:
            byte = data[here]
            starts = byte == _PLUS or (national and (byte == _OPEN or _CLASSES[byte] & _DIGIT))
            if not starts:
                here += 1
                continue
            end, digits, gaps = _number_end(data, here, stop)
            kind = INTERNATIONAL
            if byte == _PLUS:
                fits = digits >= _FEWEST and not (here > first and _CLASSES[data[here - 1]] & _DIGIT)
            else:
                kind = NATIONAL if gaps else NATIONAL_BARE
                fits = _FEWEST <= digits <= _MOST and not (here > first and _CLASSES[data[here - 1]] & _JOINED)
                if end + 1 < stop and data[end] == _COLON and _CLASSES[data[end + 1]] & _DIGIT:  # a time of day
                    fits = False
            if fits:
                if count < len(found):
                    found[count] = row, here, end, kind
                count += 1
            here = max(end, here + 1)
    return count


@inner
def _number_end(data: Bytes, here: int, stop: int) -> tuple[int, int, int]:
    """One past the last digit of a run of digits and separators, its digits, and the separators between them."""
    position = here + (data[here] == _PLUS)
    end, digits, gaps, between = here, 0, 0, 0
    while position < stop:
        byte = data[position]
        width = 1
        if _CLASSES[byte] & _DIGIT:
            gaps += between > 0 and digits > 0
            digits += 1
            between = 0
            end = position + 1
        else:
            if byte == 0xC2 and position + 1 < stop and data[position + 1] == 0xA0:  # no-break space
                width = 2
            elif byte == 0xE2 and data[position + 1] == 0x80 and 0x90 <= data[position + 2] <= 0x95:  # hyphens, dashes
                width = 3
            elif not _CLASSES[byte] & _SEPARATOR:
                break
            between += 1
            if between > _LONGEST_SEPARATOR:
                break
        position += width
    return end, digits, gaps
