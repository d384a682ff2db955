"""The exchange: hashes of all shards meet by range of the hash, and become edges.

There are two ways to one result. By files, what crosses the shuffle is places in the shards' run files, which are read
again where hashes meet; by blocks, the records of these files cross themselves, packed.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from filters.components import EDGE, bucket_edges
from filters.survivors import KINDS
from pipelines.blocks import Packed, blocks, unpacked
from pipelines.documents import numbered
from pipelines.job import Job, Tools, tools
from pipelines.measuring_stage import indexed_kinds
from pipelines.near_edges import near_edges
from storage.run_files import filled_partitions, read_run

__all__ = ["Block", "Slice", "blocks_of", "find_edges", "pairs_of_blocks", "pairs_of_slices", "slices_of"]

Pairs = npt.NDArray[np.void]

PAIR = np.dtype([("hash", "<u8"), ("payload", "<u8"), ("document", "<u8")])
"""A hash of a document; documents whose hashes are equal meet."""

Slice = tuple[int, str, int, int]
"""Number of a shard in the corpus, a kind, and the first and last record of its run file."""

Block = tuple[str, Packed]
"""A kind, and packed records of `PAIR`."""


def slices_of(job: Job, number: int) -> Iterator[tuple[int, Slice]]:
    """For each partition of the hash range, where it lies in the run files of a shard of the corpus."""
    kit = tools(job)
    for kind, parameters in indexed_kinds(kit.plan.near).items():
        records = read_run(kit.corpus.index(number, f".{kind}.run"), parameters)
        for partition, first, last in filled_partitions(records["hash"], job.partition_count):
            yield partition, (number, kind, first, last)


def blocks_of(job: Job, number: int) -> Iterator[tuple[int, Block]]:
    """For each partition of the hash range, what lies there in the run files of a shard of the corpus."""
    kit = tools(job)
    for kind, parameters in indexed_kinds(kit.plan.near).items():
        pairs = _pairs(number, read_run(kit.corpus.index(number, f".{kind}.run"), parameters))
        for partition, first, last in filled_partitions(pairs["hash"], job.partition_count):
            for block in blocks(pairs[first:last]):
                yield partition, (kind, block)


def pairs_of_slices(job: Job, slices: Iterable[Slice]) -> dict[str, Pairs]:
    """The pairs of one partition of the hash range by kind, read from run files."""
    kit = tools(job)
    parameters = indexed_kinds(kit.plan.near)
    parts: dict[str, list[Pairs]] = {}
    for number, kind, first, last in sorted(slices):
        path = kit.corpus.index(number, f".{kind}.run")
        parts.setdefault(kind, []).append(_pairs(number, read_run(path, parameters[kind], first, last)))
    return {kind: np.concatenate(found) for kind, found in parts.items()}


def pairs_of_blocks(parts: Iterable[Block]) -> dict[str, Pairs]:
    """The pairs of one partition of the hash range by kind, from blocks."""
    by_kind: dict[str, list[Packed]] = {}
    for kind, block in parts:
        by_kind.setdefault(kind, []).append(block)
    return {kind: unpacked(found, PAIR) for kind, found in by_kind.items()}


def _pairs(number: int, records: npt.NDArray[np.void]) -> Pairs:
    pairs = np.empty(len(records), PAIR)
    pairs["hash"], pairs["payload"] = records["hash"], records["payload"]
    pairs["document"] = numbered(number, records["row"])
    return pairs


def find_edges(kit: Tools, pairs: Mapping[str, Pairs]) -> npt.NDArray[np.void]:
    """The edges between the documents of one partition, as `filters.components.EDGE`, from their pairs by kind.

    The order of the pairs changes nothing.
    """
    edges = [bucket_edges(pairs[kind], number) for number, kind in enumerate(KINDS) if kind in pairs and kind != "near"]
    if kit.plan.near is not None and "near" in pairs:
        edges.append(near_edges(kit, kit.plan.near, pairs["near"]))
    return np.concatenate([np.empty(0, EDGE), *edges])
