"""The user's undeclared columns as one JSON object a row, built column by column."""

import base64
import json
import math
from datetime import date, time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["json_objects"]

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
CONTROLS = {chr(code): f"\\u{code:04x}" for code in range(32) if chr(code) not in ESCAPES}


def json_objects(batch: pa.RecordBatch) -> pa.StringArray:
    """One compact JSON object a row with the columns of `batch`, keys sorted; null where there are no columns.

    Times are ISO 8601, bytes base64, NaN and infinities null: JSON has none of them.
    """
    if not batch.num_columns:
        return pa.nulls(batch.num_rows, pa.string())
    parts: list[Any] = []
    for index, name in enumerate(sorted(batch.schema.names)):
        opening = "," if index else "{"
        parts += [f"{opening}{json.dumps(name, ensure_ascii=False)}:", _values(batch.column(name))]
    return pc.binary_join_element_wise(*parts, "}", "", null_handling="replace", null_replacement="null").cast(
        pa.string()
    )


def _values(column: pa.Array) -> pa.Array:
    """Each value as JSON text; null for null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _values(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _quoted(column.cast(pa.string()))
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string())
    return pa.array([None if v is None else json.dumps(_plain(v), **_STYLE) for v in column.to_pylist()], pa.string())


_STYLE: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}


def _quoted(column: pa.StringArray) -> pa.StringArray:
    escapes = ESCAPES
    if pc.any(pc.match_substring_regex(column, r"[\x00-\x07\x0b\x0e-\x1f]")).as_py():
        escapes = ESCAPES | CONTROLS
    for character, escape in escapes.items():
        column = pc.replace_substring(column, character, escape)
    return pc.binary_join_element_wise('"', column, '"', "")


def _plain(value: object) -> object:
    """A value of Arrow as JSON can hold it."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date | time) else str(value)
