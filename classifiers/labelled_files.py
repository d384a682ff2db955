"""Columns of a JSONL, CSV or Parquet file as lists of values; a CSV's are all texts."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from filters.errors import InputError

__all__ = ["Columns", "read_columns"]

Columns: TypeAlias = dict[str, list[Any]]

_COMPRESSED = (".gz", ".zst", ".bz2")
_FORMATS = ".parquet, .jsonl or .csv, the latter two also with .gz, .zst or .bz2 behind"
_LARGEST_BLOCK = (1 << 31) - 1  # Arrow reads a CSV by blocks, and a row must lie in one


def read_columns(path: Path, names: Sequence[str]) -> Columns:
    """The named columns of a file.

    Raises:
        InputError: the file cannot be read, is damaged, or has no or several columns of a name; the message names file
            and row.
    """
    suffixes = [suffix for suffix in path.suffixes if suffix not in _COMPRESSED]
    readers = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json_lines, ".ndjson": _json_lines}
    reader = readers.get(suffixes[-1] if suffixes else "")
    if reader is None:
        raise InputError(f"labelled texts {str(path)!r}: the name ends otherwise than in {_FORMATS}")
    try:
        return reader(path, list(dict.fromkeys(names)))
    except (OSError, pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"labelled texts {str(path)!r} cannot be read: {error}; name a whole file") from error


def _parquet(path: Path, names: list[str]) -> Columns:
    _need(path, names, pq.read_schema(path).names)
    table = pq.read_table(path, columns=names)
    return {name: table[name].to_pylist() for name in names}


def _csv(path: Path, names: list[str]) -> Columns:
    data = _content(path)
    _need(path, names, next(csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")), []))
    table = pa.csv.read_csv(
        io.BytesIO(data),
        pa.csv.ReadOptions(block_size=_block(data), use_threads=False),  # without threads a message names the row
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(
            include_columns=names, column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
        ),
    )
    return {name: table[name].to_pylist() for name in names}


def _json_lines(path: Path, names: list[str]) -> Columns:
    records = list(_records(path))
    _need(path, names, sorted({key for record in records for key in record}))
    return {name: [record.get(name) for record in records] for name in names}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_content(path).decode("utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"labelled texts {str(path)!r}, line {number}: not JSON: {error}; mend the line"
            ) from error
        if not isinstance(record, dict):
            raise InputError(f"labelled texts {str(path)!r}, line {number}: not a JSON object but {line[:60]!r}")
        yield record


def _content(path: Path) -> bytes:
    with pa.input_stream(str(path)) as file:
        return bytes(file.read())


def _block(data: bytes) -> int:
    return min(max(len(data), 1 << 16), _LARGEST_BLOCK)


def _need(path: Path, names: list[str], there: list[str]) -> None:
    for name in names:
        if name not in there:
            listed = ", ".join(there[:40]) or "none"
            raise InputError(f"labelled texts {str(path)!r} have no column {name!r}; their columns: {listed}")
        if there.count(name) > 1:
            raise InputError(f"labelled texts {str(path)!r} have several columns {name!r}; give each its own name")
