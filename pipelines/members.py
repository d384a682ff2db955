"""From edges to components, and from components to the shards that hold their members."""

from collections.abc import Iterable, Iterator

import numpy as np

from filters.components import EDGE, components, unique_edges
from pipelines.documents import ordinals, rows_in_shards
from pipelines.job import Job, tools

__all__ = ["MEMBER", "Packed", "find_members"]

MEMBER = np.dtype([("row", "<i8"), ("component", "<u8"), ("size", "<i8")])
"""A document of a shard that has duplicates."""

Packed = bytes
"""Rows of one dtype, as bytes."""


def find_members(job: Job, packed: Iterable[Packed]) -> Iterator[tuple[int, tuple[Packed, Packed]]]:
    """Components over all edges; for each shard, by number, its members, packed as `MEMBER`, and their edges.

    Of earlier outputs only members of components that have one of this run.
    """
    kit = tools(job)
    with kit.journal.task("exchange"):
        edges = np.concatenate([np.empty(0, EDGE), *(np.frombuffer(part, EDGE) for part in packed)])
        edges = unique_edges(edges)
        documents, smallest, sizes = components(edges)
        gained = np.isin(smallest, smallest[ordinals(documents) >= kit.corpus.first_own])
        documents, smallest, sizes = documents[gained], smallest[gained], sizes[gained]
        members = np.empty(len(documents), MEMBER)
        members["row"] = rows_in_shards(documents)
        members["component"], members["size"] = smallest, sizes
        owners, edge_owners = ordinals(documents), ordinals(edges["high"])
        for number in np.unique(owners).tolist():
            mine = slice(*np.searchsorted(owners, [number, number + 1]).tolist())
            my_edges = slice(*np.searchsorted(edge_owners, [number, number + 1]).tolist())
            yield number, (members[mine].tobytes(), edges[my_edges].tobytes())
