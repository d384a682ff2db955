"""The transform of a round of counting over the corpus: what stands in how many documents of all shards."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from pipelines import corpus_counts
from pipelines.job import Job
from storage.inputs import Shard

__all__ = ["CountOverCorpus"]

Keyed = tuple[int, Any]


class CountOverCorpus(beam.PTransform):
    """(ordinal, Shard) of extracted shards to the same, once their counts of a round stand."""

    def __init__(self, job: Job, round_: int) -> None:
        super().__init__()
        self.job = job
        self.round = round_

    def expand(self, shards: beam.PCollection[tuple[int, Shard]]) -> beam.PCollection[tuple[int, Shard]]:
        """Pieces to slices, slices to counts, counts to shards."""
        given = shards | "NamePieces" >> beam.Map(_pieces, self.job, self.round)
        parts = (
            given
            | "Slice" >> beam.FlatMap(_slices, self.job, self.round)
            | "SlicesByPartition" >> beam.GroupByKey()
            | "Count" >> beam.FlatMap(_parts, self.job, self.round)
        )
        return (
            {"shard": given, "parts": parts}
            | "PartsByShard" >> beam.CoGroupByKey()
            | "WriteCounts" >> beam.Map(_counts, self.job, self.round)
        )


def _pieces(element: tuple[int, Shard], job: Job, round_: int) -> tuple[int, Shard]:
    corpus_counts.write_pieces(job, element[1], round_)
    return element


def _slices(element: tuple[int, Shard], job: Job, round_: int) -> Iterator[Keyed]:
    yield from corpus_counts.slices_of(job, element[0], element[1].name, round_)


def _parts(element: tuple[int, Iterable[corpus_counts.Slice]], job: Job, round_: int) -> Iterator[Keyed]:
    yield from corpus_counts.count_partition(job, *element, round_)


def _counts(element: Keyed, job: Job, round_: int) -> tuple[int, Shard]:
    ordinal, found = element
    corpus_counts.write_shard_counts(job, ordinal, found["parts"], round_)
    return ordinal, next(iter(found["shard"]))
