"""Records are gathered into chunks, row by row; every record gets its ordinal here."""

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from storage.chunks import FIRST_BYTES, Chunk, Failure
from storage.inputs import Input, Limits, Shard

__all__ = ["Gatherer"]


class Gatherer:
    """Counts records, and turns rows into chunks of bounded size.

    Attributes:
        row: ordinal of the next record.
    """

    def __init__(self, shard: Shard, source: Input, limits: Limits, first_row: int = 0) -> None:
        self.row = first_row
        self._limits = limits
        self._source = shard.source
        self._schema = source.schema
        self._rows: list[Mapping[str, object]] = []
        self._failures: list[Failure] = []
        self._skipped: Counter[str] = Counter()
        self._bytes = 0

    def add(self, size: int, **values: object) -> None:
        """A record that was read: its values by column, and about how many bytes it holds."""
        self._rows.append({"row": self.row, "source": self._source, **values})
        self._bytes += size
        self.row += 1

    def fail(self, error: str, message: str, offset: int | None = None, first_bytes: bytes | None = None) -> None:
        """A record that could not be read."""
        first = None if first_bytes is None else bytes(first_bytes[:FIRST_BYTES])
        self._failures.append(Failure(self.row, error, message, offset, first))
        self.row += 1

    def skip(self, cause: str, size: int) -> None:
        """A record that is passed over; its bytes count, so that a chunk ends where a shard holds little else."""
        self._skipped[cause] += 1
        self._bytes += size
        self.row += 1

    @property
    def full(self) -> bool:
        """Whether it is time to `take` a chunk."""
        held = len(self._rows) + len(self._failures)
        return held >= self._limits.chunk_rows or self._bytes >= self._limits.chunk_bytes

    @property
    def empty(self) -> bool:
        """Whether nothing was gathered since the last chunk."""
        return not (self._rows or self._failures or self._skipped)

    def take(self) -> Chunk:
        """The chunk of what was gathered since the last one."""
        columns = [pa.array([r.get(f.name) for r in self._rows], f.type) for f in self._schema]
        chunk = Chunk(
            pa.RecordBatch.from_arrays(columns, schema=self._schema),
            tuple(self._failures),
            dict(sorted(self._skipped.items())),
        )
        self._rows, self._failures, self._skipped, self._bytes = [], [], Counter(), 0
        return chunk
