"""Components by rounds of stars over links that are spread over all workers: the Beam part of `filters.stars`.

A worker holds the links of one partition of nodes, and so at least those of one component's smallest node.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import numpy.typing as npt
from apache_beam.pvalue import AsSingleton, TaggedOutput

from filters.errors import RunError
from filters.stars import LINK, both_ends, large_star, members, small_star, unsettled
from pipelines.blocks import Packed, blocks, keyed_blocks, partitions_of, unpacked
from pipelines.job import Job, tools
from pipelines.members import members_by_shard

__all__ = ["MOST_ROUNDS", "StarRounds"]

MOST_ROUNDS = 16
"""The graph has so many; those that are not needed get no links. They settle 65,536 documents in a line."""

MOST_PARTITIONS = 256
"""Of nodes; every partition sends to every other one."""

Keyed = tuple[int, Packed]
Links = npt.NDArray[np.void]


class StarRounds(beam.PTransform):
    """Packed links of `filters.stars.LINK` to members by shard, as of `pipelines.members`."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, links: beam.PCollection[Packed]) -> beam.PCollection[Keyed]:
        """Rounds, until the links are settled; then each star is read where its smallest node is."""
        settled = []
        for number in range(1, MOST_ROUNDS + 1):
            larger, left = links | f"Large{number}" >> _LargeStar(self.job)
            routed = larger | f"Route{number}" >> beam.ParDo(_Route(), AsSingleton(left)).with_outputs(
                "settled", main="going"
            )
            settled.append(routed.settled)
            smaller = routed.going | f"Small{number}" >> _AtNodes(self.job, _as_they_are)
            links = smaller | f"Star{number}" >> beam.FlatMap(_small_star, self.job)
        last, left = links | "Verify" >> _LargeStar(self.job)
        settled.append(last | "Settled" >> beam.Map(_settled, AsSingleton(left), self.job))
        stars = settled | "Stars" >> beam.Flatten() | "ByCentre" >> _AtNodes(self.job, _turned)
        return stars | "Members" >> beam.FlatMap(_members, self.job)


class _AtNodes(beam.PTransform):
    """Packed links to partitions of nodes, each with all links that its nodes see."""

    def __init__(self, job: Job, seen: Callable[[Links], Links]) -> None:
        super().__init__()
        self.partition_count = min(MOST_PARTITIONS, job.partition_count)
        self.seen = seen

    def expand(self, links: beam.PCollection[Packed]) -> beam.PCollection[tuple[int, Iterable[Packed]]]:
        """One shuffle."""
        return (
            links
            | "Send" >> beam.FlatMap(_by_partition, self.seen, self.partition_count)
            | "ByNode" >> beam.GroupByKey()
        )


class _LargeStar(beam.PTransform):
    """Packed links to those of the large star, and to how many nodes show that the given ones are not settled."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, links: beam.PCollection[Packed]) -> Any:
        """One shuffle; where no node is unsettled, the links are as they were."""
        found = links | _AtNodes(self.job, both_ends) | beam.ParDo(_Larger(self.job)).with_outputs("left", main="links")
        return found.links, found.left | beam.CombineGlobally(sum)


class _Larger(beam.DoFn):
    def __init__(self, job: Job) -> None:
        self.job = job

    def process(self, element: tuple[int, Iterable[Packed]]) -> Iterator[Any]:
        with tools(self.job).journal.task("exchange"):
            links = unpacked(element[1], LINK)
            left, found = unsettled(links), large_star(links)
        yield TaggedOutput("left", left)
        yield from blocks(found)


class _Route(beam.DoFn):
    """Settled links leave the rounds."""

    def process(self, block: Packed, left: int) -> Iterator[Any]:
        yield block if left else TaggedOutput("settled", block)


def _by_partition(block: Packed, seen: Callable[[Links], Links], partition_count: int) -> Iterator[Keyed]:
    links = seen(np.frombuffer(block, LINK))
    yield from keyed_blocks(partitions_of(links["node"], partition_count), links)


def _as_they_are(links: Links) -> Links:
    return links


def _turned(links: Links) -> Links:
    """As the other node sees them."""
    turned = np.empty(len(links), LINK)
    turned["node"], turned["other"] = links["other"], links["node"]
    return turned


def _small_star(element: tuple[int, Iterable[Packed]], job: Job) -> Iterator[Packed]:
    with tools(job).journal.task("exchange"):
        found = small_star(unpacked(element[1], LINK))
    yield from blocks(found)


def _settled(block: Packed, left: int, job: Job) -> Packed:
    with tools(job).journal.task("exchange"):
        if left:
            raise RunError(
                f"components are not settled after {MOST_ROUNDS} rounds of stars: {left:,} documents still hold parts "
                f"of them together. Longer chains of duplicates come of a low similarity, or of verify: off; raise the "
                f"one or change the other, or write run: {{components: memory}} for a worker that holds all links"
            )
    return block


def _members(element: tuple[int, Iterable[Packed]], job: Job) -> Iterator[Keyed]:
    kit = tools(job)
    with kit.journal.task("exchange"):
        found = members(unpacked(element[1], LINK))
        made = list(members_by_shard(*found, first_own=kit.corpus.first_own))
    yield from made
