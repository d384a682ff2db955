"""Numbers of payment cards: grouping, issuer and check digit must all be right."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.matches import all_found, match_columns
from filters.signals import SPANS, Columns, Signal

__all__ = ["ISSUERS", "PaymentCards"]

ISSUERS: Sequence[tuple[str, int, int, tuple[int, ...]]] = (
    ("visa", 400000, 499999, (13, 16, 19)),
    ("mastercard", 510000, 559999, (16,)),
    ("mastercard", 222100, 272099, (16,)),
    ("american_express", 340000, 349999, (15,)),
    ("american_express", 370000, 379999, (15,)),
    ("diners_club", 300000, 305999, (14, 16, 19)),
    ("diners_club", 360000, 369999, (14, 16, 19)),
    ("diners_club", 380000, 399999, (16, 19)),
    ("discover", 601100, 601199, (16, 19)),
    ("discover", 644000, 659999, (16, 19)),
    ("unionpay", 620000, 629999, (16, 17, 18, 19)),
    ("jcb", 352800, 358999, (16, 17, 18, 19)),
    ("mir", 220000, 220499, (16, 17, 18, 19)),
)
"""Name, first and last of the first six digits, numbers of digits."""

_SOURCE = (
    "this project; check digit: ISO/IEC 7812-1, annex B (Luhn); issuers: Wikipedia, Payment card number; "
    "grouping as printed: ISO/IEC 7813 and the issuers' own"
)
_CARD = (
    "13 to 19 digits in one run, or in groups of 4-4-4-4, 4-4-4-4-3, 4-6-5 or 4-6-4 set apart by one space or hyphen "
    "each, whose first six are of a known issuer with that many digits and whose Luhn check holds; not part of a "
    "longer number, word, path or table; at least four different digits"
)
_GROUPS = (((4, 4, 4, 4, 3), (4, 4, 4, 4, 0)), ((4, 6, 5, 0, 0), (4, 6, 4, 0, 0)))
_SPACE, _HYPHEN, _LONGEST, _FEWEST_DIFFERENT = 32, 45, 19, 4
_WORD, _DIGIT, _JOINING = 1, 2, 4


def _byte_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _DIGIT * character.isdigit() | _WORD * (character.isalnum() or character == "_")
        classes[code] |= _JOINING * (character in "./-=&#%+$,:@\\*~")
    return classes


_CLASSES = _byte_classes()
_LABELS = [name for name, *_ in ISSUERS]
_RANGES = np.array([(first, last, sum(1 << n for n in lengths)) for _, first, last, lengths in ISSUERS], np.int64)


class PaymentCards:
    """Numbers of payment cards, as spans labelled with the issuer, and counted.

    Off unless a rule or ``measure`` asks. Of random numbers that begin as an issuer's do, one in ten passes
    the check digit: long bare identifiers are the errors to expect, groups of four are nearly always cards.
    Maestro and RuPay are left out: their prefixes cover most of what begins with 5 or 6.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("payment_card", SPANS, "match", f"{_CARD}; labelled with the issuer", _SOURCE),
        Signal(
            "payment_card_count", pa.int64(), "matches", f"number of: {_CARD}", _SOURCE, high="too_many_payment_cards"
        ),
    )
    fingerprint = "payment_cards/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans and count of every text."""
        found = all_found(lambda room: find_cards(cuts.offsets, cuts.data, _CLASSES, _RANGES, room))
        return match_columns("payment_card", cuts, found, _LABELS)


@kernel
def find_cards(offsets: Ints, data: Bytes, classes: Bytes, ranges: Ints, found: Ints) -> int:
    """Writes what there is room for; the number of all."""
    count = 0
    digits = np.empty(_LONGEST + 1, np.int64)
    for row in range(len(offsets) - 1):
        first, stop = offsets[row], offsets[row + 1]
        here = first
        while here < stop:
            if not classes[data[here]] & _DIGIT:
                here += 1
                continue
            run = here
            while run < stop and classes[data[run]] & _DIGIT:
                run += 1
            end = here
            if _begins(data, first, here, classes):
                if 13 <= run - here <= _LONGEST:
                    end = run
                elif run - here == 4 and run < stop and (data[run] == _SPACE or data[run] == _HYPHEN):
                    end = _grouped_end(data, here, stop, classes)
            issuer = -1
            if end > here and _ends(data, end, stop, classes):
                issuer = _issuer(data, here, end, classes, ranges, digits)
            if issuer >= 0:
                if count < len(found):
                    found[count] = row, here, end, issuer
                count += 1
                run = end
            here = run
    return count


@inner
def _begins(data: Bytes, first: int, here: int, classes: Bytes) -> bool:
    """Whether no word, path, table of numbers or longer number goes on here."""
    if here == first:
        return True
    before = data[here - 1]
    if before == 58 and here - 1 > first and not classes[data[here - 2]] & _DIGIT:  # a colon after a word
        return True
    if classes[before] & (_WORD | _JOINING):
        return False
    four = here - first >= 5 and before == _SPACE
    for position in range(max(here - 5, first), here - 1):
        four &= classes[data[position]] & _DIGIT != 0
    return not four


@inner
def _ends(data: Bytes, end: int, stop: int, classes: Bytes) -> bool:
    """Whether no word, path or table of numbers goes on here."""
    if end == stop:
        return True
    after = data[end]
    if classes[after] & _WORD:
        return False
    if end + 1 < stop and (classes[after] & _JOINING) and classes[data[end + 1]] & _WORD:
        return False
    four = end + 4 < stop and after == _SPACE
    for position in range(end + 1, min(end + 5, stop)):
        four &= classes[data[position]] & _DIGIT != 0
    return not four


@inner
def _grouped_end(data: Bytes, here: int, stop: int, classes: Bytes) -> int:
    """One past the groups of digits that a card may be printed in, all set apart by the same mark; else `here`."""
    for kind in _GROUPS:
        for groups in kind:
            position, right = here, True
            for index in range(5):
                size = groups[index]
                if size == 0 or not right:
                    continue
                if index > 0:
                    right = position < stop and data[position] == data[here + 4]
                    position += 1
                digits = 0
                while position + digits < stop and classes[data[position + digits]] & _DIGIT:
                    digits += 1
                right &= digits == size
                position += digits
            if right:
                return position
    return here


@inner
def _issuer(data: Bytes, here: int, end: int, classes: Bytes, ranges: Ints, digits: Ints) -> int:
    """The issuer of a number whose check digit is right; -1 for none."""
    size, seen = 0, 0
    for position in range(here, end):
        if classes[data[position]] & _DIGIT:
            digits[size] = data[position] - 48
            seen |= 1 << digits[size]
            size += 1
    different = 0
    for digit in range(10):
        different += seen >> digit & 1
    total = 0
    for index in range(size):
        digit = digits[size - 1 - index]
        if index % 2:
            digit = 2 * digit - 9 * (digit > 4)
        total += digit
    if total % 10 or different < _FEWEST_DIFFERENT:
        return -1
    six = 0
    for index in range(6):
        six = 10 * six + digits[index]
    for issuer in range(len(ranges)):
        if ranges[issuer, 0] <= six <= ranges[issuer, 1] and ranges[issuer, 2] >> size & 1:
            return issuer
    return -1
