"""The group stage: a shard's documents that have duplicates, with their component and edges, are published."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.components import EDGE, unique_edges
from filters.survivors import KINDS
from pipelines.blocks import Packed, unpacked
from pipelines.corpus import Corpus
from pipelines.documents import rows_in_shards
from pipelines.job import Job, fingerprint, tools
from pipelines.marked import once
from pipelines.members import members_of_shard
from storage.layout import GROUPS
from storage.parquet_output import parquet_output

__all__ = ["write_groups"]


def write_groups(job: Job, number: int, members: Iterable[Packed], edges: Iterable[Packed]) -> dict[str, Any]:
    """Publish ``groups/`` of a shard, unless it stands there already.

    Args:
        job: the run.
        number: of a shard of the run's own.
        members: of the shard, packed as `pipelines.members.MEMBER`, in any order.
        edges: whose greater document is in the shard, packed as `filters.components.EDGE`, in any order, once or more.

    Returns:
        The marker.
    """
    kit = tools(job)
    shard = kit.corpus.shard(number)
    table = _groups(kit.corpus, members_of_shard(members), unique_edges(unpacked(edges, EDGE)))
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


def _groups(corpus: Corpus, members: npt.NDArray[np.void], edges: npt.NDArray[np.void]) -> pa.Table:
    bounds = np.searchsorted(rows_in_shards(edges["high"]), members["row"])
    struct = GROUPS.field("edges").type.value_type
    values = pa.StructArray.from_arrays(
        [
            corpus.keys(edges["low"]),
            pa.array(KINDS, pa.string()).take(pa.array(edges["kind"])),
            pa.array(edges["similarity"].astype(np.float64), from_pandas=True),
        ],
        fields=list(struct),
    )
    return pa.table(
        [
            pa.array(members["row"]),
            corpus.keys(members["component"]),
            pa.array(members["size"]),
            pa.ListArray.from_arrays(pa.array([*bounds.tolist(), len(edges)], pa.int32()), values),
        ],
        schema=GROUPS,
    )
