"""What a user wants read, the limits of reading, and the shard: the unit of work and of retry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from filters.documents import RECORDS
from filters.errors import ConfigurationError
from storage.layout import CLEAN_FIELDS

__all__ = ["Input", "Limits", "Shard"]

MIB = 1 << 20
OWN_COLUMNS = {*RECORDS.names, *(field.name for field in CLEAN_FIELDS), "reasons"}


@dataclass(frozen=True)
class Input:
    """One named source of records.

    Attributes:
        name: first part of the names of its shards.
        paths: files, folders and globs, local or fsspec URLs.
        text: column of the text, for formats with columns.
        id: column of the user's id; None: the key ``shard:row`` is made.
        url: column of the URL; a column that is absent gives null.
        date: column of the time of fetching (ISO 8601 text or a timestamp).
        columns: the user's columns that travel typed, with their Arrow type names (``double``, ``int64``, ...).
        dataset: arguments of `datasets.load_dataset`, or ``{"saved": folder}`` for `load_from_disk`.

    Raises:
        ConfigurationError: a declared column has an unknown type or the name of a column of Tamis, or
            there is nothing to read.
    """

    name: str
    paths: tuple[str, ...] = ()
    text: str = "text"
    id: str | None = None
    url: str | None = "url"
    date: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    dataset: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not self.paths and self.dataset is None:
            raise ConfigurationError(f"input {self.name!r} names nothing to read; give it paths or a dataset")
        for name, kind in self.columns.items():
            if name in OWN_COLUMNS:
                raise ConfigurationError(
                    f"input {self.name!r} declares column {name!r}, a name that documents or clean/ have already; "
                    f"rename it or leave it undeclared: undeclared columns travel in `extra`"
                )
            arrow_type(kind, f"column {name!r} of input {self.name!r}")

    @property
    def declared(self) -> list[pa.Field]:
        """The declared columns as nullable Arrow fields, by name: `run.json` keeps no other order."""
        return [pa.field(name, arrow_type(kind, name)) for name, kind in sorted(self.columns.items())]

    @property
    def schema(self) -> pa.Schema:
        """The columns of every `storage.chunks.Chunk` read from it."""
        return pa.schema([*RECORDS, *self.declared])


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds memory and time. All sizes are bytes after decompression unless said otherwise.

    Attributes:
        record_bytes: a record, line or page over this fails as ``too_large``; 32 MiB.
        passed_bytes: a record over `record_bytes` is passed over without being held; past this many bytes the rest of
            its compressed member is given up, which bounds the time that a decompression bomb takes; 4 GiB.
        header_bytes: all header lines of a WARC record or HTTP response together; 64 KiB.
        chunk_rows: records of one chunk.
        chunk_bytes: a chunk that holds this much text and markup is ended; 8 MiB.
        shard_bytes: row groups of a Parquet file that make one shard, uncompressed; at least one; 256 MiB.
        html_depth: levels of nested elements of a page. libxml2, on which trafilatura stands, drops without a word what
            lies deeper than 256, so that a greater value loses text.
        html_bytes: a page over this is not extracted; 10 MiB (real pages end near 5 MiB; trafilatura takes
            about a second for 8 MiB).
    """

    record_bytes: int = 32 * MIB
    passed_bytes: int = 4096 * MIB
    header_bytes: int = 65_536
    chunk_rows: int = 1024
    chunk_bytes: int = 8 * MIB
    shard_bytes: int = 256 * MIB
    html_depth: int = 250
    html_bytes: int = 10 * MIB


@dataclass(frozen=True, slots=True)
class Shard:
    """A file, or some row groups of one.

    Attributes:
        name: ``<input>/<relative path>[#first-last]``, never an absolute path.
        input: name of its `Input`.
        url: what fsspec opens.
        format: ``file`` (the content says which), ``parquet`` or ``arrow``.
        size: bytes of the file, or of the row groups in it.
        identity: changes when the file changes: its size, and its ETag, checksum or time of change.
        row_groups: first and last row group, both included; None: the whole file.
    """

    name: str
    input: str
    url: str
    format: str
    size: int
    identity: str
    row_groups: tuple[int, int] | None = None

    @property
    def source(self) -> str:
        """The file, as documents name it: the shard's name without its row groups."""
        return self.name if self.row_groups is None else self.name.rpartition("#")[0]


def arrow_type(kind: str, whose: str) -> pa.DataType:
    """The Arrow type of that name.

    Raises:
        ConfigurationError: there is none.
    """
    try:
        return pa.type_for_alias(kind)
    except ValueError:
        raise ConfigurationError(
            f"{whose} has type {kind!r}, which Arrow does not know; use for example string, int64, double or bool"
        ) from None
