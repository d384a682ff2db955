"""Parquet files and Arrow files, batch by batch; a row group that is lost does not take the others with it."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from storage.chunks import Chunk
from storage.columnar import chunks_of, lost_rows
from storage.inputs import Input, Limits, Shard

__all__ = ["read_arrow", "read_parquet", "row_group_cuts"]

BUFFER_BYTES = 1 << 20


def row_group_cuts(file: BinaryIO, shard_bytes: int) -> list[tuple[int, int, int]]:
    """First and last row group of each shard, as many as hold `shard_bytes` uncompressed, and their stored bytes."""
    metadata = pq.read_metadata(file)
    cuts: list[tuple[int, int, int]] = []
    first = held = stored = 0
    for group in range(metadata.num_row_groups):
        size = metadata.row_group(group).total_byte_size
        if group > first and held + size > shard_bytes:
            cuts.append((first, group - 1, stored))
            first, held, stored = group, 0, 0
        held += size
        stored += _stored_bytes(metadata.row_group(group))
    return [*cuts, (first, metadata.num_row_groups - 1, stored)] if metadata.num_row_groups else []


def _stored_bytes(group: pq.RowGroupMetaData) -> int:
    return int(sum(group.column(place).total_compressed_size for place in range(group.num_columns)))


def read_parquet(file: BinaryIO, shard: Shard, source: Input, limits: Limits) -> Iterator[Chunk]:
    """The rows of the shard's row groups in chunks.

    Where a row group cannot be decoded, each of its rows that was not yet read is a failure ``bad_row_group``: the
    footer says how many they are.
    """
    parquet = pq.ParquetFile(file, buffer_size=BUFFER_BYTES, pre_buffer=False)
    metadata = parquet.metadata
    first, last = shard.row_groups or (0, metadata.num_row_groups - 1)
    row = 0
    for group in range(first, last + 1):
        rows = metadata.row_group(group).num_rows
        if source.text not in parquet.schema_arrow.names:
            message = f"column {source.text!r} is missing; the file has {', '.join(parquet.schema_arrow.names[:20])}"
            yield from lost_rows(row, rows, "missing_text", message, source, limits)
            row += rows
            continue
        end, at_once = row + rows, _rows_at_once(metadata.row_group(group), limits)
        try:
            for batch in parquet.iter_batches(at_once, row_groups=[group], use_threads=False):
                yield from chunks_of(batch, row, shard, source, limits)
                row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            message = f"row group {group}: {error}"[:500]
            yield from lost_rows(row, end - row, "bad_row_group", message, source, limits)
        row = end


def _rows_at_once(group: pq.RowGroupMetaData, limits: Limits) -> int:
    """Rows that hold about a chunk's bytes: a thousand long documents would not be bounded."""
    fitting = limits.chunk_bytes * int(group.num_rows) // max(int(group.total_byte_size), 1)
    return max(1, min(limits.chunk_rows, fitting))


def read_arrow(file: BinaryIO, shard: Shard, source: Input, limits: Limits) -> Iterator[Chunk]:
    """The rows of an Arrow IPC file or stream in chunks; what cannot be decoded is one failure, and the end."""
    row = 0
    try:
        for batch in _batches(file):
            if source.text not in batch.schema.names:
                message = f"column {source.text!r} is missing; the file has {', '.join(batch.schema.names[:20])}"
                yield from lost_rows(row, batch.num_rows, "missing_text", message, source, limits)
            else:
                yield from chunks_of(batch, row, shard, source, limits)
            row += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        yield from lost_rows(row, 1, "bad_row_group", f"after row {row - 1}: {error}"[:500], source, limits)


def _batches(file: BinaryIO) -> Iterator[pa.RecordBatch]:
    magic = file.read(6)
    file.seek(0)
    if magic != b"ARROW1":
        yield from pa.ipc.open_stream(file)
        return
    reader = pa.ipc.open_file(file)
    for index in range(reader.num_record_batches):
        yield reader.get_batch(index)
