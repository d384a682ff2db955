"""Personal data that has a fixed form: e-mail addresses and public IP addresses."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.contacts import EMAIL, IPV4, find_contacts
from filters.cuts import Bytes, Cuts
from filters.documents import Batch
from filters.matches import match_columns
from filters.signals import SPANS, Columns, Signal

__all__ = ["PersonalData"]

_VERSION = re.compile(
    rb"(?:^|[^a-z])(?:v|ver|vers|versions?|release|build|rev|revision|firmware)[ .:=#]{0,3}$|[a-z]-$", re.IGNORECASE
)
_LOOK_BACK = 16  # bytes before an address in which a word for version is looked for
_LABELS = ["email", "ipv4", "ipv6"]

_EMAIL = (
    "local part of 1-64 of A-Z a-z 0-9 . _ % + -, @, domain of 2 and more labels whose last is 2-63 letters "
    "or punycode; ASCII only, quoted local parts not recognised"
)
_IP = (
    "global unicast addresses (ipaddress.is_global, no multicast; IPv6 of 2000::/3) "
    "not behind a word for version or letter and hyphen, "
    "not part of a longer dotted number or word"
)
_SOURCE = "this project; public addresses only as datatrove, pipeline/formatters/pii.py (there: regular expressions)"


class PersonalData:
    """E-mail addresses and public IP addresses, as spans and counted.

    Candidates are found by one pass over the bytes whose work is linear in the text; only candidates for
    IP addresses become strings. Private, reserved, documentation and multicast addresses are nobody's.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("email", SPANS, "match", _EMAIL, _SOURCE, labels=("email",)),
        Signal("email_count", pa.int64(), "matches", f"number of: {_EMAIL}", _SOURCE, high="too_many_emails"),
        Signal("ip_address", SPANS, "match", f"{_IP}; labelled ipv4 or ipv6", _SOURCE, labels=("ipv4", "ipv6")),
        Signal("ip_address_count", pa.int64(), "matches", f"number of: {_IP}", _SOURCE, high="too_many_ip_addresses"),
    )
    fingerprint = "personal_data/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans and counts of every text."""
        found = find_contacts(cuts.offsets, cuts.data)
        personal = [
            kind == EMAIL or _is_public(cuts.data, cuts.offsets[row], start, end, kind)
            for row, start, end, kind in found.tolist()
        ]
        found = found[np.array(personal, bool)]
        emails = found[:, 3] == EMAIL
        columns: dict[str, pa.Array] = {}
        for name, chosen in (("email", found[emails]), ("ip_address", found[~emails])):
            columns |= match_columns(name, cuts, chosen, _LABELS)
        return columns


def _is_public(data: Bytes, row_start: int, start: int, end: int, kind: int) -> bool:
    before = data[max(row_start, start - _LOOK_BACK) : start].tobytes()
    if _VERSION.search(before):
        return False
    try:
        text = data[start:end].tobytes().decode("ascii")
        address = ipaddress.IPv4Address(text) if kind == IPV4 else ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
