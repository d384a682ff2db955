"""The transform between measuring and deciding: who resembles whom, found once over all shards."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsSingleton, TaggedOutput

from filters.stars import forest
from pipelines import earlier_stage, exchange, grouping_stage
from pipelines.blocks import blocks, keyed_blocks
from pipelines.documents import ordinals
from pipelines.find_components import FindComponents
from pipelines.job import Job, Tools, tools

__all__ = ["FindDuplicates"]

Keyed = tuple[int, Any]


class FindDuplicates(beam.PTransform):
    """(ordinal, name) of measured shards to the same, once their groups stand."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, measured: beam.PCollection[Keyed]) -> beam.PCollection[Keyed]:
        """Hashes to edges; links between the same documents to components; both to the shards of the documents."""
        links, edges = self._all_shards(measured) | "Exchange" >> _Exchange(self.job)
        members = links | "FindComponents" >> FindComponents(self.job)
        written = self._write_earlier(measured.pipeline, members)
        return (
            {
                "shard": measured,
                "members": members | "OwnMembers" >> beam.FlatMap(_own, self.job),
                "edges": edges | "OwnEdges" >> beam.FlatMap(_own, self.job),
            }
            | "GroupsByShard" >> beam.CoGroupByKey()
            | "WriteGroups" >> beam.Map(_write_groups, self.job, *written)
        )

    def _all_shards(self, measured: beam.PCollection[Keyed]) -> beam.PCollection[int]:
        """Numbers of all shards of the corpus, the run's own once they are measured."""
        own = measured | "Number" >> beam.Map(_number, self.job)
        earlier_count = tools(self.job).corpus.first_own
        if not earlier_count:
            return own
        earlier = measured.pipeline | "EarlierShards" >> beam.Create(range(earlier_count), reshuffle=True)
        return (own, earlier) | "AllShards" >> beam.Flatten()

    def _write_earlier(self, pipeline: beam.Pipeline, members: beam.PCollection[Keyed]) -> list[AsSingleton]:
        """How many shards of earlier outputs have their table; nothing where there is no earlier output."""
        count = tools(self.job).corpus.first_own
        if not count:
            return []
        shards = pipeline | "EarlierTables" >> beam.Create([(number, None) for number in range(count)])
        written = (
            {"shard": shards, "members": members | "EarlierMembers" >> beam.Filter(_is_earlier, self.job)}
            | "EarlierByShard" >> beam.CoGroupByKey()
            | "WriteEarlier" >> beam.Map(_write_earlier, self.job)
            | "EarlierWritten" >> beam.combiners.Count.Globally()
        )
        return [AsSingleton(written)]


class _Exchange(beam.PTransform):
    """Numbers of shards to links between documents, and to edges by the number of the shard of their greater document.

    By ``run.exchange``: ``files``: places in run files cross the shuffle; ``blocks``: the records cross themselves.
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, numbers: beam.PCollection[int]) -> Any:
        """One shuffle."""
        if tools(self.job).configuration.run.crosses_in_blocks:
            parts = numbers | "Cut" >> beam.FlatMap(_blocks, self.job) | "BlocksByPartition" >> beam.GroupByKey()
        else:
            parts = numbers | "Slice" >> beam.FlatMap(_slices, self.job) | "SlicesByPartition" >> beam.GroupByKey()
        found = parts | "FindEdges" >> beam.ParDo(_FindEdges(self.job)).with_outputs("edges", main="links")
        return found.links, found.edges


class _FindEdges(beam.DoFn):
    """A partition of the hash range, of which all slices or blocks are there."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def process(self, element: tuple[int, Iterable[Any]]) -> Iterator[Any]:
        kit = tools(self.job)
        with kit.journal.task("exchange"):
            edges = exchange.find_edges(kit, self._pairs(kit, element[1]))
            links = forest(edges["low"], edges["high"])
        for keyed in keyed_blocks(ordinals(edges["high"]), edges):
            yield TaggedOutput("edges", keyed)
        yield from blocks(links)

    def _pairs(self, kit: Tools, parts: Iterable[Any]) -> dict[str, exchange.Pairs]:
        if kit.configuration.run.crosses_in_blocks:
            return exchange.pairs_of_blocks(parts)
        return exchange.pairs_of_slices(self.job, parts)


def _number(element: Keyed, job: Job) -> int:
    return tools(job).corpus.number(element[0])


def _slices(number: int, job: Job) -> Iterator[Keyed]:
    with tools(job).journal.task("exchange"):
        found = list(exchange.slices_of(job, number))
    yield from found


def _blocks(number: int, job: Job) -> Iterator[Keyed]:
    with tools(job).journal.task("exchange"):
        found = list(exchange.blocks_of(job, number))
    yield from found


def _own(element: Keyed, job: Job) -> Iterator[Keyed]:
    """What belongs to the run's own shards, by ordinal."""
    ordinal = element[0] - tools(job).corpus.first_own
    if ordinal >= 0:
        yield ordinal, element[1]


def _is_earlier(element: Keyed, job: Job) -> bool:
    return element[0] < tools(job).corpus.first_own


def _write_earlier(element: Keyed, job: Job) -> int:
    number, found = element
    earlier_stage.write_earlier(job, number, found["members"])
    return number


def _write_groups(element: Keyed, job: Job, earlier_count: int = 0) -> Keyed:
    """Groups of a shard, written once the tables of `earlier_count` shards of earlier outputs stand."""
    ordinal, found = element
    grouping_stage.write_groups(job, tools(job).corpus.number(ordinal), found["members"], found["edges"])
    return ordinal, next(iter(found["shard"]))
