"""How similar near duplicates are: the pairs that were found, and the documents that went by them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reports.finished_run import FinishedRun

__all__ = ["similarities"]

BIN_WIDTH = 0.025

Row = dict[str, Any]
Ints = npt.NDArray[np.int64]


def similarities(run: FinishedRun, near: Row) -> Row:
    """Pairs and documents by similarity, from the least that occurs up to 1.

    A pair is an edge of a component: documents that met in a bucket and were similar enough when duplicates were found.
    A document is one that an election ended for, with its similarity to the survivor.

    Args:
        run: a finished run.
        near: the section ``duplicates.near`` of its configuration.

    Returns:
        ``similarity``: the limit, None where nothing is verified; ``edges`` and ``lost``: how many in all;
        ``unverified``: edges without a similarity; ``bins``: low, high, edges, lost, the last with its high end.
    """
    count = round(1 / BIN_WIDTH)
    pairs, lost, edges, unverified = np.zeros(count, np.int64), np.zeros(count, np.int64), 0, 0
    for found in _near(run, "groups", "edges"):
        values = found.drop_null()
        edges, unverified = edges + len(found), unverified + len(found) - len(values)
        pairs += _binned(values, count)
    for found in _near(run, "decisions", "reasons"):
        lost += _binned(found.drop_null(), count)
    seen = np.flatnonzero(pairs + lost)
    return {
        "similarity": near["similarity"] if near["verify"] != "off" else None,
        "edges": edges,
        "unverified": unverified,
        "lost": int(lost.sum()),
        "bins": [
            {"low": round(place * BIN_WIDTH, 6), "high": round((place + 1) * BIN_WIDTH, 6), "edges": int(pairs[place]),
             "lost": int(lost[place])}
            for place in (range(int(seen[0]), count) if len(seen) else ())
        ],
    }  # fmt: skip


def _near(run: FinishedRun, folder: str, column: str) -> Iterator[pa.Array]:
    """The similarities of the near duplicates among the structs of a list column, a window at a time."""
    for shard in run.shards:
        if run.has("groups", shard):  # else no document of the shard has a duplicate
            for table in run.tables(
                folder, shard, [f"{column}.list.element.{name}" for name in ("kind", "similarity")]
            ):
                found = pc.list_flatten(table[column].combine_chunks())
                yield found.filter(pc.equal(found.field("kind"), "near")).field("similarity")


def _binned(values: pa.Array, count: int) -> Ints:
    places = (values.to_numpy(zero_copy_only=False) / BIN_WIDTH + 1e-6).astype(np.int64)
    return np.bincount(np.minimum(places, count - 1), minlength=count)
