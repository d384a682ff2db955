"""Measuring a chunk of records: extraction, then every step of the plan; or, in several passes, a part of that."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import AnnotatorError
from filters.measuring import count_pieces, measure
from filters.signals import blamed
from pipelines.counted_plan import counted_plan
from pipelines.job import Tools
from storage.chunks import FAILED, FIRST_BYTES, Chunk, Failure

__all__ = ["WHOLE", "MeasuredChunk", "Pass", "failed_alone", "measure_chunk", "record_by_record"]


@dataclass(frozen=True, slots=True)
class Pass:
    """One way over a shard.

    Attributes:
        stage: as workers' journals name it.
        extracts: it begins with what is read; else with documents that an earlier pass has extracted.
        round: the round of counting over the corpus for which it gives pieces; None where it gives none.
        measures: it measures, with all counts.
    """

    stage: str
    extracts: bool = False
    round: int | None = None
    measures: bool = False


WHOLE = Pass("measure", extracts=True, measures=True)
"""The only pass of a run that counts nothing over the corpus."""


@dataclass(frozen=True, slots=True)
class MeasuredChunk:
    """What became of a chunk.

    Attributes:
        documents: in the columns of the job's documents.
        annotations: row by row beside them; of a pass that does not measure, what it gives, the row at least.
        failures: records that could not be read or extracted, by row.
        skipped: records passed over, by cause.
    """

    documents: Batch
    annotations: pa.RecordBatch
    failures: tuple[Failure, ...]
    skipped: Mapping[str, int]

    @classmethod
    def joined(cls, parts: Sequence["MeasuredChunk"]) -> "MeasuredChunk":
        """Several, at least one, as if they had been measured together."""
        skipped: Counter[str] = Counter()
        for part in parts:
            skipped.update(part.skipped)
        return cls(
            pa.concat_batches([part.documents for part in parts]),
            pa.concat_batches([part.annotations for part in parts]),
            tuple(sorted((f for part in parts for f in part.failures), key=lambda f: f.row)),
            skipped,
        )

    def failed_rows(self, shard: str, source: str) -> pa.RecordBatch:
        """The failures as rows of ``failed/``."""
        rows = [
            {"shard": shard, "row": f.row, "source": source, "offset": f.offset, "error": f.error,
             "message": f.message, "first_bytes": f.first_bytes}
            for f in self.failures
        ]  # fmt: skip
        return pa.RecordBatch.from_pylist(rows, schema=FAILED)


def measure_chunk(kit: Tools, shard: str, chunk: Chunk, way: Pass = WHOLE) -> MeasuredChunk:
    """Extract the text of a chunk's records and annotate it, or what of that a pass does.

    A record on which an annotator or cleaner raises is a failure ``annotator_failed``: a user's own may not be
    total, and one document among millions should cost neither the run nor itself without a word.

    Raises:
        AnnotatorError: one raises without any record.
    """
    try:
        return _measured(kit, shard, chunk, way)
    except AnnotatorError as error:
        if chunk.records.num_rows == 0:
            raise
        if chunk.records.num_rows == 1:
            return measure_chunk(kit, shard, failed_alone(chunk, "annotator_failed", str(error)), way)
        return MeasuredChunk.joined([measure_chunk(kit, shard, part, way) for part in record_by_record(chunk)])


def record_by_record(chunk: Chunk) -> list[Chunk]:
    """The chunk without its records, then each record alone."""
    bare = Chunk(chunk.records.slice(0, 0), chunk.failures, chunk.skipped)
    return [bare, *(Chunk(chunk.records.slice(place, 1)) for place in range(chunk.records.num_rows))]


def failed_alone(chunk: Chunk, error: str, message: str) -> Chunk:
    """A chunk of one record, once that is a failure."""
    wanted = [name for name in ("row", "offset", "page", "text") if name in chunk.records.schema.names]
    (values,) = chunk.records.select(wanted).to_pylist()  # documents that were extracted before have no page
    content = values.get("page") if values.get("page") is not None else (values["text"] or "").encode()
    failure = Failure(values["row"], error, message, values["offset"], content[:FIRST_BYTES])
    return Chunk(chunk.records.slice(0, 0), (*chunk.failures, failure), chunk.skipped)


def _measured(kit: Tools, shard: str, chunk: Chunk, way: Pass) -> MeasuredChunk:
    if not way.extracts:
        return MeasuredChunk(chunk.records, _given(kit, shard, chunk.records, way), chunk.failures, chunk.skipped)
    began = time.perf_counter()
    extracted = kit.extractor.extract(chunk.records, shard)
    kit.journal.spent["extract"] += time.perf_counter() - began
    documents = _in_schema(_with_page_signals(kit, chunk.records, extracted.batch), kit.document_schema)
    offsets = dict(zip(*(chunk.records.column(name).to_pylist() for name in ("row", "offset")), strict=True))
    failures = [Failure(e.row, e.error, e.message, offsets[e.row], e.first_bytes) for e in extracted.errors]
    failures += chunk.failures
    skipped = Counter(chunk.skipped)
    skipped.update(extracted.skipped)
    failures.sort(key=lambda failure: failure.row)
    return MeasuredChunk(documents, _given(kit, shard, documents, way), tuple(failures), skipped)


def _given(kit: Tools, shard: str, documents: Batch, way: Pass) -> pa.RecordBatch:
    """What a pass makes of documents."""
    if way.measures:
        plan = kit.plan if way.extracts else counted_plan(kit, shard, kit.job.rounds)
        return measure(documents, plan, kit.journal.spent)
    if way.round is not None:
        return count_pieces(documents, counted_plan(kit, shard, way.round), way.round, kit.journal.spent)
    return documents.select(["row"])


def _with_page_signals(kit: Tools, records: pa.RecordBatch, documents: Batch) -> Batch:
    """The documents with what the page annotators say of the records they came from."""
    places = pc.index_in(documents.column("row"), records.column("row"))
    for annotator in kit.plan.page_annotators:
        with blamed(type(annotator).__name__):
            columns = annotator.annotate(records, Cuts(pa.nulls(records.num_rows, pa.string())))
        for name, values in columns.items():
            documents = documents.append_column(name, values.take(places))
    return documents


def _in_schema(documents: Batch, schema: pa.Schema) -> Batch:
    """The columns of a schema, null where the documents of this input have none."""
    present = set(documents.schema.names)
    arrays = [
        documents.column(f.name).cast(f.type) if f.name in present else pa.nulls(documents.num_rows, f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
