"""Takes out controls and invisible characters that carry no meaning where they stand."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.invisible import REASONS, find_invisible, invisible_classes
from filters.matches import all_found
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal

__all__ = ["ControlCharacters"]

_SOURCE = (
    "this project; The Unicode Standard, 23.1 (controls), 23.2 (layout controls), 23.9 (tags); UAX #9; UTS #51, annex B"
)
_NEW = ("", "\n", "", "", "", "")


class ControlCharacters:
    """Takes out control characters, zero-width characters, marks of direction, soft hyphens and hidden tags.

    - Controls of C0 and C1 but tab and line feed go (``control_character``). Those that end a line (a carriage return
      without a line feed behind it, vertical tab, form feed, the information separators, U+0085) become a line feed,
      so that no words run together (``line_break``).
    - Word joiner, byte order mark, deprecated format controls and annotation marks go; a zero-width space stays between
      two letters of scripts written without spaces, where it divides words; joiner and non-joiner stay
      behind a character of a script that joins (Arabic, the scripts of India, ...), and the joiner between
      parts of an emoji (``zero_width``).
    - Marks, embeddings, overrides and isolates of direction stay in lines that hold a letter written from right to
      left, where they order the text, and go elsewhere (``bidirectional_mark``).
    - Soft hyphens go (``soft_hyphen``), and tags outside of a flag, which can hide a text in a text (``hidden_tag``).

    Controls of C1 are often mojibake: let ``fix_encoding`` go first.
    """

    signals: Sequence[Signal] = (changed_signal("control_characters", _SOURCE),)
    fingerprint = "control_characters/1"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each run of characters of one reason."""
        table = invisible_classes()
        found = all_found(lambda room: find_invisible(cuts.offsets, cuts.data, table, room))
        bounds = np.searchsorted(found[:, 0], np.arange(len(cuts.offsets)))
        codes = pa.array(found[:, 3])
        new = pa.array(_NEW).take(codes).to_pylist()
        return cleaned("control_characters", cuts, bounds, found[:, 1:3].ravel(), pa.array(REASONS).take(codes), new)
