import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.documents import RECORDS
from pipelines.sampling import NOT_SAMPLED, sampled, sampled_shards
from pipelines.sections import SampleSection
from storage.chunks import Chunk, Failure
from storage.inputs import Shard


def section(fraction, of="documents", seed=0):
    return SampleSection(fraction=fraction, of=of, seed=seed)


def chunk_of(rows, failed=(), skipped=None):
    arrays = [pa.array(rows, f.type) if f.name == "row" else pa.nulls(len(rows), f.type) for f in RECORDS]
    records = pa.RecordBatch.from_arrays(arrays, names=RECORDS.names)
    return Chunk(records, tuple(Failure(row, "bad", "bad") for row in failed), skipped or {})


def chosen(rows, shard="a", **keys):
    return sampled(chunk_of(rows), shard, section(**keys)).records.column("row").to_pylist()


def test_about_the_fraction_is_chosen_and_another_seed_or_shard_chooses_others():
    rows = list(range(20_000))
    first = chosen(rows, fraction=0.1)
    assert abs(len(first) - 2000) < 150
    assert abs(len(set(first) & set(chosen(rows, fraction=0.1, seed=1))) - 200) < 60
    assert abs(len(set(first) & set(chosen(rows, shard="b", fraction=0.1))) - 200) < 60


def test_a_greater_fraction_holds_the_smaller_sample():
    rows = list(range(1000))
    assert set(chosen(rows, fraction=0.1)) < set(chosen(rows, fraction=0.3))
    assert chosen(rows, fraction=1.0) == rows


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(0, 60))
def test_the_same_records_are_chosen_however_the_shard_is_cut(count, cut):
    rows = list(range(count))
    assert chosen(rows[:cut], fraction=0.5) + chosen(rows[cut:], fraction=0.5) == chosen(rows, fraction=0.5)


def test_every_record_is_accounted_for():
    whole = chunk_of(list(range(0, 200, 2)), failed=range(1, 101, 2), skipped={"revisit": 3})
    part = sampled(whole, "a", section(0.5))
    assert part.record_count == whole.record_count
    assert part.skipped["revisit"] == 3
    assert 0 < part.skipped[NOT_SAMPLED] < 150
    assert 0 < len(part.failures) < 50
    assert {f.row for f in part.failures} <= set(range(1, 101, 2))


def test_without_a_sample_or_with_one_of_shards_a_chunk_is_whole():
    whole = chunk_of([1, 2])
    assert sampled(whole, "a", None) is whole
    assert sampled(whole, "a", section(0.5, of="shards")) is whole


def test_shards_are_chosen_by_their_names():
    shards = [Shard(f"in/{k}", "in", "", "file", 1, "") for k in range(1000)]
    part = sampled_shards(shards, section(0.2, of="shards"))
    assert abs(len(part) - 200) < 50
    assert part == [s for s in shards if s in set(part)]
    assert [s for s in part if s.name < "in/5"] == sampled_shards(
        [s for s in shards if s.name < "in/5"], section(0.2, of="shards")
    )
    assert sampled_shards(shards, section(0.2)) == shards
    assert sampled_shards(shards, None) == shards
    assert len(np.unique([s.name for s in part])) == len(part)
