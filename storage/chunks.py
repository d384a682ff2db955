"""What a reader yields: batches of records, with what it could not read and what it passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["FAILED", "Chunk", "Failure"]

FAILED = pa.schema(
    [
        pa.field("shard", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("offset", pa.int64()),
        pa.field("error", pa.string(), nullable=False),
        pa.field("message", pa.string(), nullable=False),
        pa.field("first_bytes", pa.binary()),
    ]
)
"""The columns of ``failed/<shard>.parquet``."""

FIRST_BYTES = 200


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be read, or whose text could not be extracted.

    Attributes:
        row: ordinal of the record in its shard.
        error: what is wrong, as a name to count by: ``bad_json``, ``truncated_file``, ``too_large``, ...
        message: one sentence for the user.
        offset: bytes into the (compressed) file, where known.
        first_bytes: at most `FIRST_BYTES` bytes of what was found there.
    """

    row: int
    error: str
    message: str
    offset: int | None = None
    first_bytes: bytes | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A few hundred records of a shard, in the shard's order.

    ``records`` has the columns of `filters.documents.RECORDS`, then the user's declared columns.
    Every record of the shard is in exactly one chunk: as a row of ``records``, as a failure, or counted
    in ``skipped`` by cause. Cutting a shard into chunks depends on its bytes alone.
    """

    records: pa.RecordBatch
    failures: tuple[Failure, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def record_count(self) -> int:
        """Records of all three kinds."""
        return int(self.records.num_rows) + len(self.failures) + sum(self.skipped.values())
