"""Edits: the only way to change a text. Replaying them gives every later version of it."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.code_points import to_bytes
from filters.compiled import inner, kernel
from filters.cuts import text_buffers
from filters.sums import sum_by_row

__all__ = ["Edited", "apply_edits", "characters_added", "characters_cut", "edited", "has_edits"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def has_edits(edits: pa.ListArray) -> npt.NDArray[np.bool_]:
    """Which rows are changed at all; a null list is an empty one."""
    return np.asarray(np.diff(_bounds(edits)) > 0)


def characters_cut(edits: pa.ListArray) -> Ints:
    """Code points of each row's text that its edits take out."""
    values = edits.flatten()
    return _by_row(_ints(values, "end") - _ints(values, "start"), edits)


def characters_added(edits: pa.ListArray) -> Ints:
    """Code points that the replacements of each row put in."""
    lengths = pc.utf8_length(edits.flatten().field("replacement"))
    return _by_row(np.asarray(lengths.to_numpy(zero_copy_only=False), np.int64), edits)


class Edited(NamedTuple):
    """Texts with their edits made.

    Attributes:
        texts: the very array where no row was edited.
        rows: first edit of each text, and the number of all.
        places: bytes where each edit begins and ends, in turn, in the buffer of the texts before.
        added: bytes that each edit put in.
    """

    texts: pa.StringArray
    rows: Ints
    places: Ints
    added: Ints


def apply_edits(texts: pa.StringArray, edits: pa.ListArray) -> pa.StringArray:
    """The texts with their edits made, as `edited` makes them."""
    return edited(texts, edits).texts


def edited(texts: pa.StringArray, edits: pa.ListArray) -> Edited:
    """Makes edits.

    Args:
        texts: n texts.
        edits: n lists of structs with ``start``, ``end`` (code points, end exclusive) and
            ``replacement``, sorted and not overlapping within a row; further fields are ignored.

    Raises:
        ValueError: an edit lies outside of its text, or before the end of the edit that it follows.
    """
    bounds = _bounds(edits)
    rows = bounds - bounds[0]
    if rows[-1] == 0:
        return Edited(texts, rows, np.empty(0, np.int64), np.empty(0, np.int64))
    offsets, data = text_buffers(texts)
    values = edits.flatten()
    positions = np.column_stack([_ints(values, "start"), _ints(values, "end")]).ravel()
    if (row := _first_disorder(rows, positions)) >= 0:
        raise ValueError(f"the edits of text {row} overlap, or do not stand in the order of their places")
    places = to_bytes(offsets, data, rows * 2, positions)
    new_offsets, new_data = text_buffers(values.field("replacement"))
    sizes = _sizes(offsets, rows, places, new_offsets)
    ends = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=ends[1:])
    if ends[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"a batch of {ends[-1]} bytes of text is over the 2 GiB of one Arrow string array")
    out = np.empty(ends[-1], np.uint8)
    _replace(offsets, data, rows, places, new_offsets, new_data, ends, out)
    made = pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(out))
    return Edited(made, rows, places, np.diff(new_offsets))


def _by_row(amounts: Ints, edits: pa.ListArray) -> Ints:
    bounds = _bounds(edits)
    return sum_by_row(amounts, bounds - bounds[0])


def _bounds(edits: pa.ListArray) -> Ints:
    """Offsets of the lists, with nulls as empty lists."""
    if edits.null_count:
        lengths = pc.fill_null(pc.list_value_length(edits), 0)
        bounds = np.zeros(len(edits) + 1, np.int64)
        np.cumsum(lengths.to_numpy(zero_copy_only=False), out=bounds[1:])
        return bounds
    return np.asarray(edits.offsets.to_numpy(), np.int64)


def _ints(values: pa.StructArray, name: str) -> Ints:
    return np.asarray(values.field(name).to_numpy(zero_copy_only=False), np.int64)


@kernel
def _first_disorder(rows: Ints, positions: Ints) -> int:
    """The first text in which a place comes after a later one, -1 for none."""
    for row in range(len(rows) - 1):
        for place in range(2 * rows[row] + 1, 2 * rows[row + 1]):
            if positions[place] < positions[place - 1]:
                return row
    return -1


@kernel
def _sizes(offsets: Ints, rows: Ints, places: Ints, new_offsets: Ints) -> Any:
    sizes = np.empty(len(rows) - 1, np.int64)
    for row in range(len(rows) - 1):
        size = offsets[row + 1] - offsets[row]
        for edit in range(rows[row], rows[row + 1]):
            size += new_offsets[edit + 1] - new_offsets[edit] - (places[2 * edit + 1] - places[2 * edit])
        sizes[row] = size
    return sizes


@kernel
def _replace(
    offsets: Ints, data: Bytes, rows: Ints, places: Ints, new_offsets: Ints, new_data: Bytes, ends: Ints, out: Bytes
) -> None:
    for row in range(len(rows) - 1):
        read, write = offsets[row], ends[row]
        for edit in range(rows[row], rows[row + 1]):
            write = _copy(data, read, places[2 * edit], out, write)
            write = _copy(new_data, new_offsets[edit], new_offsets[edit + 1], out, write)
            read = places[2 * edit + 1]
        _copy(data, read, offsets[row + 1], out, write)


@inner
def _copy(data: Bytes, start: int, end: int, out: Bytes, write: int) -> int:
    """Copies bytes; one past the last that was written. A slice does the same, and takes a second to compile."""
    for here in range(start, end):
        out[write + here - start] = data[here]
    return write + end - start
