"""Placing: the split of every document of a batch, as its name, its host or the elections have it."""

import pyarrow as pa
import pyarrow.compute as pc

from filters.documents import document_key
from filters.splits import Placed, Splits
from pipelines.reading import places_of

__all__ = ["own_splits", "placed"]


def own_splits(splits: Splits, shard: str, rows: pa.Array, together: pa.StringArray) -> pa.StringArray:
    """The split of every document, the elections aside.

    Args:
        splits: how the corpus is divided.
        shard: name of the documents' shard.
        rows: of the documents.
        together: the component or host of each; a document without one is placed by its own key.
    """
    keys = pa.array([document_key(shard, row) for row in rows.to_pylist()], pa.string())
    return splits.of(pc.coalesce(together, keys))


def placed(splits: Splits, shard: str, documents: pa.RecordBatch, component: pa.StringArray, found: pa.Table) -> Placed:
    """Where the documents of a batch stand.

    Args:
        splits: how the corpus is divided.
        shard: name of the documents' shard.
        documents: columns ``row`` and ``host``.
        component: of every document, null for one without duplicates.
        found: by row, of the shard's placements: row, split, reason, between, survivor.
    """
    rows = documents.column("row")
    together = documents.column("host") if splits.by == "host" else _without_output(component)
    places, which = places_of(found.column("row"), rows)
    split, reason, between, survivor = (
        found.column(name).take(pa.array(which)).combine_chunks() for name in ("split", "reason", "between", "survivor")
    )
    given = split.take(pc.index_in(rows, rows.take(pa.array(places))))
    leaves = reason.is_valid()
    return Placed(
        splits=pc.coalesce(given, own_splits(splits, shard, rows, together)),
        leaving=places[leaves.to_numpy(zero_copy_only=False)],
        reasons=reason.filter(leaves),
        between=between.filter(leaves),
        survivors=survivor.filter(leaves),
    )


def _without_output(component: pa.StringArray) -> pa.StringArray:
    """Names of components without the output that holds their smallest member: they were placed by these there."""
    return pc.replace_substring_regex(component, r"^[^:/]*:", "")
