"""The extract stage, where something is counted over the corpus: a shard is read and extracted once for all passes."""

from collections import Counter
from typing import Any

import pyarrow as pa

from pipelines.job import Job, Tools, fingerprint, tools
from pipelines.marked import once
from pipelines.measuring_chunks import Pass
from pipelines.shard_passes import measured_chunks
from storage.chunks import FAILED
from storage.inputs import Shard
from storage.parquet_output import parquet_output

__all__ = ["extract_shard"]

EXTRACT = Pass("extract", extracts=True)


def extract_shard(job: Job, shard: Shard) -> dict[str, Any]:
    """Publish a shard's documents as extracted, and what could not be read, unless they stand.

    Returns:
        Its marker: fingerprint, digests of its files, and what was passed over.
    """
    kit = tools(job)
    wanted = fingerprint(kit.extract_fingerprint, shard.name, shard.identity)

    def make() -> dict[str, Any]:
        return {"shard": shard.name, "fingerprint": wanted, **_write(kit, shard)}

    return once(kit.output("extracted", shard.name, ".json"), wanted, kit.journal.task("extract", shard.name), make)


def _write(kit: Tools, shard: Shard) -> dict[str, Any]:
    skipped: Counter[str] = Counter()
    failed = [pa.RecordBatch.from_pylist([], schema=FAILED)]
    with parquet_output(kit.output("extracted", shard.name), kit.document_schema) as documents:
        for _, extracted in measured_chunks(kit, shard, EXTRACT):
            documents.write(extracted.documents)
            failed.append(extracted.failed_rows(shard.name, shard.source))
            skipped.update(extracted.skipped)
    with parquet_output(kit.output("extracted", shard.name, ".failed.parquet"), FAILED) as failures:
        failures.write(pa.concat_batches(failed))
    digests = {"documents": documents.digest(), "failed": failures.digest()}
    return {"digests": digests, "counts": {"skipped": dict(sorted(skipped.items()))}}
