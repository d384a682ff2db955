"""The exchange: hashes of all shards meet by range of the hash, and become edges.

What crosses the shuffle is small: names of run files with ranges.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from filters.components import EDGE, bucket_edges
from filters.survivors import KINDS
from pipelines.documents import numbered
from pipelines.job import Job, Tools, tools
from pipelines.measuring_stage import indexed_kinds
from pipelines.members import Packed
from pipelines.near_edges import near_edges
from storage.run_files import partition_bounds, read_run

__all__ = ["Slice", "find_edges", "slices_of"]

Pairs = npt.NDArray[np.void]

PAIR = np.dtype([("hash", "<u8"), ("payload", "<u8"), ("document", "<u8")])
"""A hash of a document; documents whose hashes are equal meet."""

Slice = tuple[int, str, int, int]
"""Number of a shard in the corpus, a kind, and the first and last record of its run file."""


def slices_of(job: Job, number: int) -> Iterator[tuple[int, Slice]]:
    """For each partition of the hash range, where it lies in the run files of a shard of the corpus."""
    kit = tools(job)
    for kind, parameters in indexed_kinds(kit.plan.near).items():
        path = kit.corpus.index(number, f".{kind}.run")
        bounds = partition_bounds(path, parameters, job.partition_count)
        for partition in range(job.partition_count):
            if bounds[partition] < bounds[partition + 1]:
                yield partition, (number, kind, bounds[partition], bounds[partition + 1])


def find_edges(job: Job, slices: Iterable[Slice]) -> Packed:
    """The edges of one partition of the hash range, packed as `filters.components.EDGE`."""
    kit = tools(job)
    with kit.journal.task("exchange"):
        parameters = indexed_kinds(kit.plan.near)
        parts: dict[str, list[Pairs]] = {kind: [] for kind in parameters}
        for number, kind, first, last in sorted(slices):
            path = kit.corpus.index(number, f".{kind}.run")
            parts[kind].append(_pairs(number, read_run(path, parameters[kind], first, last)))
        return _edges_of(kit, {kind: np.concatenate(found) for kind, found in parts.items() if found}).tobytes()


def _pairs(number: int, records: npt.NDArray[np.void]) -> Pairs:
    pairs = np.empty(len(records), PAIR)
    pairs["hash"], pairs["payload"] = records["hash"], records["payload"]
    pairs["document"] = numbered(number, records["row"])
    return pairs


def _edges_of(kit: Tools, pairs: Mapping[str, Pairs]) -> npt.NDArray[np.void]:
    """The edges between the documents of one partition, from their pairs by kind."""
    edges = [bucket_edges(found, KINDS.index(kind)) for kind, found in pairs.items() if kind != "near"]
    if kit.plan.near is not None and "near" in pairs:
        edges.append(near_edges(kit, kit.plan.near, pairs["near"]))
    return np.concatenate([np.empty(0, EDGE), *edges])
