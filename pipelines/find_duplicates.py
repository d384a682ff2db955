"""The transform between measuring and deciding: who resembles whom, found once over all shards."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from pipelines import exchange, grouping_stage, members
from pipelines.job import Job, tools

__all__ = ["FindDuplicates"]

Keyed = tuple[int, Any]


class FindDuplicates(beam.PTransform):
    """(ordinal, name) of measured shards to the same, once their groups stand."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, measured: beam.PCollection[Keyed]) -> beam.PCollection[Keyed]:
        """Slices to edges, edges to components, components to shards."""
        members = (
            self._all_shards(measured)
            | "Slice" >> beam.FlatMap(_slices, self.job)
            | "SlicesByPartition" >> beam.GroupByKey()
            | "FindEdges" >> beam.Map(_edges, self.job)
            | "AllEdges" >> beam.GroupByKey()
            | "FindComponents" >> beam.FlatMap(_members, self.job)
            | "OwnMembers" >> beam.FlatMap(_own, self.job)
        )
        return (
            {"shard": measured, "members": members}
            | "MembersByShard" >> beam.CoGroupByKey()
            | "WriteGroups" >> beam.Map(_write_groups, self.job)
        )

    def _all_shards(self, measured: beam.PCollection[Keyed]) -> beam.PCollection[int]:
        """Numbers of all shards of the corpus, the run's own once they are measured."""
        own = measured | "Number" >> beam.Map(_number, self.job)
        earlier_count = tools(self.job).corpus.first_own
        if not earlier_count:
            return own
        earlier = measured.pipeline | "EarlierShards" >> beam.Create(range(earlier_count), reshuffle=True)
        return (own, earlier) | "AllShards" >> beam.Flatten()


def _number(element: Keyed, job: Job) -> int:
    return tools(job).corpus.number(element[0])


def _slices(number: int, job: Job) -> Iterator[Keyed]:
    yield from exchange.slices_of(job, number)


def _edges(element: tuple[int, Iterable[exchange.Slice]], job: Job) -> tuple[None, bytes]:
    return None, exchange.find_edges(job, element[1])


def _members(element: tuple[None, Iterable[bytes]], job: Job) -> Iterator[Keyed]:
    yield from members.find_members(job, element[1])


def _own(element: Keyed, job: Job) -> Iterator[Keyed]:
    """Members of the run's own shards, by ordinal."""
    ordinal = element[0] - tools(job).corpus.first_own
    if ordinal >= 0:
        yield ordinal, element[1]


def _write_groups(element: Keyed, job: Job) -> Keyed:
    ordinal, found = element
    grouping_stage.write_groups(job, tools(job).corpus.number(ordinal), found["members"])
    return ordinal, next(iter(found["shard"]))
