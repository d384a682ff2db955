"""International bank account numbers: country, structure and check digits must all be right."""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.matches import all_found, match_columns
from filters.signals import SPANS, Columns, Signal

__all__ = ["STRUCTURES", "Ibans"]

_REGISTRY = (
    "AD:8n12c AE:19n AL:8n16c AT:16n AZ:4a20c BA:16n BE:12n BG:4a6n8c BH:4a14c BI:23n BR:23n1a1c BY:4c4n16c CH:5n12c "
    "CR:18n CY:8n16c CZ:20n DE:18n DJ:23n DK:14n DO:4c20n EE:16n EG:25n ES:20n FI:14n FK:2a12n FO:14n FR:10n11c2n "
    "GB:4a14n GE:2a16n GI:4a15c GL:14n GR:7n16c GT:24c HN:4a20n HR:17n HU:24n IE:4a14n IL:19n IQ:4a15n IS:22n "
    "IT:1a10n12c JO:4a4n18c KW:4a22c KZ:3n13c LB:4n20c LC:4a24c LI:5n12c LT:16n LU:3n13c LV:4a13c LY:21n MC:10n11c2n "
    "MD:20c ME:18n MK:3n10c2n MN:16n MR:23n MT:4a5n18c MU:4a19n3a NI:4a20n NL:4a10n NO:11n OM:3n16c PK:4a16c PL:24n "
    "PS:4a21c PT:21n QA:4a21c RO:4a16c RS:18n RU:14n15c SA:2n18c SC:4a20n3a SD:14n SE:20n SI:15n SK:20n SM:1a10n12c "
    "SO:19n ST:21n SV:4a20n TL:19n TN:20n TR:6n16c UA:6n19c VA:18n VG:4a16n XK:16n YE:4a4n18c"
)
STRUCTURES = dict(entry.split(":") for entry in _REGISTRY.split())
"""By country, what stands behind the check digits: so many digits (n), capital letters (a) or either (c)."""

_SOURCE = (
    "ISO 13616-1, with the structures of SWIFT's IBAN Registry, release 100; check digits: ISO/IEC 7064, MOD 97-10"
)
_IBAN = (
    "country code, two check digits and an account number of the country's structure, in capitals, with at most one "
    "space, no-break space or hyphen between two characters, whose check holds; not part of a longer word"
)
_UPPER, _DIGIT, _WORD = 1, 2, 4
_LONGEST = 34
_SPACE, _HYPHEN, _NBSP_LEAD, _NBSP = 32, 45, 0xC2, 0xA0


def _byte_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _UPPER * character.isupper() | _DIGIT * character.isdigit()
        classes[code] |= _WORD * (character.isalnum() or character == "_")
    return classes


def _structures() -> Bytes:
    """For each pair of letters, what each character must be; a row of zeros where no country is called so."""
    kinds = {"n": _DIGIT, "a": _UPPER, "c": _DIGIT | _UPPER}
    table = np.zeros((26 * 26, _LONGEST + 1), np.uint8)
    for country, structure in STRUCTURES.items():
        parts = [(2, "n"), *((int(count), kind) for count, kind in re.findall(r"(\d+)([nac])", structure))]
        wanted = [kinds[kind] for count, kind in parts for _ in range(count)]
        table[26 * (ord(country[0]) - 65) + ord(country[1]) - 65, : len(wanted)] = wanted
    return table


_CLASSES, _STRUCTURES = _byte_classes(), _structures()
_LABELS = [chr(65 + first) + chr(65 + second) for first in range(26) for second in range(26)]


class Ibans:
    """International bank account numbers, as spans labelled with the country, and counted.

    Off unless a rule or ``measure`` asks.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("iban", SPANS, "match", f"{_IBAN}; labelled with the country's two letters", _SOURCE),
        Signal("iban_count", pa.int64(), "matches", f"number of: {_IBAN}", _SOURCE, high="too_many_ibans"),
    )
    fingerprint = "ibans/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans and count of every text."""
        found = all_found(lambda room: find_ibans(cuts.offsets, cuts.data, _CLASSES, _STRUCTURES, room))
        return match_columns("iban", cuts, found, _LABELS)


@kernel
def find_ibans(offsets: Ints, data: Bytes, classes: Bytes, structures: Bytes, found: Ints) -> int:
    """Writes what there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        stop, here = offsets[row + 1], offsets[row]
        while here + 2 < stop:
            end, country = here, 0
            if classes[data[here]] & classes[data[here + 1]] & _UPPER and (
                here == offsets[row] or not classes[data[here - 1]] & _WORD
            ):
                country = 26 * (int(data[here]) - 65) + int(data[here + 1]) - 65
                if structures[country, 0]:
                    end = _iban_end(data, here, stop, classes, structures[country])
            if end > here:
                if count < len(found):
                    found[count] = row, here, end, country
                count += 1
                here = end
            else:
                here += 1
    return count


@inner
def _iban_end(data: Bytes, here: int, stop: int, classes: Bytes, structure: Bytes) -> int:
    """One past the number that begins here, if its structure and check digits are right; else `here`."""
    position, index, remainder, check = here + 2, 0, 0, 0
    while structure[index]:
        if position < stop and (data[position] == _SPACE or data[position] == _HYPHEN):
            position += 1
        elif position + 1 < stop and data[position] == _NBSP_LEAD and data[position + 1] == _NBSP:
            position += 2
        if position >= stop or not classes[data[position]] & structure[index]:
            return here
        value = int(data[position]) - (48 if classes[data[position]] & _DIGIT else 55)
        if index < 2:
            check = 10 * check + value
        else:
            remainder = (remainder * (10 if value < 10 else 100) + value) % 97
        position += 1
        index += 1
    if position < stop and classes[data[position]] & _WORD:
        return here
    country = 100 * (int(data[here]) - 55) + int(data[here + 1]) - 55
    remainder = (remainder * 10000 + country) % 97
    return position if (remainder * 100 + check) % 97 == 1 else here
