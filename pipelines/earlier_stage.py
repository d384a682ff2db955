"""What stood before: documents of earlier outputs that new ones resemble. They keep their place in every election.

Facts, once for each of their shards: which of their documents are in components that gained one of this run, and which
of these that output kept. Then, in elections, those that it kept.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.survivors import HASHES, contenders_schema
from pipelines.blocks import Packed
from pipelines.corpus import Corpus
from pipelines.electing_stage import partitioned, scope_values, with_digests
from pipelines.job import Job, Tools, tools
from pipelines.members import members_of_shard
from pipelines.reading import places_of
from storage.layout import EARLIER, shard_path
from storage.parquet_output import column_names, parquet_output, read_batches, read_table, row_group_windows

__all__ = ["earlier_contenders", "write_earlier"]


def write_earlier(job: Job, number: int, packed: Iterable[Packed]) -> None:
    """Publish ``earlier/`` of a shard of an earlier output.

    Args:
        job: the run.
        number: of the shard in the corpus.
        packed: its documents in components that have one of this run, as `pipelines.members.MEMBER`, in any order.
    """
    kit = tools(job)
    with kit.journal.task("exchange"):
        members = members_of_shard(packed)
        columns = [
            pa.array(members["row"]),
            kit.corpus.keys(members["component"]),
            pa.array(members["size"]),
            pa.array(_kept(kit.corpus, number, members["row"])),
        ]
        with parquet_output(_path(kit, kit.job.output, number), EARLIER) as output:
            output.write(pa.RecordBatch.from_arrays(columns, schema=EARLIER))


def _path(kit: Tools, output: str, number: int) -> str:
    earlier = kit.corpus.output_of(number)
    assert earlier is not None
    return shard_path(output, f"earlier/{earlier.name}", kit.corpus.shard(number))


def _kept(corpus: Corpus, number: int, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of some rows of a shard its output kept."""
    if len(rows) == 0:
        return np.empty(0, np.bool_)
    decisions = read_table(corpus.decisions(number), ["row", "action"])
    kept = decisions.filter(pc.equal(decisions.column("action"), "keep")).column("row").to_numpy()
    return np.isin(rows, kept)


def earlier_contenders(job: Job, number: int) -> Iterator[tuple[int, bytes]]:
    """What an earlier output kept of a shard, where new documents are in its components, by partition of these."""
    kit = tools(job)
    found = read_table(_path(kit, job.source, number))
    found = found.filter(found.column("kept"))
    if found.num_rows:
        with kit.journal.task("decide"):
            parts = list(partitioned(with_digests(kit, number, _settled(kit, number, found)), job.partition_count))
        yield from parts


def _settled(kit: Tools, number: int, found: pa.Table) -> pa.Table:
    """Documents of the side table in the columns of contenders: what orders survivors is null, for they stay."""
    duplicates, divided = kit.policy.duplicates, kit.policy.splits is not None
    assert duplicates is not None
    schema = contenders_schema(duplicates.survivor, scope=duplicates.scope, divided=divided)
    decisions = read_table(kit.corpus.decisions(number), ["row", "split"]) if divided else None
    parts = []
    for annotations, documents in _batches(kit.corpus, number, duplicates.scope):
        places, members = (pa.array(p) for p in places_of(found.column("row"), annotations.column("row")))
        known = {
            "component": found.column("component").take(members).combine_chunks(),
            "shard": pa.repeat(pa.scalar(number, pa.int64()), len(places)),
            "row": annotations.column("row").take(places),
            "settled": pa.repeat(pa.scalar(True), len(places)),
            **{name: annotations.column(name).take(places) for name in HASHES.values()},
        }
        for place, name in enumerate(duplicates.scope):
            values = scope_values(name, kit.corpus.shard(number), annotations, documents)
            known[f"scope_{place}"] = values.take(places)
        if decisions is not None:
            at = pc.index_in(known["row"], decisions.column("row").combine_chunks())
            known["split"] = decisions.column("split").combine_chunks().take(at)
        columns = [known.get(field.name, pa.nulls(len(places), field.type)) for field in schema]
        parts.append(pa.RecordBatch.from_arrays(columns, schema=schema))
    return pa.Table.from_batches(parts, schema)


def _batches(
    corpus: Corpus, number: int, scope: tuple[str, ...]
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch | None]]:
    """Rows, hashes and what scopes go by of a shard's documents: of annotations, and of documents where these have it.

    A signal is the one of the first step that measured it: columns stand in the order of the steps.
    """
    annotations, documents = (corpus.path(number, folder) for folder in ("annotations", "documents"))
    windows = row_group_windows(documents)
    signals = [name for name in column_names(annotations) if name.partition("@")[0] in scope]
    beside = [name for name in column_names(documents) if name in scope]
    batches = read_batches(annotations, windows, ["row", *HASHES.values(), *signals])
    if not beside:
        yield from ((batch, None) for batch in batches)
    else:
        yield from zip(batches, read_batches(documents, windows, beside), strict=True)
