"""Reading measurements back: which value a gate left out, which language, which text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.edits import apply_edits, characters_added, characters_cut

__all__ = ["Measured", "first_column", "languages", "last_lengths", "replay"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """What `filters.plan.Plan.record` wrote down of a measuring.

    Attributes:
        columns: the turn at which each column was measured.
        gates: the turn after which each gate, ``step/rule``, stood.
        passes: the cleaners' passes, ``step/cleaner``, in order.
        makers: the fingerprint of what made each pass, and each column of an annotator.
        floors: for span columns, the least score that was stored.
        reasons: for each column, what is wrong with a value below, and above, its limit.
        signed_step: the step whose text was hashed for duplicates.
        steps: names of the steps in order.
        near: the fingerprint of what near duplicates are found by, None where they are not sought.
    """

    columns: Mapping[str, int]
    gates: Mapping[str, int]
    passes: tuple[str, ...]
    makers: Mapping[str, str] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    signed_step: str | None = None
    steps: tuple[str, ...] = ()
    near: str | None = None

    @classmethod
    def of(cls, schema: pa.Schema) -> "Measured":
        """Read it from the schema of an annotations file.

        Raises:
            KeyError: the file was not written by `filters.measuring.measure`.
        """
        return cls.from_record(json.loads(schema.metadata[b"tamis"]))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Measured":
        """Read it from `filters.plan.Plan.record`."""
        return cls(**{**record, "passes": tuple(record["passes"]), "steps": tuple(record["steps"])})

    def mask(self, name: str, annotations: pa.RecordBatch) -> Bools:
        """Rows for which a column was measured: those that no earlier gate had stopped."""
        stopped = annotations.column("stopped_at")
        if stopped.null_count == len(stopped):
            return np.ones(len(stopped), np.bool_)
        gates = pa.array(list(self.gates), pa.string())
        turns = np.array([*self.gates.values(), np.iinfo(np.int64).max], np.int64)
        places = pc.index_in(stopped, gates).fill_null(len(gates)).to_numpy(zero_copy_only=False)
        return np.asarray(self.columns[name] <= turns[places])


def first_column(annotations: pa.RecordBatch, signal: str) -> pa.Array:
    """A signal at the first step that measured it; null throughout where none did."""
    for name in annotations.schema.names:
        if name.partition("@")[0] == signal:
            return annotations.column(name)
    return pa.nulls(annotations.num_rows, pa.string())


def languages(annotations: pa.RecordBatch) -> pa.StringArray:
    """The language that rules go by: the signal ``language`` at the first step that measured it."""
    return first_column(annotations, "language")


def last_lengths(annotations: pa.RecordBatch) -> Ints:
    """Code points of each document's text after all cleaners, from the edits' offsets alone."""
    edits = annotations.column("edits")
    characters = annotations.column("characters").to_numpy(zero_copy_only=False)
    return np.asarray(characters - characters_cut(edits) + characters_added(edits), np.int64)


def replay(texts: pa.StringArray, edits: pa.ListArray, passes: tuple[str, ...]) -> pa.StringArray:
    """The texts after the cleaners' passes, from the texts as extracted.

    Args:
        texts: as extracted.
        edits: the annotations' column ``edits``.
        passes: the passes to make, in order.
    """
    owners = np.asarray(pc.list_parent_indices(edits).to_numpy(), np.int64)
    flat = edits.flatten()
    for name in passes:
        chosen = np.asarray(pc.equal(flat.field("step"), name).to_numpy(zero_copy_only=False), np.bool_)
        bounds = np.searchsorted(owners[chosen], np.arange(len(texts) + 1))
        texts = apply_edits(
            texts, pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), flat.filter(pa.array(chosen)))
        )
    return texts
