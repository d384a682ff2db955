"""Telephone numbers: candidates by a kernel, judged by libphonenumber."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Bytes, Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.matches import all_found, match_columns
from filters.phone_candidates import INTERNATIONAL, NATIONAL_BARE, find_candidates
from filters.signals import SPANS, Columns, Signal

__all__ = ["PhoneNumbers"]

_WORD = re.compile(
    rb"(?:\btel|phone|telefono?|t\xc3\xa9l|fon|\bfax|\bcell|\bmobile?|handy|whatsapp|\bcall|\bsms)"
    rb"(?:[ .:=()\-]|\xc2\xa0|\bus|\bat|\bno|\bnumber|\bnr)*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    rb"(?:[0-3]?\d([./-])[0-3]?\d\1(?:19|20)\d\d|(?:19|20)\d\d([./-])[0-3]?\d\2[0-3]?\d)(?!\d)"
    rb"|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d$"
)
_LOOK_BACK = 24  # bytes before a number in which a word for telephone is looked for
_NUMBER = (
    "+, then 7 and more digits with at most three of space, no-break space, hyphen, dash, ( ) . / between two, of "
    "which libphonenumber finds a valid number of a country; with `regions`, national numbers of these as well, in the "
    "groups that the country writes them in, or behind a word for telephone"
)
_SOURCE = "this project; ITU-T E.164; phonenumbers, PhoneNumberMatcher, leniency VALID; national ones: STRICT_GROUPING"


class PhoneNumbers:
    """Telephone numbers, as spans labelled with the country, and counted.

    Off unless a rule or ``measure`` asks. Without `regions` only international numbers, those with a +, are found: what
    a number without one means depends on the country that it is written in.

    Args:
        regions: countries (ISO 3166, two capital letters) whose national numbers are found too, tried in this order.

    Raises:
        ConfigurationError: a region is none that libphonenumber knows.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("phone_number", SPANS, "match", f"{_NUMBER}; labelled with the country, 001 for none", _SOURCE),
        Signal(
            "phone_number_count", pa.int64(), "matches", f"number of: {_NUMBER}", _SOURCE, high="too_many_phone_numbers"
        ),
    )

    def __init__(self, regions: Sequence[str] = ()) -> None:
        self.regions = tuple(regions)
        if self.regions:
            from phonenumbers import SUPPORTED_REGIONS

            for region in self.regions:
                if region not in SUPPORTED_REGIONS:
                    raise ConfigurationError(
                        f"phone_numbers: regions holds {region!r}; allowed are ISO 3166 codes in capitals, as GB or US"
                    )
        self.fingerprint = f"phone_numbers/1/phonenumbers={version('phonenumbers')}/{','.join(self.regions)}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans and count of every text."""
        national = bool(self.regions)
        found = all_found(lambda room: find_candidates(cuts.offsets, cuts.data, national, room))
        labels: list[str] = []
        places: list[tuple[int, int, int, int]] = []
        for row, start, end, kind in found.tolist():
            bounds = (int(cuts.offsets[row]), int(cuts.offsets[row + 1]))
            for first, last, region in self._numbers(cuts.data, bounds, start, end, kind):
                places.append((row, first, last, len(labels)))
                labels.append(region)
        numbers = np.array(places, np.int64).reshape(-1, 4)
        return match_columns("phone_number", cuts, numbers, labels)

    def _numbers(
        self, data: Bytes, row: tuple[int, int], start: int, end: int, kind: int
    ) -> list[tuple[int, int, str]]:
        """First byte, one past the last and country of the numbers in a candidate."""
        from phonenumbers import Leniency, PhoneNumberMatcher, region_code_for_number

        spoken = _WORD.search(data[max(row[0], start - _LOOK_BACK) : start].tobytes()) is not None
        if kind != INTERNATIONAL and not spoken and (kind == NATIONAL_BARE or _DATE.match(data[start:end].tobytes())):
            return []
        left, right = _character_before(data, row[0], start), _character_behind(data, row[1], end)
        window = data[left:right].tobytes()
        text = window.decode()
        leniency = Leniency.VALID if kind == INTERNATIONAL or spoken else Leniency.STRICT_GROUPING
        for region in (None,) if kind == INTERNATIONAL else self.regions:
            matches = PhoneNumberMatcher(text, region, leniency)
            found = [
                (
                    left + len(text[: match.start].encode()),
                    left + len(text[: match.end].encode()),
                    region_code_for_number(match.number) or "001",
                )
                for match in matches
            ]
            if found:
                return found
        return []


def _character_before(data: Bytes, first: int, start: int) -> int:
    """Where the character before a place begins: libphonenumber looks at it (a currency sign, a letter)."""
    start -= start > first
    while start > first and data[start] & 0xC0 == 0x80:
        start -= 1
    return start


def _character_behind(data: Bytes, stop: int, end: int) -> int:
    """Where the character behind a place ends."""
    end += end < stop
    while end < stop and data[end] & 0xC0 == 0x80:
        end += 1
    return end
