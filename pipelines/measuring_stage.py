"""The measure stage: one shard is read, extracted and annotated, and its files are published.

Where something is counted over the corpus, it was read and extracted before (`extracting_stage`).
"""

from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.near import SHINGLES, SIGNATURE, Near, unpacked
from filters.shingle_sets import set_digests
from filters.survivors import HASHES
from pipelines.corpus_counts import counts_digests
from pipelines.index_files import index_is_whole, index_sizes
from pipelines.job import Job, Tools, fingerprint, tools
from pipelines.marked import once
from pipelines.measuring_chunks import WHOLE, MeasuredChunk, Pass
from pipelines.shard_passes import measured_chunks
from storage.chunks import FAILED
from storage.inputs import Shard
from storage.parquet_output import parquet_output
from storage.run_files import RECORD, write_run
from storage.shingle_files import ShingleOutput, shingle_output
from storage.signature_files import write_signatures

__all__ = ["indexed_kinds", "measure_shard", "set_parameters"]

MEASURE = Pass("measure", measures=True)
"""The last of several passes: it begins with documents that were extracted, and knows all counts."""

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Values = npt.NDArray[np.uint32]


def indexed_kinds(near: Near | None) -> dict[str, str]:
    """The kinds of run files, each with what they must agree in to meet in an exchange; signature files too."""
    kinds = {kind: f"{kind}: xxh3-128, first half as hash, second half as payload" for kind in HASHES}
    return kinds if near is None else {**kinds, "near": f"near: {near.fingerprint}"}


def set_parameters(near: Near) -> str:
    """What files of sets of shingles must agree in."""
    return f"sets: {near.sets_fingerprint}"


def measure_shard(job: Job, shard: Shard) -> dict[str, Any]:
    """Measure a shard, unless it is done and its files in index/ are whole.

    Returns:
        Its marker: fingerprint, digests of its files, bytes of those in index/, and counts of what was read.
    """
    kit = tools(job)
    wanted = fingerprint(kit.measure_fingerprint, shard.name, shard.identity, *counts_digests(kit, shard.name))

    def make() -> dict[str, Any]:
        made = _write(kit, shard)
        return {"shard": shard.name, "fingerprint": wanted, **made, "index": index_sizes(kit, shard.name)}

    marker = kit.output("documents", shard.name, ".json")
    whole = partial(index_is_whole, kit, shard.name)
    return once(marker, wanted, kit.journal.task("measure", shard.name), make, whole)


def _write(kit: Tools, shard: Shard) -> dict[str, Any]:
    """Publish documents, annotations, failures and run files; returns their digests and the counts."""
    tally = _Tally(kit.plan.near)
    schemas = {"documents": kit.document_schema, "annotations": kit.plan.schema, "failed": FAILED}
    with ExitStack() as files:
        outputs = {
            folder: files.enter_context(parquet_output(kit.output(folder, shard.name), schema))
            for folder, schema in schemas.items()
        }
        sets = files.enter_context(_shingle_output(kit, shard.name)) if _keeps_sets(kit) else None
        for record_count, measured in measured_chunks(kit, shard, MEASURE if kit.job.rounds else WHOLE):
            outputs["documents"].write(measured.documents)
            outputs["annotations"].write(measured.annotations.select(kit.plan.schema.names))
            outputs["failed"].write(measured.failed_rows(shard.name, shard.source))
            tally.add(record_count, measured)
            if sets is not None:
                _write_sets(sets, measured.annotations)
    digests = {folder: output.digest() for folder, output in outputs.items()}
    if kit.plan.signed_step is not None:
        for kind, parameters in indexed_kinds(None).items():
            path = kit.output("index", shard.name, f".{kind}.run")
            digests[kind] = write_run(path, tally.hashes(kind), parameters)
    if kit.plan.near is not None:
        digests |= _write_near(kit, shard.name, kit.plan.near, *tally.signatures())
    if sets is not None:
        digests["shingles"] = sets.digest()
    return {"digests": digests, "counts": {"bytes": shard.size, **tally.counts()}}


def _keeps_sets(kit: Tools) -> bool:
    return kit.plan.near is not None and kit.plan.near.verify == "exact"


def _shingle_output(kit: Tools, shard: str) -> AbstractContextManager[ShingleOutput]:
    assert kit.plan.near is not None
    places, shingles = (kit.output("index", shard, f".near.{name}") for name in ("sets", "shingles"))
    return shingle_output(places, shingles, set_parameters(kit.plan.near))


def _write_sets(output: ShingleOutput, annotations: pa.RecordBatch) -> None:
    """Append the sets of the signed documents of a batch."""
    chosen = annotations.filter(annotations.column(SHINGLES).is_valid())
    sets = chosen.column(SHINGLES)
    hashes = np.asarray(sets.flatten().to_numpy(), np.uint32)
    bounds = np.append(0, np.cumsum(sets.value_lengths().to_numpy(zero_copy_only=False))).astype(np.int64)
    output.write(chosen.column("row").to_numpy(), bounds, hashes, set_digests(bounds, hashes))


def _write_near(kit: Tools, shard: str, near: Near, rows: Ints, texts: Hashes, values: Values) -> dict[str, str]:
    """Publish a shard's signatures, and a record for each of their bands, with the text's hash as payload."""
    from filters.near_kernels import band_hashes

    parameters = indexed_kinds(near)["near"]
    digest = write_signatures(kit.output("index", shard, ".near.signatures"), rows, values, parameters)
    records = np.empty(len(rows) * near.bands, RECORD)
    records["hash"] = band_hashes(values, near.bands).reshape(-1)
    records["row"], records["payload"] = np.repeat(rows, near.bands), np.repeat(texts, near.bands)
    return {
        "near": write_run(kit.output("index", shard, ".near.run"), records, parameters),
        "signatures": digest,
    }


class _Tally:
    """What is counted of a shard, and what its files in index/ hold: some 50 bytes a document, and its signature."""

    def __init__(self, near: Near | None) -> None:
        self._near = near
        self._signed: list[tuple[Ints, Hashes, Values]] = []
        self._skipped: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._records = self._documents = self._characters = 0
        self._hashes: dict[str, list[npt.NDArray[np.void]]] = {kind: [np.empty(0, RECORD)] for kind in HASHES}

    def add(self, record_count: int, measured: MeasuredChunk) -> None:
        self._records += record_count
        self._skipped.update(measured.skipped)
        self._failed.update(failure.error for failure in measured.failures)
        self._documents += measured.documents.num_rows
        self._characters += int(pc.sum(measured.annotations.column("characters"), min_count=0).as_py())
        for kind, name in HASHES.items():
            self._hashes[kind].append(_records(measured.annotations.column("row"), measured.annotations.column(name)))

        if self._near is not None:
            self._signed.append(_signed(measured.annotations))

    def signatures(self) -> tuple[Ints, Hashes, Values]:
        """Row, hash of the text and signature of every signed document."""
        assert self._near is not None
        empty = (np.empty(0, np.int64), np.empty(0, np.uint64), np.empty((0, self._near.permutations.count), np.uint32))
        rows, texts, values = zip(empty, *self._signed, strict=True)
        return np.concatenate(rows), np.concatenate(texts), np.concatenate(values)

    def hashes(self, kind: str) -> npt.NDArray[np.void]:
        return np.concatenate(self._hashes[kind])

    def counts(self) -> dict[str, Any]:
        return {
            "records": self._records,
            "documents": self._documents,
            "characters": self._characters,
            "skipped": dict(sorted(self._skipped.items())),
            "failed": dict(sorted(self._failed.items())),
        }


def _signed(annotations: pa.RecordBatch) -> tuple[Ints, Hashes, Values]:
    """Row, hash of the text and signature of the signed documents of a batch."""
    chosen = annotations.filter(annotations.column(SIGNATURE).is_valid())
    texts = np.frombuffer(b"".join(chosen.column("text_hash").to_pylist()), "<u8").reshape(-1, 2)[:, 0]
    return chosen.column("row").to_numpy(), texts, unpacked(chosen.column(SIGNATURE))


def _records(rows: pa.Array, hashes: pa.Array) -> npt.NDArray[np.void]:
    """Run-file records of the documents that have a hash."""
    present = hashes.is_valid()
    content = np.frombuffer(b"".join(hashes.filter(present).to_pylist()), ">u8").reshape(-1, 2)
    records = np.empty(len(content), RECORD)
    records["hash"], records["payload"] = content[:, 0], content[:, 1]
    records["row"] = rows.filter(present).to_numpy(zero_copy_only=False)
    return records
