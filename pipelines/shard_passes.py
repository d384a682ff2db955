"""A pass over a shard: its chunks, each measured as the pass asks, in quarantine where workers died of one."""

from collections.abc import Iterator

import pyarrow as pa

from pipelines.job import Tools
from pipelines.measuring_chunks import MeasuredChunk, Pass, measure_chunk
from pipelines.quarantine import Quarantine
from pipelines.sampling import sampled
from storage.chunks import Chunk, Failure
from storage.files import read_json
from storage.inputs import Shard
from storage.parquet_output import read_row_groups, read_table
from storage.shards import read_shard

__all__ = ["measured_chunks"]


def measured_chunks(kit: Tools, shard: Shard, way: Pass) -> Iterator[tuple[int, MeasuredChunk]]:
    """The shard's chunks, measured, each with the records that the reader counted in it."""
    if any(name == shard.name for name, _ in kit.suspects):
        yield from _suspected_chunks(kit, shard, way)
        return
    kit.journal.working(way.stage, shard.name, 0)
    chunks = read_shard(shard, kit.inputs[shard.input], kit.limits) if way.extracts else _extracted(kit, shard)
    for number, chunk in enumerate(chunks):
        yield _measured(kit, shard, chunk, way)
        kit.journal.working(way.stage, shard.name, number + 1)


def _suspected_chunks(kit: Tools, shard: Shard, way: Pass) -> Iterator[tuple[int, MeasuredChunk]]:
    """The same of a shard at which workers died: it is read in quarantine, and the suspected chunks measured there.

    The quarantine has time limits of its own; the supervisor's hold for the other chunks. Chunks are suspected by
    their number, whatever the pass: that costs time and changes no byte.
    """
    with Quarantine(kit.job, shard, kit.configuration.run.seconds_per_batch, way) as quarantine:
        kit.journal.working(way.stage, shard.name, None)
        for number, chunk in enumerate(quarantine.chunks() if way.extracts else _extracted(kit, shard)):
            suspected = (shard.name, number) in kit.suspects
            kit.journal.working(way.stage, shard.name, None if suspected else number)
            yield _measured(kit, shard, chunk, way, quarantine if suspected else None)
            kit.journal.working(way.stage, shard.name, None)


def _measured(
    kit: Tools, shard: Shard, chunk: Chunk, way: Pass, quarantine: Quarantine | None = None
) -> tuple[int, MeasuredChunk]:
    chosen = sampled(chunk, shard.name, kit.configuration.sample) if way.extracts else chunk
    if way.extracts:
        kit.journal.count(records=chunk.record_count, bytes=chunk.records.nbytes)
    if quarantine is not None:
        return chunk.record_count, quarantine.measure(chosen)
    return chunk.record_count, measure_chunk(kit, shard.name, chosen, way)


def _extracted(kit: Tools, shard: Shard) -> Iterator[Chunk]:
    """The documents that an earlier pass has extracted, chunk by chunk as it had them, with what it could not read.

    What it passed over comes with the last chunk, which has no document.
    """
    rows = read_table(kit.output("extracted", shard.name, ".failed.parquet")).to_pylist()
    failures = [Failure(r["row"], r["error"], r["message"], r["offset"], r["first_bytes"]) for r in rows]
    failures.sort(key=lambda failure: failure.row)
    told = 0
    for batch in read_row_groups(kit.output("extracted", shard.name)):
        first, last = told, batch.column("row")[-1].as_py()
        while told < len(failures) and failures[told].row < last:
            told += 1
        arrays = [column.cast(field.type) for column, field in zip(batch.columns, kit.document_schema, strict=True)]
        documents = pa.RecordBatch.from_arrays(arrays, schema=kit.document_schema)
        yield Chunk(documents, tuple(failures[first:told]))
    skipped = read_json(kit.output("extracted", shard.name, ".json"))["counts"]["skipped"]
    none = pa.RecordBatch.from_pylist([], schema=kit.document_schema)
    yield Chunk(none, tuple(failures[told:]), skipped)
