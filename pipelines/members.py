"""From links between documents to components, in one worker, and from these to the shards that hold their members."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from filters.components import components
from filters.errors import RunError
from filters.stars import LINK, forest
from pipelines.blocks import Packed, keyed_blocks, unpacked
from pipelines.documents import Documents, ordinals, rows_in_shards
from pipelines.job import Job, tools

__all__ = ["MEMBER", "MOST_LINKS", "find_members", "members_by_shard", "members_of_shard"]

MEMBER = np.dtype([("row", "<i8"), ("component", "<u8"), ("size", "<i8")])
"""A document of a shard that has duplicates."""

MOST_LINKS = 1 << 26
"""So many links, of 16 bytes each, one worker gets unless it is told to take all."""

FOLDED_LINKS = 1 << 22
"""The links of a component are reduced to one a document whenever so many more have come."""


def find_members(job: Job, packed: Iterable[Packed], most_links: int | None = None) -> list[tuple[int, Packed]]:
    """Components by union-find; the members of each shard, by its number, packed as `MEMBER`.

    Args:
        job: the run.
        packed: links of all partitions, as `filters.stars.LINK`.
        most_links: above so many the run fails; None: there is no limit.

    Raises:
        RunError: there are more links.
    """
    kit = tools(job)
    with kit.journal.task("exchange"):
        links = _folded(packed, most_links)
        found = components(links["node"], links["other"])
        return list(members_by_shard(*found, first_own=kit.corpus.first_own))


def members_by_shard(
    documents: Documents, smallest: Documents, sizes: npt.NDArray[np.int64], *, first_own: int
) -> Iterator[tuple[int, Packed]]:
    """Members of whole components by their shard's number, in blocks of `MEMBER`.

    Of earlier outputs only members of components that have one of this run.

    Args:
        documents: ascending.
        smallest: of each one's component.
        sizes: of each one's component.
        first_own: the number of this run's first shard.
    """
    gained = np.isin(smallest, smallest[ordinals(documents) >= first_own])
    documents = documents[gained]
    members = np.empty(len(documents), MEMBER)
    members["row"] = rows_in_shards(documents)
    members["component"], members["size"] = smallest[gained], sizes[gained]
    yield from keyed_blocks(ordinals(documents), members)


def members_of_shard(packed: Iterable[Packed]) -> npt.NDArray[np.void]:
    """A shard's members by row, from blocks that come in any order."""
    members = unpacked(packed, MEMBER)
    return members[np.argsort(members["row"])]


def _folded(packed: Iterable[Packed], most_links: int | None) -> npt.NDArray[np.void]:
    """One link a document of all that come, so that memory follows from how many documents have duplicates."""
    held, waiting = np.empty(0, LINK), [np.empty(0, LINK)]
    count = waiting_count = 0
    for part in packed:
        waiting.append(np.frombuffer(part, LINK))
        count += len(waiting[-1])
        waiting_count += len(waiting[-1])
        if most_links is not None and count > most_links:
            raise RunError(_too_many(most_links))
        if waiting_count > max(FOLDED_LINKS, len(held)):
            held, waiting, waiting_count = _forest([held, *waiting]), [], 0
    return _forest([held, *waiting])


def _forest(parts: list[npt.NDArray[np.void]]) -> npt.NDArray[np.void]:
    links = np.concatenate(parts)
    return forest(links["node"], links["other"])


def _too_many(most_links: int) -> str:
    return (
        f"duplicates have more than {most_links:,} links, as many as run.components: auto gives to one worker; write "
        f"run: {{components: memory}} if it has memory for more, or run: {{components: rounds}}, which spreads them "
        f"over the workers of a distributed runner"
    )
