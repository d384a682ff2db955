"""The transform from links between documents to the members of components: in one worker, or by rounds of stars."""

from collections.abc import Iterable, Iterator

import apache_beam as beam
from apache_beam.pvalue import AsSingleton

from filters.stars import LINK
from pipelines import members
from pipelines.blocks import Packed
from pipelines.job import Job, tools
from pipelines.star_rounds import StarRounds

__all__ = ["FindComponents"]

Keyed = tuple[int, Packed]


class FindComponents(beam.PTransform):
    """Packed links of `filters.stars.LINK` to members by the number of their shard, packed as `members.MEMBER`.

    By ``run.components``: ``memory``: all links in one worker; ``rounds``: spread over all of them. With ``auto`` the
    local runner, which keeps all of its shuffles in memory anyway, takes the first and fails above
    `members.MOST_LINKS`; on any other runner the count of links decides while the graph runs.
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, links: beam.PCollection[Packed]) -> beam.PCollection[Keyed]:
        """One way, or both, of which one gets no links."""
        run = tools(self.job).configuration.run
        if run.components == "rounds":
            return links | "ByRounds" >> StarRounds(self.job)
        if run.components == "memory":
            return links | "InOneWorker" >> _InOneWorker(self.job, None)
        if run.runner == "local":
            return links | "InOneWorker" >> _InOneWorker(self.job, members.MOST_LINKS)
        count = links | "Count" >> beam.Map(_count) | "CountAll" >> beam.CombineGlobally(sum)
        few = links | "Few" >> beam.Filter(_is_few, AsSingleton(count))
        many = links | "Many" >> beam.Filter(_is_many, AsSingleton(count))
        found = few | "InOneWorker" >> _InOneWorker(self.job, None), many | "ByRounds" >> StarRounds(self.job)
        return found | "EitherWay" >> beam.Flatten()


class _InOneWorker(beam.PTransform):
    def __init__(self, job: Job, most_links: int | None) -> None:
        super().__init__()
        self.job = job
        self.most_links = most_links

    def expand(self, links: beam.PCollection[Packed]) -> beam.PCollection[Keyed]:
        """Union-find over all links."""
        return (
            links
            | "Key" >> beam.Map(_keyed)
            | "AllLinks" >> beam.GroupByKey()
            | "UnionFind" >> beam.FlatMap(_members, self.job, self.most_links)
        )


def _count(block: Packed) -> int:
    return len(block) // LINK.itemsize


def _is_few(_: Packed, count: int) -> bool:
    return count <= members.MOST_LINKS


def _is_many(_: Packed, count: int) -> bool:
    return count > members.MOST_LINKS


def _keyed(block: Packed) -> tuple[None, Packed]:
    return None, block


def _members(element: tuple[None, Iterable[Packed]], job: Job, most_links: int | None) -> Iterator[Keyed]:
    yield from members.find_members(job, element[1], most_links)
