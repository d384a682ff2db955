"""Brings texts into a Unicode normal form, where a quick check says that they are not."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.matches import all_found
from filters.normal_forms import Form, find_stretches, quick_check
from filters.normalizing import normalized
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal

__all__ = ["UnicodeNormalization", "changed_part"]


class UnicodeNormalization:
    """Replaces what is not in a normal form by what the form makes of it.

    NFC writes é as one character, however it was written, and loses nothing that is seen. NFKC also replaces
    what was encoded for compatibility (ligatures, full-width letters, superscripts, fractions): x² becomes x2.
    Each edit is the least stretch that changes. The Unicode version is that of this Python.

    Args:
        form: NFC or NFKC.
    """

    def __init__(self, form: Form = "NFC") -> None:
        self.form = form
        self.signals: Sequence[Signal] = (changed_signal("unicode_normalization", f"UAX #15, {form} and section 9"),)
        self.fingerprint = f"unicode_normalization/1/{form}/{unicodedata.unidata_version}"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each character, with its combining marks, that changes."""
        table, least = quick_check(self.form)
        found = all_found(lambda room: find_stretches(cuts.offsets, cuts.data, table, least, room))
        rows: list[int] = []
        places: list[int] = []
        new: list[str] = []
        for row, start, end, _ in found.tolist():
            old = cuts.data[start:end].tobytes().decode()
            normal = normalized(self.form, old)
            if normal != old:
                first, last, replacement = changed_part(old, normal)
                rows.append(row)
                places += (start + len(old[:first].encode()), start + len(old[:last].encode()))
                new.append(replacement)
        bounds = np.searchsorted(np.array(rows, np.int64), np.arange(len(cuts.offsets)))
        reasons = pa.repeat(f"not_{self.form.lower()}", len(new))
        return cleaned("unicode_normalization", cuts, bounds, np.array(places, np.int64), reasons, new)


def changed_part(old: str, new: str) -> tuple[int, int, str]:
    """Where two unlike strings begin to differ, where in the old one they cease to, and what the new one has there."""
    first = _common(old, new)
    behind = _common(old[first:][::-1], new[first:][::-1])
    return first, len(old) - behind, new[first : len(new) - behind]


def _common(one: str, other: str) -> int:
    """How many characters two strings begin with alike, by bisection."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
