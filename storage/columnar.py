"""Batches of Parquet and Arrow columns become chunks of records, without a Python object for each document."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from storage.chunks import FIRST_BYTES, Chunk, Failure
from storage.extra import json_objects
from storage.inputs import Input, Limits, Shard

__all__ = ["chunks_of", "lost_rows"]

Faults = dict[int, tuple[str, str]]
"""What is wrong, by row of the batch: the error's name and a sentence."""

TEXT, TIME = pa.string(), pa.timestamp("us", tz="UTC")


def chunks_of(batch: pa.RecordBatch, first_row: int, shard: Shard, source: Input, limits: Limits) -> Iterator[Chunk]:
    """The rows of a batch as chunks of bounded size, numbered from `first_row`."""
    for start in range(0, batch.num_rows, limits.chunk_rows):
        part = batch.slice(start, limits.chunk_rows)
        for begin, end in _cuts(part, source.text, limits.chunk_bytes):
            yield _chunk(part.slice(begin, end - begin), first_row + start + begin, shard, source, limits)


def lost_rows(first: int, count: int, error: str, message: str, source: Input, limits: Limits) -> Iterator[Chunk]:
    """One failure for each of `count` rows that cannot be had, so that ordinals and the balance stay exact."""
    nothing = source.schema.empty_table().combine_chunks().to_batches()
    empty = nothing[0] if nothing else pa.RecordBatch.from_pylist([], schema=source.schema)
    for start in range(first, first + count, limits.chunk_rows):
        rows = range(start, min(start + limits.chunk_rows, first + count))
        yield Chunk(empty, tuple(Failure(row, error, message) for row in rows))


def _cuts(batch: pa.RecordBatch, text: str, most: int) -> Iterator[tuple[int, int]]:
    """Slices of a batch with at most about `most` bytes of text."""
    column = batch.column(text) if text in batch.schema.names else None
    sized = column is not None and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type))
    if not sized or batch.nbytes <= most:
        yield 0, batch.num_rows
        return
    begin = held = 0
    for index, size in enumerate(pc.fill_null(pc.binary_length(column), 0).to_pylist()):
        held += size
        if held >= most:
            yield begin, index + 1
            begin, held = index + 1, 0
    if begin < batch.num_rows:
        yield begin, batch.num_rows


def _chunk(batch: pa.RecordBatch, first_row: int, shard: Shard, source: Input, limits: Limits) -> Chunk:
    rows, faults = batch.num_rows, Faults()
    taken = {source.text, source.id, source.url, source.date, *source.columns}
    rest = batch.select([name for name in batch.schema.names if name not in taken])
    columns = {
        "row": pa.array(range(first_row, first_row + rows), pa.int64()),
        "text": _texts(batch, source, limits, faults),
        "id": _cast(batch, source.id, TEXT, faults, _is_name),
        "url": _cast(batch, source.url, TEXT, faults, _is_text),
        "fetched_at": _times(batch, source.date, faults),
        "source": pa.array([shard.source]).take(pa.array([0] * rows, pa.int8())),
        "extra": json_objects(_valid(rest, faults)),
    } | {field.name: _cast(batch, field.name, field.type, faults) for field in source.declared}
    schema = source.schema
    arrays = [columns[f.name] if f.name in columns else pa.nulls(rows, f.type) for f in schema]
    records = pa.RecordBatch.from_arrays(arrays, schema=schema)
    if faults:
        records = records.take(pa.array([row for row in range(rows) if row not in faults], pa.int64()))
    return Chunk(records, tuple(_failures(faults, first_row, batch, source.text)))


def _failures(faults: Faults, first_row: int, batch: pa.RecordBatch, text: str) -> Iterator[Failure]:
    column = batch.column(text) if text in batch.schema.names else None
    for row, (error, message) in sorted(faults.items()):
        first = None
        if column is not None and _is_text(column.type) and column[row].is_valid:
            first = column[row].cast(pa.large_binary()).as_py()[:FIRST_BYTES]
        yield Failure(first_row + row, error, message, None, first)


def _texts(batch: pa.RecordBatch, source: Input, limits: Limits, faults: Faults) -> pa.StringArray:
    column = batch.column(source.text)
    for row in _rows(pc.is_null(column)):
        faults[row] = ("missing_text", f"column {source.text!r} is null")
    if not _is_text(column.type):
        for row in _rows(pc.is_valid(column)):
            faults[row] = ("bad_text", f"column {source.text!r} is of type {column.type}; text is wanted")
        return pa.nulls(len(column), TEXT)
    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    long = pc.greater(pc.binary_length(plain.cast(pa.large_binary())), limits.record_bytes)
    for row in _rows(pc.fill_null(long, False)):
        faults[row] = ("too_large", f"the text is over {limits.record_bytes} bytes")
    plain = pc.if_else(pc.fill_null(long, False), pa.scalar(None, plain.type), plain)
    return _try_cast(plain, TEXT, faults, "bad_utf8", f"column {source.text!r} is not UTF-8")


def _rows(mask: pa.BooleanArray) -> list[int]:
    rows: list[int] = pc.indices_nonzero(mask).to_pylist()
    return rows


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view,
        pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _is_name(kind: pa.DataType) -> bool:
    return _is_text(kind) or pa.types.is_integer(kind)


def _cast(
    batch: pa.RecordBatch,
    name: str | None,
    kind: pa.DataType,
    faults: Faults,
    allowed: Callable[[pa.DataType], bool] = lambda _: True,
) -> pa.Array:
    """A column as `kind`, null where the file has none; a value that does not fit is a fault of its row."""
    if name is None or name not in batch.schema.names:
        return pa.nulls(batch.num_rows, kind)
    column = batch.column(name)
    message = f"column {name!r} of type {column.type} holds a value that does not fit; {kind} is wanted"
    if not allowed(column.type):
        column = pa.nulls(len(column), kind)
        faults.update(dict.fromkeys(_rows(pc.is_valid(batch.column(name))), ("bad_column", message)))
    return _try_cast(column, kind, faults, "bad_column", message)


def _try_cast(column: pa.Array, kind: pa.DataType, faults: Faults, error: str, message: str) -> pa.Array:
    if (cast := _cast_or_none(column, kind)) is not None:
        return cast
    parts = [_cast_or_none(column.slice(row, 1), kind) for row in range(len(column))]
    for row, part in enumerate(parts):
        if part is None:
            faults.setdefault(row, (error, message))
    return pa.concat_arrays([pa.nulls(1, kind) if part is None else part for part in parts])


def _cast_or_none(column: pa.Array, kind: pa.DataType) -> pa.Array | None:
    try:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        cast = column.cast(kind)
        cast.validate(full=True)
    except (pa.ArrowException, OverflowError):
        return None
    return cast


def _times(batch: pa.RecordBatch, name: str | None, faults: Faults) -> pa.Array:
    if name is None or name not in batch.schema.names:
        return pa.nulls(batch.num_rows, TIME)
    column = batch.column(name)
    message = f"column {name!r} holds a value that is no time; ISO 8601 text or a timestamp is wanted"
    if not _is_text(column.type):
        return _cast(batch, name, TIME, faults, pa.types.is_temporal)
    texts = _try_cast(column, TEXT, faults, "bad_column", message)
    return pa.array([_time(text, row, faults, message) for row, text in enumerate(texts.to_pylist())], TIME)


def _time(text: str | None, row: int, faults: Faults, message: str) -> datetime | None:
    try:
        time = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        faults.setdefault(row, ("bad_column", message))
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


def _valid(rest: pa.RecordBatch, faults: Faults) -> pa.RecordBatch:
    """The undeclared columns, with what JSON cannot hold made a fault of its row."""
    arrays = []
    for name, column in zip(rest.schema.names, rest.columns, strict=True):
        message = f"column {name!r} holds text that is not UTF-8"
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = _try_cast(column, column.type, faults, "bad_column", message)
        elif pa.types.is_nested(column.type) or pa.types.is_temporal(column.type):
            column = _datable(column, name, faults)
        arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, names=rest.schema.names) if arrays else rest


def _datable(column: pa.Array, name: str, faults: Faults) -> pa.Array:
    """The column with times and dates beyond the years 1 to 9999, which Python does not hold, a fault of their row."""
    held = [_is_datable(value) for value in column]
    if all(held):
        return column
    message = f"column {name!r} holds a time or date beyond the years 1 to 9999"
    for row, is_held in enumerate(held):
        if not is_held:
            faults.setdefault(row, ("bad_column", message))
    return pc.if_else(pa.array(held), column, pa.scalar(None, column.type))


def _is_datable(value: pa.Scalar) -> bool:
    try:
        value.as_py()
    except (OverflowError, ValueError):
        return False
    return True
