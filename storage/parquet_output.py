"""Parquet files written batch by batch, published whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from storage.files import HashedFile, commit, open_input

__all__ = [
    "ParquetOutput",
    "column_names",
    "parquet_output",
    "read_batches",
    "read_row_groups",
    "read_table",
    "row_group_windows",
]


WINDOW_ROWS = 8192
WINDOW_BYTES = 16 << 20
"""Before compression, as the file's footer counts them."""


@dataclass(slots=True)
class ParquetOutput:
    """A Parquet file being written: every batch becomes one row group."""

    writer: pq.ParquetWriter
    file: HashedFile
    schema: pa.Schema
    row_count: int = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a batch; an empty one leaves no row group."""
        if batch.num_rows:
            self.writer.write_table(pa.Table.from_batches([batch], self.schema), row_group_size=batch.num_rows)
            self.row_count += batch.num_rows

    def digest(self) -> str:
        """Digest of the file, complete once the block of `parquet_output` has ended."""
        return self.file.digest()


@contextmanager
def parquet_output(path: str, schema: pa.Schema, compression: str = "zstd") -> Iterator[ParquetOutput]:
    """Open a Parquet file for writing; it appears under its name when the block ends well."""
    with commit(path) as file:
        sink = pa.PythonFile(file, mode="w")
        with pq.ParquetWriter(sink, schema, compression=compression, use_dictionary=_leaves_but_text(schema)) as writer:
            yield ParquetOutput(writer, file, schema)


def _leaves_but_text(schema: pa.Schema) -> list[str]:
    """Columns that may have a dictionary: one of repeated texts would hide from the footer what they take to read."""
    empty = pa.BufferOutputStream()
    pq.write_table(schema.empty_table(), empty)
    leaves = pq.ParquetFile(pa.BufferReader(empty.getvalue())).schema
    return [path for path in (leaves.column(place).path for place in range(len(leaves))) if path != "text"]


def row_group_windows(path: str) -> list[range]:
    """Runs of neighbouring row groups that are read as one batch: at least one, else bounded in rows and bytes.

    They follow from the file alone, and so serve for every file that holds the same rows.
    """
    windows: list[range] = []
    rows = size = 0
    with open_input(path) as source, pq.ParquetFile(source) as file:
        for number in range(file.num_row_groups):
            group = file.metadata.row_group(number)
            rows, size = rows + group.num_rows, size + group.total_byte_size
            if windows and rows <= WINDOW_ROWS and size <= WINDOW_BYTES:
                windows[-1] = range(windows[-1].start, number + 1)
            else:
                windows.append(range(number, number + 1))
                rows, size = group.num_rows, group.total_byte_size
    return windows


def read_batches(path: str, windows: list[range], columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The windows of row groups of a file of ours, one batch each, in order, one in memory at a time."""
    with open_input(path) as source, pq.ParquetFile(source, pre_buffer=False) as file:
        for window in windows:
            table = file.read_row_groups(list(window), columns=columns, use_threads=False).combine_chunks()
            yield from table.to_batches()


def read_row_groups(path: str) -> Iterator[pa.RecordBatch]:
    """The batches that a file of ours was written from, in order, one in memory at a time."""
    with open_input(path) as source, pq.ParquetFile(source) as file:
        groups = file.num_row_groups
    return read_batches(path, [range(number, number + 1) for number in range(groups)])


def column_names(path: str) -> list[str]:
    """The columns of a file of ours, in order."""
    with open_input(path) as source, pq.ParquetFile(source) as file:
        return list(file.schema_arrow.names)


def read_table(path: str, columns: list[str] | None = None) -> pa.Table:
    """A whole file of ours."""
    with open_input(path) as source, pq.ParquetFile(source, pre_buffer=False) as file:
        return file.read(columns=columns, use_threads=False)
