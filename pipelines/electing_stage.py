"""Elections: small rows of documents that pass go to where their component is, and the losers come back."""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.judging import Quantiles, judge_batch
from filters.measured import first_column
from filters.minhash import Values
from filters.near import Near, packed
from filters.policy import Duplicates
from filters.shingle_sets import set_digests
from filters.split_elections import PLACEMENTS, elect_within_splits
from filters.splits import Splits
from filters.survivors import HASHES, LOSERS, NEAR_DIGEST, contenders_schema, elect
from pipelines.corpus import Corpus
from pipelines.documents import numbered
from pipelines.job import Job, Tools, tools
from pipelines.kept_signatures import signatures_of
from pipelines.measuring_stage import indexed_kinds, set_parameters
from pipelines.placing import own_splits
from pipelines.reading import annotation_batches, document_batches, groups_of, places_of
from pipelines.shingle_sets import ShingleSets
from storage.shingle_files import read_places
from storage.signature_files import read_signatures

__all__ = [
    "contenders_of",
    "hold_elections",
    "losers_of",
    "partitioned",
    "placements_of",
    "scope_values",
    "with_digests",
]


def contenders_of(job: Job, ordinal: int, shard: str, quantiles: Quantiles) -> Iterator[tuple[int, bytes]]:
    """An own shard's documents that have duplicates and pass every other rule, by partition of components."""
    kit = tools(job)
    assert kit.policy.duplicates is not None
    order, scope = kit.policy.duplicates.survivor, kit.policy.duplicates.scope
    splits = kit.policy.splits
    schema = contenders_schema(order, scope=scope, divided=splits is not None)
    groups = groups_of(kit, shard)
    if groups.num_rows == 0:
        return
    asked = {*scope, *dict(order), *(["host"] if splits is not None and splits.by == "host" else [])}
    columns = [name for name in kit.document_schema.names if name in asked]
    documents = document_batches(kit, shard, columns) if columns else None
    parts = []
    for batch in annotation_batches(kit, shard):
        beside = next(documents) if documents is not None else None
        places, members = places_of(groups.column("row"), batch.column("row"))
        passes = judge_batch(kit.policy, kit.measured, batch, quantiles).passes[places]
        places, members = pa.array(places[passes]), pa.array(members[passes])
        columns = [
            groups.column("component").take(members).combine_chunks(),
            pa.repeat(pa.scalar(kit.corpus.number(ordinal), pa.int64()), len(places)),
            batch.column("row").take(places),
            pa.repeat(pa.scalar(False), len(places)),
            *[batch.column(name).take(places) for name in HASHES.values()],
            *[_order_values(kit.policy.duplicates, name, shard, batch, beside).take(places) for name, _ in order],
            *[scope_values(name, shard, batch, beside).take(places) for name in scope],
            *([] if splits is None else [_splits(splits, shard, batch, beside).take(places)]),
        ]
        parts.append(pa.RecordBatch.from_arrays(columns, schema=schema))
    contenders = with_digests(kit, kit.corpus.number(ordinal), pa.Table.from_batches(parts, schema))
    yield from partitioned(contenders, job.partition_count)


def with_digests(kit: Tools, number: int, contenders: pa.Table) -> pa.Table:
    """The contenders of a shard of the corpus with a digest of what near duplicates are told by, if they are sought."""
    assert kit.policy.duplicates is not None
    near = kit.policy.duplicates.near
    if near is None:
        return contenders
    digests = _set_digests if near.verify == "exact" else _signature_digests
    return contenders.append_column(NEAR_DIGEST, digests(kit.corpus, near, number, contenders.column("row").to_numpy()))


def _signature_digests(corpus: Corpus, near: Near, number: int, rows: npt.NDArray[np.int64]) -> pa.FixedSizeBinaryArray:
    """Of the signatures of a shard's contenders, null for those that are not signed."""
    path, width = corpus.index(number, ".near.signatures"), near.permutations.count
    present, values = read_signatures(path, indexed_kinds(near)["near"], width, rows)
    return packed(set_digests(np.arange(len(rows) + 1) * width, values.reshape(-1)).view(np.uint32), present)


def _set_digests(corpus: Corpus, near: Near, number: int, rows: npt.NDArray[np.int64]) -> pa.FixedSizeBinaryArray:
    """Of the sets of shingles of a shard's contenders, null for those that are not signed."""
    present, places = read_places(corpus.index(number, ".near.sets"), set_parameters(near), rows)
    return packed(np.ascontiguousarray(places["digest"]).view(np.uint32), present)


def hold_elections(job: Job, parts: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The elections of one partition of components; the losers and the placements, by ordinal of their own shard."""
    kit = tools(job)
    duplicates = kit.policy.duplicates
    assert duplicates is not None
    order, near, splits = duplicates.survivor, duplicates.near, kit.policy.splits
    schema = contenders_schema(order, near=near is not None, scope=duplicates.scope, divided=splits is not None)
    contenders = _unpack(parts, schema)
    hold = partial(elect, kinds=duplicates.kinds, order=order, near=near, told_by=partial(_told_by, kit))
    found = (hold(contenders),) if splits is None else elect_within_splits(contenders, splits, hold)
    for told in found:
        shards = told.column("shard").to_numpy()  # ascending
        for number in np.unique(shards).tolist():
            first, last = np.searchsorted(shards, [number, number + 1]).tolist()
            yield number - kit.corpus.first_own, _pack(told.slice(first, last - first))


def _told_by(kit: Tools, shards: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Values | ShingleSets:
    """What near duplicates are told by, of documents of which none is named twice."""
    assert kit.policy.duplicates is not None
    near = kit.policy.duplicates.near
    assert near is not None
    documents = numbered(shards, rows.astype(np.uint64))
    if near.verify == "exact":
        return ShingleSets(kit.corpus.index, near, documents)
    return signatures_of(kit.corpus, near, documents)


def _unpack(parts: Iterable[bytes], schema: pa.Schema) -> pa.Table:
    """The rows of Arrow streams, one after the other."""
    tables = [pa.ipc.open_stream(part).read_all() for part in parts]
    return pa.concat_tables([schema.empty_table(), *tables])


def losers_of(parts: Iterable[bytes]) -> pa.Table:
    """A shard's losers, by row, whatever order they came in."""
    return _unpack(_in_columns(LOSERS, parts), LOSERS).sort_by("row")


def placements_of(parts: Iterable[bytes]) -> pa.Table:
    """A shard's placements, by row, whatever order they came in."""
    return _unpack(_in_columns(PLACEMENTS, parts), PLACEMENTS).sort_by("row")


def _in_columns(schema: pa.Schema, parts: Iterable[bytes]) -> list[bytes]:
    """The streams of these columns, among those of losers and of placements."""
    return [part for part in parts if pa.ipc.open_stream(part).schema == schema]


def _pack(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def partitioned(contenders: pa.Table, partition_count: int) -> Iterator[tuple[int, bytes]]:
    """Contenders by partition: all of a component in one, whichever shard they are in."""
    names = contenders.column("component").combine_chunks().dictionary_encode()
    homes = np.array(
        [xxhash.xxh3_64_intdigest(n.encode()) % partition_count for n in names.dictionary.to_pylist()], np.int64
    )
    home = homes[names.indices.to_numpy(zero_copy_only=False)] if contenders.num_rows else np.empty(0, np.int64)
    for partition in np.unique(home).tolist():
        yield partition, _pack(contenders.filter(pa.array(home == partition)))


def _order_values(
    duplicates: Duplicates, name: str, shard: str, batch: pa.RecordBatch, beside: pa.RecordBatch | None
) -> pa.Array:
    """What survivors are chosen by: a column of annotations, a signal where first measured, a date, an input's rank."""
    if name == "input":
        home, ranked = shard.partition("/")[0], duplicates.prefer
        rank = ranked.index(home) if home in ranked else len(ranked)
        return pa.repeat(pa.scalar(float(rank)), batch.num_rows)
    if name == "fetched_at":
        assert beside is not None
        return beside.column("fetched_at").cast(pa.int64()).cast(pa.float64())
    values = batch.column(name) if name in batch.schema.names else first_column(batch, name)
    return values.cast(pa.float64())


def scope_values(name: str, shard: str, batch: pa.RecordBatch, beside: pa.RecordBatch | None) -> pa.Array:
    """What duplicates must agree in: the input's name, a column of documents, or a signal where first measured."""
    if name == "input":
        return pa.repeat(pa.scalar(shard.partition("/")[0], pa.string()), batch.num_rows)
    if beside is not None and name in beside.schema.names:
        return beside.column(name).cast(pa.string())
    return first_column(batch, name).cast(pa.string())


def _splits(splits: Splits, shard: str, batch: pa.RecordBatch, beside: pa.RecordBatch | None) -> pa.StringArray:
    """Where documents stand before the elections: in the split of their host; null where components have splits."""
    if splits.by == "component":
        return pa.nulls(batch.num_rows, pa.string())
    assert beside is not None
    return own_splits(splits, shard, batch.column("row"), beside.column("host"))
