"""Reading back what the measure stage wrote, batch by batch, in the columns that a decision needs."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.annotations import ANNOTATION_FIELDS, column
from pipelines.job import Tools
from storage.parquet_output import read_batches, read_table, row_group_windows

__all__ = ["annotation_batches", "document_batches", "groups_of", "needed_columns", "places_of"]

Places = npt.NDArray[np.intp]


def needed_columns(kit: Tools) -> list[str]:
    """The columns of annotations that the policy and the outputs ask for, in the order of their measuring."""
    wanted = {field.name for field in ANNOTATION_FIELDS} | set(kit.configuration.output.signals)
    signals = {"language", "language_score"}
    for step in kit.policy.steps:
        wanted |= {column(rule.signal, step.name) for rule in step.rules}
        signals |= {rule.by for rule in step.rules if rule.by is not None}
    if kit.policy.duplicates is not None:
        signals |= {*kit.policy.duplicates.scope, *(name for name, _ in kit.policy.duplicates.survivor)}
    turns = kit.measured.columns  # sorted by name where they come from run.json
    columns = [field.name for field in ANNOTATION_FIELDS] + sorted(turns, key=turns.__getitem__)
    return [name for name in columns if name in wanted or name.partition("@")[0] in signals]


def annotation_batches(kit: Tools, shard: str) -> Iterator[pa.RecordBatch]:
    """A shard's annotations."""
    return read_batches(kit.source("annotations", shard), _windows(kit, shard), needed_columns(kit))


def document_batches(kit: Tools, shard: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """A shard's documents, in the same batches as its annotations."""
    return read_batches(kit.source("documents", shard), _windows(kit, shard), columns)


def _windows(kit: Tools, shard: str) -> list[range]:
    """How a shard is cut into batches: by its documents, whatever is read of it."""
    return row_group_windows(kit.source("documents", shard))


def groups_of(kit: Tools, shard: str) -> pa.Table:
    """A shard's documents that have duplicates, by row."""
    return read_table(kit.source("groups", shard), ["row", "component", "component_size"])


def places_of(rows: pa.Array, among: pa.Array) -> tuple[Places, Places]:
    """The rows that two ascending columns share: their places in `among`, and their places in `rows`."""
    wanted, there = np.asarray(rows), np.asarray(among)
    return np.flatnonzero(np.isin(there, wanted)), np.flatnonzero(np.isin(wanted, there))
