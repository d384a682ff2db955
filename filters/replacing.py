"""What cleaners have in common: edits from the bytes that a kernel found, and the share of the text they touch."""

from collections.abc import Sequence

import pyarrow as pa

from filters.code_points import lengths, to_code_points
from filters.cuts import Cuts, Ints
from filters.signals import EDITS, Columns, Signal
from filters.sums import share, sum_by_row

__all__ = ["changed_signal", "cleaned"]


def changed_signal(kind: str, source: str) -> Signal:
    """The share of a text that a cleaner changes, ``<kind>_changed_fraction``."""
    return Signal(
        f"{kind}_changed_fraction",
        pa.float64(),
        "fraction",
        "characters that the edits take out or replace / characters; null where the text has none",
        source,
        high=f"mostly_changed_by_{kind}",
    )


def cleaned(
    kind: str,
    cuts: Cuts,
    bounds: Ints,
    places: Ints,
    reasons: pa.StringArray,
    replacements: Sequence[str] | None = None,
) -> tuple[pa.Array, Columns]:
    """What a cleaner returns.

    Args:
        kind: of the cleaner.
        cuts: of the texts.
        bounds: first edit of each row, length n + 1.
        places: first byte and one past the last byte of every edit, in turn.
        reasons: of every edit.
        replacements: of every edit; nothing where not given.
    """
    points = to_code_points(cuts.offsets, cuts.data, 2 * bounds, places)
    new = pa.repeat("", len(reasons)) if replacements is None else pa.array(replacements, pa.string())
    structs = pa.StructArray.from_arrays(
        [pa.array(points[::2]), pa.array(points[1::2]), new, reasons], fields=list(EDITS.value_type)
    )
    edits = pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=EDITS)
    changed = sum_by_row(points[1::2] - points[::2], bounds)
    return edits, {f"{kind}_changed_fraction": share(changed, lengths(cuts.offsets, cuts.data))}
