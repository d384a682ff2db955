import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs import configured

from filters.errors import RunError
from filters.stars import forest
from filters.survivors import HASHES
from pipelines import blocks, exchange, grouping_stage, members
from pipelines.blocks import BLOCK_BYTES, keyed_blocks
from pipelines.documents import ordinals
from pipelines.job import Job, tools
from pipelines.measuring_stage import indexed_kinds
from storage.files import read_json, write_json
from storage.parquet_output import read_table
from storage.run_files import RECORD, write_run

CONFIGURATION = "{inputs: {web: [a.jsonl]}, output: {path: out}, steps: [{name: raw}], duplicates: {of: raw}}"


def job_of(folder, shards, partition_count=3):
    """A job over shards that are already signed."""
    output = str(folder / f"out{partition_count}")
    write_json(f"{output}/shards.json", {"shards": [{"name": name} for name in shards]})
    text = configured(folder, CONFIGURATION).model_dump_json()
    return Job(text, output, output, measures=True, text=True, code="code", listing="", partition_count=partition_count)


def sign(job, signed):
    """Run files of shards: for each row a hash and a payload of each kind, or None."""
    for shard, rows in signed.items():
        for kind, parameters in indexed_kinds(None).items():
            present = [(row, found[kind]) for row, found in enumerate(rows) if found[kind] is not None]
            records = np.array([(value[0], row, value[1]) for row, value in present], RECORD)
            write_run(tools(job).output("index", shard, f".{kind}.run"), records, parameters)


def exchanged(job, shards):
    """All of the exchange, as the graph does it; the groups of each shard."""
    by_slices, by_blocks = edges_by_slices(job, len(shards)), edges_by_blocks(job, len(shards))
    assert [part.tobytes() for part in by_slices] == [part.tobytes() for part in by_blocks]
    found = {"members": {}, "edges": {}}
    links = [forest(part["low"], part["high"]).tobytes() for part in by_slices]
    for number, block in members.find_members(job, reversed(links)):
        found["members"].setdefault(number, []).append(block)
    for part in reversed(by_slices):
        for number, block in keyed_blocks(ordinals(part["high"]), part):
            found["edges"].setdefault(number, []).append(block)
    for number in range(len(shards)):
        grouping_stage.write_groups(job, number, *(found[name].get(number, []) for name in found))
    return {shard: read_table(tools(job).output("groups", shard)).to_pylist() for shard in shards}


def parted(function, job, shard_count):
    """What crosses the shuffle, by partition, last things first."""
    partitions = {}
    for number in range(shard_count):
        for partition, found in function(job, number):
            partitions.setdefault(partition, []).insert(0, found)
    return [found for _, found in sorted(partitions.items())]


def edges_by_slices(job, shard_count):
    found = parted(exchange.slices_of, job, shard_count)
    return [exchange.find_edges(tools(job), exchange.pairs_of_slices(job, part)) for part in found]


def edges_by_blocks(job, shard_count):
    found = parted(exchange.blocks_of, job, shard_count)
    assert all(len(block) <= BLOCK_BYTES for part in found for _, block in part)
    return [exchange.find_edges(tools(job), exchange.pairs_of_blocks(part)) for part in found]


def brute_force(signed):
    """Component, its size and edges of each document with a duplicate, by comparing all pairs."""
    documents = [(shard, row, found) for shard, rows in signed.items() for row, found in enumerate(rows)]
    home = list(range(len(documents)))
    edges = {place: [] for place in home}
    for kind in HASHES:
        for later, (_, _, found) in enumerate(documents):
            first = next(p for p, (_, _, f) in enumerate(documents) if f[kind] == found[kind])
            if found[kind] is not None and first < later:
                edges[later].append((first, kind))
    for _ in documents:
        for later, found in edges.items():
            for first, _ in found:
                home[later] = home[first] = min(home[later], home[first])
    key = [f"{shard}:{row}" for shard, row, _ in documents]
    groups = {shard: [] for shard in signed}
    for place, (shard, row, _) in enumerate(documents):
        if home.count(home[place]) > 1:
            told = [{"key": key[first], "kind": kind, "similarity": 1.0} for first, kind in sorted(edges[place])]
            size = home.count(home[place])
            groups[shard].append({"row": row, "component": key[home[place]], "component_size": size, "edges": told})
    return groups


HASH = st.one_of(st.none(), st.tuples(st.sampled_from([0, 7, 1 << 63, (1 << 64) - 1]), st.integers(0, 2)))
ROW = st.fixed_dictionaries({"text": HASH, "url": HASH})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4))
def test_groups_are_those_of_comparing_all_pairs_whatever_the_partitions(tmp_path_factory, shards):
    folder = tmp_path_factory.mktemp("exchange")
    signed = {f"web/{number}.jsonl": rows for number, rows in enumerate(shards)}
    for partition_count in (1, 3, 64):
        job = job_of(folder, list(signed), partition_count)
        sign(job, signed)
        assert exchanged(job, list(signed)) == brute_force(signed)


@pytest.fixture
def signed(tmp_path):
    """A job over two shards with one pair between them."""
    rows = [{"text": (5, 5), "url": None}]
    job = job_of(tmp_path, ["a", "b"])
    sign(job, {"a": rows, "b": rows})
    return job


def test_a_corpus_without_documents_has_empty_groups(tmp_path):
    job = job_of(tmp_path, ["a", "b"])
    sign(job, {"a": [], "b": []})
    assert exchanged(job, ["a", "b"]) == {"a": [], "b": []}


def test_groups_that_stand_are_not_written_again(signed):
    exchanged(signed, ["a", "b"])
    marker = tools(signed).output("groups", "b", ".json")
    write_json(marker, {**read_json(marker), "mark": "standing"})
    exchanged(signed, ["a", "b"])
    assert read_json(marker)["mark"] == "standing"


def test_groups_change_when_another_shard_does(signed):
    exchanged(signed, ["a", "b"])
    sign(signed, {"a": [{"text": (6, 6), "url": None}]})
    assert exchanged(signed, ["a", "b"]) == {"a": [], "b": []}


def test_a_row_that_does_not_fit_is_an_error_and_not_another_document(monkeypatch, signed):
    def huge(*_):
        return np.array([(1, 1 << 32, 1)], RECORD)

    monkeypatch.setattr(exchange, "read_run", huge)
    with pytest.raises(RunError, match=r"shard 0 has a row of 2\*\*32 or more"):
        exchange.pairs_of_slices(signed, [(0, "text", 0, 1)])
    with pytest.raises(RunError, match=r"shard 0 has a row of 2\*\*32 or more"):
        list(exchange.blocks_of(signed, 0))


def test_blocks_and_files_have_the_same_pairs_though_blocks_are_small(monkeypatch, tmp_path):
    rows = [{"text": (number % 4 << 62, number), "url": (number << 57, 1)} for number in range(50)]
    job = job_of(tmp_path, ["a", "b"])
    sign(job, {"a": rows, "b": rows[:20]})
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 3 * exchange.PAIR.itemsize + 1)
    by_slices, by_blocks = (parted(function, job, 2) for function in (exchange.slices_of, exchange.blocks_of))
    assert len(by_slices) == len(by_blocks) > 1
    for places, parts in zip(by_slices, by_blocks, strict=True):
        assert max(len(block) for _, block in parts) == 3 * exchange.PAIR.itemsize
        one, other = exchange.pairs_of_slices(job, places), exchange.pairs_of_blocks(parts)
        assert {k: sorted(v.tolist()) for k, v in one.items()} == {k: sorted(v.tolist()) for k, v in other.items()}
