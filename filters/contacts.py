"""The compiled search behind `filters.personal_data`: bytes that have the form of an e-mail or IP address."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints
from filters.matches import all_found

__all__ = ["EMAIL", "IPV4", "IPV6", "find_contacts"]

EMAIL, IPV4, IPV6 = 0, 1, 2

_LETTER, _DIGIT, _HEX, _LOCAL = 1, 2, 4, 8
_LONGEST_LOCAL, _LONGEST_LABEL, _LONGEST_DOMAIN, _LONGEST_IPV6 = 64, 63, 253, 45
_AT, _DOT, _HYPHEN, _COLON, _UNDERSCORE = b"@.-:_"


def _ascii_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _LETTER * character.isalpha() | _DIGIT * character.isdigit()
        classes[code] |= _HEX * (character in "0123456789abcdefABCDEF")
        classes[code] |= _LOCAL * (character.isalnum() or character in "._%+-")
    return classes


_CLASSES = _ascii_classes()


def find_contacts(offsets: Ints, data: Bytes) -> npt.NDArray[np.int64]:
    """Rows of (text, first byte, one past the last byte, kind), sorted: e-mail addresses and IP candidates."""
    return all_found(lambda found: _find(offsets, data, found))


@kernel
def _find(offsets: Ints, data: Bytes, found: Ints) -> int:
    """Writes what there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop = offsets[row], offsets[row + 1]
        here = first
        while here < stop:
            byte = data[here]
            start, end, kind = here, here, -1
            if byte == _AT:
                start, end = _local_start(data, first, here), _domain_end(data, here + 1, stop)
                kind = EMAIL if start < here and end > here + 1 else -1
            elif _CLASSES[byte] & _DIGIT and _begins(data, first, here):
                if _looks_like_ipv6(data, first, here, stop):
                    end, kind = _ipv6_end(data, here, stop), IPV6
                else:
                    end, kind = _ipv4_end(data, here, stop), IPV4
            if kind >= 0 and end > start:
                if count < len(found):
                    found[count] = row, start, end, kind
                count += 1
                here = end
            else:
                here += 1
    return count


@inner
def _is_word(byte: int) -> bool:
    return bool(_CLASSES[byte] & (_LETTER | _DIGIT)) or byte == _UNDERSCORE


@inner
def _is_hex(byte: int) -> bool:
    return bool(_CLASSES[byte] & _HEX)


@inner
def _begins(data: Bytes, first: int, here: int) -> bool:
    """Whether no word, number or dotted number goes on here."""
    return bool(here == first or not (_is_word(data[here - 1]) or data[here - 1] == _DOT))


@inner
def _local_start(data: Bytes, first: int, at: int) -> int:
    """Where the local part before an @ begins; `at` where there is none."""
    start = at
    while start > first and _CLASSES[data[start - 1]] & _LOCAL:
        if data[start - 1] == _DOT and (start == at or data[start] == _DOT):
            break
        start -= 1
        if at - start > _LONGEST_LOCAL:
            return at
    while start < at and not _is_word(data[start]):
        start += 1
    return start


@inner
def _domain_end(data: Bytes, start: int, stop: int) -> int:
    """One past the longest domain that begins here and ends in a label that a top-level domain may be."""
    end, label, labels = start, start, 0
    while label < stop and label - start <= _LONGEST_DOMAIN:
        here, letters = label, 0
        while here < stop and here - label <= _LONGEST_LABEL:
            if not (_CLASSES[data[here]] & (_LETTER | _DIGIT) or data[here] == _HYPHEN):
                break
            letters += (_CLASSES[data[here]] & _LETTER) != 0
            here += 1
        last = here
        while last > label and data[last - 1] == _HYPHEN:
            last -= 1
        if last == label or data[label] == _HYPHEN or here - label > _LONGEST_LABEL or last - start > _LONGEST_DOMAIN:
            break
        labels += 1
        if labels > 1 and last - label > 1 and (letters == last - label or _is_punycode(data, label, last)):
            end = last
        if last < here or here >= stop or data[here] != _DOT:
            break
        label = here + 1
    return end


@inner
def _is_punycode(data: Bytes, label: int, end: int) -> bool:
    if end - label < 5:
        return False
    xn = data[label] | 0x20 == 0x78 and data[label + 1] | 0x20 == 0x6E
    return bool(xn and data[label + 2] == _HYPHEN and data[label + 3] == _HYPHEN)


@inner
def _ipv4_end(data: Bytes, start: int, stop: int) -> int:
    """One past four numbers of 0 to 255 joined by dots, which nothing continues; else `start`."""
    here = start
    for part in range(4):
        if part:
            if here >= stop or data[here] != _DOT:
                return start
            here += 1
        digits, value = here, 0
        while here < stop and here - digits < 4 and _CLASSES[data[here]] & _DIGIT:
            value = 10 * value + data[here] - 48
            here += 1
        if here == digits or value > 255 or (here - digits > 1 and data[digits] == 48):
            return start
    if here < stop and _is_word(data[here]):
        return start
    if here + 1 < stop and data[here] == _DOT and _is_word(data[here + 1]):
        return start
    return here


@inner
def _looks_like_ipv6(data: Bytes, first: int, start: int, stop: int) -> bool:
    """Whether a first group of 2000::/3 stands here: a 2 or 3 and three hexadecimal digits, then a colon."""
    if start + 4 >= stop or data[start + 4] != _COLON or not 50 <= data[start] <= 51:
        return False
    if start > first + 1 and data[start - 1] == _COLON and (data[start - 2] == _COLON or _is_hex(data[start - 2])):
        return False
    return _is_hex(data[start + 1]) and _is_hex(data[start + 2]) and _is_hex(data[start + 3])


@inner
def _ipv6_end(data: Bytes, start: int, stop: int) -> int:
    """One past a run of hexadecimal digits, colons and dots that is short enough; else `start`."""
    end = start
    while end < stop and (_is_hex(data[end]) or data[end] == _COLON or data[end] == _DOT):
        end += 1
        if end - start > _LONGEST_IPV6 + 1:
            return start
    if end < stop and _is_word(data[end]):
        return start
    while data[end - 1] == _DOT:
        end -= 1
    if data[end - 1] == _COLON and data[end - 2] != _COLON:
        end -= 1
    return end
