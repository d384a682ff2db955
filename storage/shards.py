"""Shards: which there are, and the records of one."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from filters.errors import InputError
from storage.arc import read_arc
from storage.bytestream import ByteStream
from storage.chunks import Chunk
from storage.decompression import Pieces
from storage.files import open_input
from storage.formats import format_of
from storage.gathering import Gatherer
from storage.inputs import Input, Limits, Shard
from storage.jsonl import read_jsonl
from storage.listing import list_shards
from storage.parquet import read_arrow, read_parquet
from storage.plain_text import read_text
from storage.warc import read_warc

__all__ = ["Shard", "list_shards", "read_shard"]


def read_shard(shard: Shard, source: Input, limits: Limits) -> Iterator[Chunk]:
    """The records of a shard in chunks of bounded size, in its order.

    Nothing that the file holds raises. A file that cannot be opened, or is of no known format, is one failure
    ``unreadable_shard`` of row 0; an error of the file system later is one failure ``unreadable_rest``, and the end.
    """
    gatherer, read = Gatherer(shard, source, limits), 0
    try:
        with open_input(shard.url) as file:
            for chunk in _read(file, shard, source, limits, gatherer):
                read += chunk.record_count
                yield chunk
    except (OSError, InputError, pa.ArrowException, ValueError) as error:
        gatherer.row = max(gatherer.row, read)
        # an OSError in full names the path on this machine, and failed/ is the same on every one
        what = (error.strerror if isinstance(error, OSError) else None) or error
        name = "unreadable_rest" if gatherer.row else "unreadable_shard"
        gatherer.fail(name, f"{type(error).__name__}: {what}"[:500])
    if not gatherer.empty:
        yield gatherer.take()


def _read(file: BinaryIO, shard: Shard, source: Input, limits: Limits, gatherer: Gatherer) -> Iterator[Chunk]:
    kind, compression = format_of(file, shard.name)
    if kind in ("parquet", "arrow"):
        yield from (read_parquet if kind == "parquet" else read_arrow)(file, shard, source, limits)
        return
    stream = ByteStream(Pieces(file, compression), shard.size if compression == "none" else None)
    if kind == "jsonl":
        yield from read_jsonl(stream, gatherer, source, limits)
    else:
        yield from {"warc": read_warc, "arc": read_arc, "text": read_text}[kind](stream, gatherer, limits)
