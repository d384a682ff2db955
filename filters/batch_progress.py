"""A batch on its way through the steps of a plan: the rows that are left, their text, and what was measured so far."""

import contextlib
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.annotations import STEP_EDITS, column
from filters.counted import Counted, own_texts
from filters.cuts import Cuts
from filters.derived_cuts import Change
from filters.documents import Batch
from filters.edits import edited
from filters.errors import RunError
from filters.near import SHINGLES, SIGNATURE, Near
from filters.policy import Rule
from filters.rules import judge
from filters.signals import EDITS, Annotator, Cleaner, Columns, blamed

__all__ = ["Progress", "scattered"]

Ints = npt.NDArray[np.int64]


class Progress:
    """A batch on its way: the rows that no gate has stopped, with their text as it stands."""

    def __init__(self, batch: Batch, spent: MutableMapping[str, float]) -> None:
        self.spent = spent
        self.whole = batch
        self.batch = batch
        self.rows: Ints = np.arange(batch.num_rows)
        self.stopped_at = np.full(batch.num_rows, None, object)
        self.measured: dict[str, tuple[Ints, pa.Array]] = {}
        self.edits: list[tuple[str, Ints, pa.ListArray]] = []
        self._cuts: Cuts | None = None

    @property
    def texts(self) -> pa.StringArray:
        """The texts of the rows that are left, as they stand."""
        return self.batch.column("text")

    @property
    def cuts(self) -> Cuts:
        """The cuts of these texts."""
        if self._cuts is None:
            self._cuts = Cuts(self.texts)
        return self._cuts

    def keep(self, name: str, values: pa.Array) -> None:
        """Note values of the rows that are left."""
        self.measured[name] = (self.rows, values)

    def clean(self, name: str, step: str, cleaner: Cleaner) -> None:
        """Let a cleaner edit the texts."""
        with self._running(name):
            edits, columns = cleaner.clean(self.batch, self.cuts)
            texts, rows, places, added = edited(self.texts, edits)
        self._keep_all(step, cleaner, columns)
        self.edits.append((name, self.rows, edits))
        if texts is not self.texts:
            self.batch = self.batch.set_column(self.batch.schema.get_field_index("text"), "text", texts)
            self._recut(Change(np.arange(len(texts)), rows, places, added))

    def count(self, name: str, number: int, source: Counted) -> None:
        """Note what is counted over the corpus under a number."""
        with self._running(name):
            self.keep(f"text{number}", pa.array(own_texts(self.texts), pa.uint64()))
            self.keep(f"pieces{number}", source.pieces(self.batch, self.cuts))

    def annotate(self, step: str, annotator: Annotator) -> None:
        """Measure the signals of an annotator."""
        if annotator.reads == "page":  # was measured at extraction, and came along as columns of the batch
            columns: Columns = {s.name: self.batch.column(s.name) for s in annotator.signals}
        else:
            with self._running(f"{step}/{type(annotator).__name__}"):
                columns = annotator.annotate(self.batch, self.cuts)
        self._keep_all(step, annotator, columns)

    def stop_at(self, step: str, gate: Rule) -> None:
        """Leave the rows behind that fail a gate."""
        rows, values = self.measured[column(gate.signal, step)]
        values = values.take(pa.array(np.searchsorted(rows, self.rows)))
        failed = judge(gate, values, np.ones(len(values), np.bool_), self._languages()).failed
        if failed.any():
            self.stopped_at[self.rows[failed]] = f"{step}/{gate.name}"
            self.rows = self.rows[~failed]
            self.batch = self.batch.filter(pa.array(~failed))
            nothing = np.empty(0, np.int64)
            self._recut(Change(np.flatnonzero(~failed), np.zeros(len(self.rows) + 1, np.int64), nothing, nothing))

    def _recut(self, change: Change) -> None:
        """Cuts of the new texts, for which the words of the old ones are kept."""
        if self._cuts is not None:
            self._cuts = Cuts(self.texts, (self._cuts, change))

    def count_tokens(self, counter: Annotator) -> None:
        """Count tokens."""
        with self._running(f"tokens/{type(counter).__name__}"):
            self.keep("token_count", counter.annotate(self.batch, self.cuts)["token_count"])

    def sign(self, near: Near) -> None:
        """Sign the texts for near duplicates."""
        with self._running("duplicates/near"):
            for name, values in near.columns(self.texts).items():
                self.keep(name, values)

    def annotations(self, schema: pa.Schema) -> pa.RecordBatch:
        """All that was noted, in the columns of a schema, with null for rows that were left behind before."""
        stopped = pa.array(self.stopped_at, pa.string())
        ready: dict[str, pa.Array] = {
            "row": self.whole.column("row"),
            "characters": pc.utf8_length(self.whole.column("text")).cast(pa.int64()),
            "bytes": pc.binary_length(self.whole.column("text")).cast(pa.int64()),
            "stopped_at": stopped,
            "edits": _edits_by_row(self.edits, self.whole.num_rows),
        }
        arrays = []
        for field in schema:
            if field.name in ready:
                arrays.append(ready[field.name])
            elif field.name in self.measured:
                arrays.append(scattered(*self.measured[field.name], self.whole.num_rows).cast(field.type))
            else:
                arrays.append(pa.nulls(self.whole.num_rows, field.type))
        for name in ("text_hash", "url_hash", SIGNATURE, SHINGLES):
            place = schema.get_field_index(name)
            if place >= 0:
                arrays[place] = _where(stopped.is_null(), arrays[place])
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    @contextlib.contextmanager
    def _running(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        with blamed(name):
            yield
        self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - began

    def _keep_all(self, step: str, source: Annotator | Cleaner, columns: Columns) -> None:
        for signal in source.signals:
            given = len(columns[signal.name]) if signal.name in columns else "no"
            if given != len(self.rows):
                raise RunError(
                    f"{step}/{type(source).__name__} gave {given} values of {signal.name!r} for {len(self.rows)} "
                    f"documents; mend it and try it with filters.contract.check_annotator or check_cleaner"
                )
            self.keep(column(signal.name, step), columns[signal.name])

    def _languages(self) -> pa.StringArray:
        """The first language measured, for the rows that are left; null where none was yet."""
        for name, (rows, values) in self.measured.items():
            if name.startswith("language@"):
                return values.take(pa.array(np.searchsorted(rows, self.rows)))
        return pa.nulls(len(self.rows), pa.string())


def scattered(rows: Ints, values: pa.Array, count: int) -> pa.Array:
    """Values put at their rows, null elsewhere."""
    if len(rows) == count:
        return values
    places = np.full(count, -1, np.int64)
    places[rows] = np.arange(len(rows))
    return values.take(pa.array(places, mask=places < 0))


def _where(chosen: pa.BooleanArray, values: pa.Array) -> pa.Array:
    """The values where they are chosen, null elsewhere."""
    if chosen.true_count == len(chosen):
        return values
    return values.take(pc.if_else(chosen, pa.array(np.arange(len(values))), pa.scalar(None, pa.int64())))


def _edits_by_row(passes: Sequence[tuple[str, Ints, pa.ListArray]], count: int) -> pa.ListArray:
    """The edits of all passes in one list a row, passes in order."""
    flat = [(name, rows[np.asarray(pc.list_parent_indices(e).to_numpy())], e.flatten()) for name, rows, e in passes]
    owners = np.concatenate([owner for _, owner, _ in flat] or [np.empty(0, np.int64)])
    order = np.argsort(owners, kind="stable")
    bounds = np.searchsorted(owners[order], np.arange(count + 1))
    steps = pa.array([name for name, _, _ in flat], pa.string())
    which = np.concatenate(
        [np.full(len(o), i, np.int64) for i, (_, o, _) in enumerate(flat)] or [np.empty(0, np.int64)]
    )
    fields: Mapping[str, pa.Array] = {
        field.name: pa.concat_arrays([e.field(field.name) for _, _, e in flat] or [pa.array([], field.type)])
        for field in EDITS.value_type
    }
    arrays = [steps.take(pa.array(which)).take(order), *(a.take(order) for a in fields.values())]
    struct = pa.StructArray.from_arrays(arrays, fields=list(STEP_EDITS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), struct).cast(STEP_EDITS)
