"""Places that a pattern was found at, as spans."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.code_points import to_code_points
from filters.cuts import Cuts
from filters.signals import SPANS

__all__ = ["all_found", "match_columns", "match_spans"]

Ints = npt.NDArray[np.int64]

_ROOM = 256


def all_found(search: Callable[[Ints], int]) -> Ints:
    """What a search finds: rows of (text, first byte, one past the last byte, kind).

    Args:
        search: writes what there is room for into the rows that it is given, and returns the number of all.
    """
    found = np.empty((_ROOM, 4), np.int64)
    count = search(found)
    if count > len(found):
        found = np.empty((count, 4), np.int64)
        search(found)
    return found[:count]


def match_columns(name: str, cuts: Cuts, found: Ints, labels: Sequence[str]) -> dict[str, pa.Array]:
    """The spans of what was found, as ``name``, and their number, as ``name_count``.

    Args:
        name: of the spans.
        cuts: of the texts.
        found: rows of (text, first byte, one past the last byte, kind), sorted.
        labels: by kind.
    """
    bounds = np.searchsorted(found[:, 0], np.arange(len(cuts.offsets)))
    places = to_code_points(cuts.offsets, cuts.data, 2 * bounds, found[:, 1:3].ravel())
    spans = match_spans(bounds, places[::2], places[1::2], pa.array(labels, pa.string()).take(pa.array(found[:, 3])))
    return {name: spans, f"{name}_count": pa.array(np.diff(bounds), pa.int64())}


def match_spans(bounds: Ints, starts: Ints, ends: Ints, labels: pa.StringArray) -> pa.ListArray:
    """The matches of every row as `SPANS` of unit ``match`` and score 1.

    Args:
        bounds: first match of each row, length n + 1.
        starts: first code point of each match, sorted within its row.
        ends: one past its last.
        labels: what was found.
    """
    count = len(starts)
    fields = [
        pa.array(starts, pa.int64()),
        pa.array(ends, pa.int64()),
        labels,
        pa.array(np.ones(count)),
        pa.repeat("match", count),
    ]
    structs = pa.StructArray.from_arrays(fields, fields=list(SPANS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=SPANS)
