"""The exchange: from run files to components, and from components back to the shards that hold their members.

What crosses a shuffle is small: names of run files with ranges, packed edges, packed rows.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.components import EDGE, bucket_edges, components, unique_edges
from filters.documents import document_key
from filters.survivors import KINDS
from pipelines.documents import Documents, numbered, ordinals, rows_in_shards
from pipelines.job import Job, fingerprint, tools
from pipelines.marked import once
from pipelines.measuring_stage import indexed_kinds
from pipelines.near_edges import near_edges
from storage.layout import GROUPS
from storage.parquet_output import parquet_output
from storage.run_files import partition_bounds, read_run

__all__ = ["MEMBER", "Slice", "find_edges", "find_members", "slices_of", "write_groups"]

MEMBER = np.dtype([("row", "<i8"), ("component", "<u8"), ("size", "<i8")])
"""A document of a shard that has duplicates."""

Slice = tuple[int, str, int, int]
"""Ordinal of a shard, a kind, and the first and last record of its run file."""

Packed = bytes
"""Rows of one dtype, as bytes."""


def slices_of(job: Job, ordinal: int, shard: str) -> Iterator[tuple[int, Slice]]:
    """For each partition of the hash range, where it lies in a shard's run files."""
    kit = tools(job)
    for kind, parameters in indexed_kinds(kit.plan.near).items():
        path = kit.output("index", shard, f".{kind}.run")
        bounds = partition_bounds(path, parameters, job.partition_count)
        for partition in range(job.partition_count):
            if bounds[partition] < bounds[partition + 1]:
                yield partition, (ordinal, kind, bounds[partition], bounds[partition + 1])


def find_edges(job: Job, slices: Iterable[Slice]) -> Packed:
    """The edges of one partition of the hash range, packed as `filters.components.EDGE`."""
    kit = tools(job)
    with kit.journal.task("exchange"):
        near = kit.plan.near
        parameters = indexed_kinds(near)
        parts: dict[str, list[npt.NDArray[np.void]]] = {kind: [] for kind in parameters}
        for ordinal, kind, first, last in sorted(slices):
            path = kit.output("index", kit.shards[ordinal], f".{kind}.run")
            parts[kind].append(_pairs(ordinal, read_run(path, parameters[kind], first, last)))
        signed = parts.pop("near", [])
        edges = [bucket_edges(np.concatenate(found), KINDS.index(k)) for k, found in parts.items() if found]
        if near is not None and signed:
            edges.append(near_edges(kit, near, np.concatenate(signed)))
        return np.concatenate([np.empty(0, EDGE), *edges]).tobytes()


def _pairs(ordinal: int, records: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    pairs = np.empty(len(records), [("hash", "<u8"), ("payload", "<u8"), ("document", "<u8")])
    pairs["hash"], pairs["payload"] = records["hash"], records["payload"]
    pairs["document"] = numbered(ordinal, records["row"])
    return pairs


def find_members(job: Job, packed: Iterable[Packed]) -> Iterator[tuple[int, tuple[Packed, Packed]]]:
    """Components over all edges; for each shard its members, packed as `MEMBER`, and their edges."""
    with tools(job).journal.task("exchange"):
        edges = np.concatenate([np.empty(0, EDGE), *(np.frombuffer(part, EDGE) for part in packed)])
        edges = unique_edges(edges)
        documents, smallest, sizes = components(edges)
        members = np.empty(len(documents), MEMBER)
        members["row"] = rows_in_shards(documents)
        members["component"], members["size"] = smallest, sizes
        owners, edge_owners = ordinals(documents), ordinals(edges["high"])
        for ordinal in np.unique(owners).tolist():
            mine = slice(*np.searchsorted(owners, [ordinal, ordinal + 1]).tolist())
            my_edges = slice(*np.searchsorted(edge_owners, [ordinal, ordinal + 1]).tolist())
            yield ordinal, (members[mine].tobytes(), edges[my_edges].tobytes())


def write_groups(job: Job, ordinal: int, found: Iterable[tuple[Packed, Packed]]) -> dict[str, Any]:
    """Publish ``groups/`` of a shard, unless it stands there already.

    Args:
        job: the run.
        ordinal: of the shard.
        found: at most one pair of `find_members`; none for a shard without duplicates.

    Returns:
        The marker.
    """
    kit = tools(job)
    shard = kit.shards[ordinal]
    members, edges = next(iter(found), (b"", b""))
    table = _groups(kit.shards, np.frombuffer(members, MEMBER), np.frombuffer(edges, EDGE))
    wanted = fingerprint(job.code, _table_digest(table))

    def make() -> dict[str, Any]:
        with parquet_output(kit.output("groups", shard), GROUPS) as output:
            for batch in table.to_batches():
                output.write(batch)
        return {"shard": shard, "fingerprint": wanted, "digests": {"groups": output.digest()}}

    return once(kit.output("groups", shard, ".json"), wanted, kit.journal.task("group", shard), make)


def _table_digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return xxhash.xxh3_128_hexdigest(sink.getvalue())


def _groups(shards: list[str], members: npt.NDArray[np.void], edges: npt.NDArray[np.void]) -> pa.Table:
    bounds = np.searchsorted(rows_in_shards(edges["high"]), members["row"])
    struct = GROUPS.field("edges").type.value_type
    values = pa.StructArray.from_arrays(
        [
            _keys(shards, edges["low"]),
            pa.array(KINDS, pa.string()).take(pa.array(edges["kind"])),
            pa.array(edges["similarity"].astype(np.float64), from_pandas=True),
        ],
        fields=list(struct),
    )
    return pa.table(
        [
            pa.array(members["row"]),
            _keys(shards, members["component"]),
            pa.array(members["size"]),
            pa.ListArray.from_arrays(pa.array([*bounds.tolist(), len(edges)], pa.int32()), values),
        ],
        schema=GROUPS,
    )


def _keys(shards: list[str], documents: Documents) -> pa.StringArray:
    """Names ``shard:row`` of documents."""
    pairs = zip(ordinals(documents).tolist(), rows_in_shards(documents).tolist(), strict=True)
    return pa.array([document_key(shards[ordinal], row) for ordinal, row in pairs], pa.string())
