"""The corpus: all shards whose documents meet as duplicates, in the order in which they are numbered.

Those of earlier outputs come first, in the order in which the configuration names these, then the run's own. So an
earlier document is smaller than any new one, and components keep the name of their smallest earlier member.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from filters.documents import document_key, earlier_key
from pipelines.documents import Documents, ordinals, rows_in_shards
from storage.files import read_json
from storage.layout import shard_path

__all__ = ["Corpus", "EarlierOutput", "earlier_output"]


@dataclass(frozen=True, slots=True)
class EarlierOutput:
    """A finished output whose documents new ones are compared with.

    Attributes:
        name: that the configuration gives it.
        output: folder or URL of its decisions.
        source: of what was measured: another one after ``tamis decide --from``.
        shards: names in order.
    """

    name: str
    output: str
    source: str
    shards: tuple[str, ...]


def earlier_output(name: str, output: str) -> EarlierOutput:
    """A finished output by the name and place that the configuration gives it.

    Raises:
        OutputError: it has no ``run.json`` or ``shards.json``.
    """
    output = output.rstrip("/")
    source = read_json(f"{output}/run.json")["from"] or output
    shards = tuple(shard["name"] for shard in read_json(f"{output}/shards.json")["shards"])
    return EarlierOutput(name, output, source, shards)


class Corpus:
    """The shards whose documents meet, by number.

    Attributes:
        earlier: outputs that stood before this run.
        first_own: the number of the run's own first shard; smaller ones are of earlier outputs.
    """

    def __init__(self, earlier: Sequence[EarlierOutput], source: str, shards: Sequence[str]) -> None:
        self.earlier = tuple(earlier)
        self._source, self._shards = source, shards
        self._firsts = [0]
        for output in earlier:
            self._firsts.append(self._firsts[-1] + len(output.shards))
        self.first_own = self._firsts[-1]

    @classmethod
    def of(cls, against: Mapping[str, str], source: str, shards: Sequence[str]) -> "Corpus":
        """The corpus of a run.

        Args:
            against: earlier outputs by name.
            source: folder or URL of what the run measured.
            shards: its own, in order.
        """
        return cls([earlier_output(name, output) for name, output in against.items()], source, shards)

    @property
    def shard_count(self) -> int:
        """Of earlier outputs and the run's own."""
        return self.first_own + len(self._shards)

    def number(self, ordinal: int) -> int:
        """Of a shard of the run's own, by its place among these."""
        return self.first_own + ordinal

    def output_of(self, number: int) -> EarlierOutput | None:
        """The earlier output that a shard is in; None for one of the run's own."""
        return self.earlier[bisect_right(self._firsts, number) - 1] if number < self.first_own else None

    def shard(self, number: int) -> str:
        """A shard's name in its output."""
        home = bisect_right(self._firsts, number) - 1
        return (self._shards if number >= self.first_own else self.earlier[home].shards)[number - self._firsts[home]]

    def path(self, number: int, folder: str, suffix: str = ".parquet") -> str:
        """A shard's file among what was measured."""
        output = self.output_of(number)
        return shard_path(self._source if output is None else output.source, folder, self.shard(number), suffix)

    def index(self, number: int, suffix: str) -> str:
        """A shard's file of what the exchange goes by."""
        return self.path(number, "index", suffix)

    def decisions(self, number: int) -> str:
        """What an earlier output decided of a shard of its own."""
        output = self.output_of(number)
        assert output is not None
        return shard_path(output.output, "decisions", self.shard(number))

    def key(self, number: int, row: int) -> str:
        """The name of a document: ``shard:row``, of an earlier one ``output:shard:row``."""
        output = self.output_of(number)
        key = document_key(self.shard(number), row)
        return key if output is None else earlier_key(output.name, key)

    def keys(self, documents: Documents) -> pa.StringArray:
        """The names of documents."""
        pairs = zip(ordinals(documents).tolist(), rows_in_shards(documents).tolist(), strict=True)
        return pa.array([self.key(number, row) for number, row in pairs], pa.string())
