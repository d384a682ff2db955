"""Samples: a pilot reads a share of the documents, or of the shards, chosen by hash."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from pipelines.sections import SampleSection
from storage.chunks import Chunk
from storage.inputs import Shard

__all__ = ["sampled", "sampled_shards"]

NOT_SAMPLED = "not_sampled"
"""The cause under which a pilot counts what it passed over."""


def sampled(chunk: Chunk, shard: str, sample: SampleSection | None) -> Chunk:
    """The chunk with the sampled records alone; the others are counted as skipped.

    A record is chosen if a hash of its shard's name, the seed and its row lies below the fraction of
    the range of hashes: the same record in every run, whatever else is read.
    """
    if sample is None or sample.of == "shards":
        return chunk
    base = np.uint64(xxhash.xxh3_64_intdigest(shard.encode(), seed=sample.seed % (1 << 64)))
    kept = _chosen(chunk.records.column("row").to_numpy(zero_copy_only=False), base, sample.fraction)
    rows = np.array([failure.row for failure in chunk.failures], np.int64)
    failures = [f for f, chosen in zip(chunk.failures, _chosen(rows, base, sample.fraction), strict=True) if chosen]
    passed = int((~kept).sum()) + len(chunk.failures) - len(failures)
    skipped = {**chunk.skipped, **({NOT_SAMPLED: passed} if passed else {})}
    return Chunk(chunk.records.filter(pa.array(kept)), tuple(failures), skipped)


def sampled_shards(shards: list[Shard], sample: SampleSection | None) -> list[Shard]:
    """The sampled shards, by a hash of their names."""
    if sample is None or sample.of == "documents":
        return shards
    limit = sample.fraction * 2.0**64
    return [s for s in shards if xxhash.xxh3_64_intdigest(s.name.encode(), seed=sample.seed % (1 << 64)) < limit]


def _chosen(rows: npt.NDArray[np.int64], base: np.uint64, fraction: float) -> npt.NDArray[np.bool_]:
    """SplitMix64 (Steele et al. 2014) of the base and the row, as a share of its range, below the fraction."""
    mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + base
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)) * 2.0**-53 < fraction)
