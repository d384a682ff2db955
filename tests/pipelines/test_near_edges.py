from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs import configured
from test_exchange import exchanged

from filters.errors import OutputError, RunError
from filters.near_kernels import LEADERS
from filters.shingle_sets import set_digests
from pipelines import near_edges
from pipelines.documents import numbered
from pipelines.electing_stage import _set_digests, _signature_digests
from pipelines.job import Job, tools
from pipelines.kept_signatures import signatures_of
from pipelines.measuring_stage import _write_near, indexed_kinds, set_parameters
from pipelines.shingle_sets import ShingleSets
from storage.files import write_json
from storage.layout import shard_path
from storage.run_files import RECORD, write_run
from storage.shingle_files import shingle_output
from storage.signature_files import write_signatures

CONFIGURATION = """
    inputs: {{web: [a.jsonl]}}
    output: {{path: out}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, near: {{bands: 3, rows: 2, similarity: 0.6, fewest_shingles: 1, verify: {verify}}}}}
"""
SHARDS = ["a", "b"]


def job_of(folder, partition_count=3, verify="signature"):
    output = str(folder / f"out{partition_count}")
    write_json(f"{output}/shards.json", {"shards": [{"name": name} for name in SHARDS]})
    text = configured(folder, CONFIGURATION.format(verify=verify)).model_dump_json()
    return Job(text, output, output, measures=True, text=True, code="code", listing="", partition_count=partition_count)


def sign(job, signed):
    """Files of the index: for each row a text and a signature, or None. Texts make no edges here."""
    kit = tools(job)
    for shard, rows in zip(SHARDS, signed, strict=True):
        for kind, parameters in indexed_kinds(None).items():
            write_run(kit.output("index", shard, f".{kind}.run"), np.empty(0, RECORD), parameters)
        present = [(row, *found) for row, found in enumerate(rows) if found is not None]
        columns = [np.array([p[k] for p in present], t) for k, t in enumerate((np.int64, np.uint64, np.uint32))]
        _write_near(kit, shard, kit.plan.near, columns[0], columns[1], columns[2].reshape(-1, 6))


def brute_force(signed, verify):
    """The near edges of every document: stars of all buckets of each band, one document a text."""
    documents = [(f"{s}:{r}", *found) for s, rows in zip(SHARDS, signed, strict=True)
                 for r, found in enumerate(rows) if found is not None]  # fmt: skip
    edges = {}
    for band in (0, 2, 4):
        buckets = {}
        for key, text, values in documents:
            texts = buckets.setdefault(tuple(values[band : band + 2]), {})
            texts.setdefault(text, (key, values))
        for bucket in ([*found.values()] for found in buckets.values()):
            for _ in range(LEADERS):
                rest = []
                for key, values in bucket[1:]:
                    equal = sum(a == b for a, b in zip(bucket[0][1], values, strict=True))
                    if verify == "off" or equal >= 4:
                        edges.setdefault(key, {})[bucket[0][0]] = None if verify == "off" else pytest.approx(equal / 6)
                    else:
                        rest.append((key, values))
                bucket = rest
                if not bucket:
                    break
    return edges


DOCUMENT = st.none() | st.tuples(st.integers(0, 4), st.lists(st.integers(0, 1), min_size=6, max_size=6))
ROWS = st.lists(DOCUMENT, max_size=9)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(ROWS, ROWS), st.sampled_from(["signature", "off"]))
def test_edges_are_those_of_comparing_buckets_whatever_the_partitions(tmp_path_factory, signed, verify):
    folder = tmp_path_factory.mktemp("near")
    found = []
    for partition_count in (1, 3, 64):
        job = job_of(folder, partition_count, verify)
        sign(job, signed)
        found.append(exchanged(job, SHARDS))
    assert found[0] == found[1] == found[2]
    edges = {f"{shard}:{row['row']}": {e["key"]: e["similarity"] for e in row["edges"]}
             for shard, rows in found[0].items() for row in rows if row["edges"]}  # fmt: skip
    assert edges == brute_force(signed, verify)


@pytest.fixture
def signed(tmp_path):
    """A job over two shards with one pair between them."""
    job = job_of(tmp_path)
    sign(job, [[(1, [1, 1, 1, 1, 1, 1])], [None, (2, [1, 1, 1, 1, 1, 2])]])
    return job


def test_a_pair_across_shards_is_found(signed):
    groups = exchanged(signed, SHARDS)
    (edge,) = groups["b"][0]["edges"]
    assert (groups["b"][0]["row"], edge["key"], edge["kind"]) == (1, "a:0", "near")
    assert edge["similarity"] == pytest.approx(5 / 6)


def flip(path, place):
    with Path(path).open("r+b") as file:
        file.seek(place, 2)
        byte = file.read(1)
        file.seek(place, 2)
        file.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize("suffix", [".near.run", ".near.signatures"])
def test_a_damaged_index_is_refused_with_the_file_and_the_mend(signed, suffix):
    path = shard_path(signed.output, "index", "b", suffix)
    flip(path, -1)
    with pytest.raises(OutputError, match="its checksum does not match; measure that shard again: delete") as caught:
        exchanged(signed, SHARDS)
    assert path in str(caught.value)


def test_an_index_of_other_parameters_is_refused_with_both(signed):
    path = shard_path(signed.output, "index", "b", ".near.signatures")
    write_signatures(path, np.array([1]), np.ones((1, 6), np.uint32), "near: of 4 words")
    with pytest.raises(OutputError, match="was made with 'near: of 4 words', not 'near: shingles 1, 5 words"):
        exchanged(signed, SHARDS)


def test_a_signature_that_is_missing_is_named(signed):
    path = shard_path(signed.output, "index", "b", ".near.signatures")
    near = tools(signed).plan.near
    write_signatures(path, np.array([0]), np.ones((1, 6), np.uint32), indexed_kinds(near)["near"])
    with pytest.raises(RunError, match="has no signature of row 1, which the run file beside it names"):
        exchanged(signed, SHARDS)


def test_contenders_get_digests_of_the_signatures_of_their_rows_and_null_where_there_is_none(signed):
    kit = tools(signed)
    found = _signature_digests(kit.corpus, kit.plan.near, 1, np.array([0, 1, 2]))
    digest = set_digests(np.array([0, 6]), np.array([1] * 5 + [2], np.uint32)).tobytes()
    assert found.to_pylist() == [None, digest, None]


def test_signatures_are_read_in_any_order_of_the_documents(signed):
    kit = tools(signed)
    corpus, near = kit.corpus, kit.plan.near
    documents = np.concatenate([numbered(number, np.array(rows, np.uint64)) for number, rows in ((1, [1]), (0, [0]))])
    there, back = signatures_of(corpus, near, documents), signatures_of(corpus, near, documents[::-1])
    assert there[0].tolist() == [1] * 5 + [2]
    assert np.array_equal(there, back[::-1])


EXACT = """
    inputs: {{web: [a.jsonl]}}
    output: {{path: out}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, near: {{bands: 3, rows: 2, similarity: {similarity}, fewest_shingles: 1, verify: exact}}}}
"""


def exact_job(folder, similarity, signed, partition_count=3):
    """A job over shards with texts, signatures and sets of shingles, each row a text, a signature and a set."""
    output = str(folder / f"exact{partition_count}")
    write_json(f"{output}/shards.json", {"shards": [{"name": name} for name in SHARDS]})
    text = configured(folder, EXACT.format(similarity=similarity)).model_dump_json()
    job = Job(text, output, output, measures=True, text=True, code="code", listing="", partition_count=partition_count)
    sign(job, [[None if found is None else found[:2] for found in rows] for rows in signed])
    kit = tools(job)
    for shard, rows in zip(SHARDS, signed, strict=True):
        present = [(row, sorted(found[2])) for row, found in enumerate(rows) if found is not None]
        bounds = np.cumsum([0, *(len(one) for _, one in present)]).astype(np.int64)
        hashes = np.array([item for _, one in present for item in one], np.uint32)
        paths = [kit.output("index", shard, f".near.{name}") for name in ("sets", "shingles")]
        with shingle_output(*paths, set_parameters(kit.plan.near)) as sets:
            rows = np.array([row for row, _ in present], np.int64)
            sets.write(rows, bounds, hashes, set_digests(bounds, hashes))
    return job


def exact_brute_force(signed, similarity):
    documents = [(f"{s}:{r}", *found) for s, rows in zip(SHARDS, signed, strict=True)
                 for r, found in enumerate(rows) if found is not None]  # fmt: skip
    edges = {}
    for band in (0, 2, 4):
        buckets = {}
        for key, text, values, items in documents:
            buckets.setdefault(tuple(values[band : band + 2]), {}).setdefault(text, (key, items))
        for bucket in ([*found.values()] for found in buckets.values()):
            for _ in range(LEADERS):
                rest = []
                for key, items in bucket[1:]:
                    alike = len(bucket[0][1] & items) / len(bucket[0][1] | items)
                    if alike >= similarity:
                        edges.setdefault(key, {})[bucket[0][0]] = pytest.approx(alike)
                    else:
                        rest.append((key, items))
                bucket = rest
                if not bucket:
                    break
    return edges


TEXT_AND_SET = st.none() | st.tuples(
    st.integers(0, 6),
    st.lists(st.integers(0, 1), min_size=6, max_size=6),
    st.sets(st.integers(0, 7), min_size=1),
)
EXACT_ROWS = st.lists(TEXT_AND_SET, max_size=9)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(EXACT_ROWS, EXACT_ROWS), st.sampled_from([0.3, 0.5, 1.0]))
def test_exact_edges_are_those_of_comparing_sets_whatever_the_partitions_and_the_memory(
    tmp_path_factory, monkeypatch, signed, similarity
):
    folder, found = tmp_path_factory.mktemp("exact"), []
    for partition_count, most in ((1, 1 << 24), (3, 1), (64, 9)):
        monkeypatch.setattr(near_edges, "HELD_SHINGLES", most)
        found.append(exchanged(exact_job(folder, similarity, signed, partition_count), SHARDS))
    assert found[0] == found[1] == found[2]
    edges = {f"{shard}:{row['row']}": {e["key"]: e["similarity"] for e in row["edges"]}
             for shard, rows in found[0].items() for row in rows if row["edges"]}  # fmt: skip
    assert edges == exact_brute_force(signed, similarity)


PAIR = [[(1, [1] * 6, {1, 2, 3})], [None, (2, [1] * 6, {2, 3, 4})]]


@pytest.mark.parametrize(("suffix", "place"), [(".near.sets", -1), (".near.shingles", 0), (".near.shingles", -1)])
def test_damaged_sets_are_refused_with_the_file_and_the_mend(tmp_path, suffix, place):
    job = exact_job(tmp_path, 0.5, PAIR)
    path = Path(shard_path(job.output, "index", "b", suffix))
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(OutputError, match="measure that shard again: delete") as caught:
        exchanged(job, SHARDS)
    assert str(path) in str(caught.value)


def test_a_signature_without_a_set_is_named(tmp_path):
    job = exact_job(tmp_path, 0.5, PAIR)
    kit = tools(job)
    paths = [kit.output("index", "b", f".near.{name}") for name in ("sets", "shingles")]
    with shingle_output(*paths, set_parameters(kit.plan.near)):
        pass
    with pytest.raises(RunError, match="has no set of row 1, which has a signature; measure that shard again"):
        exchanged(job, SHARDS)


def test_contenders_get_the_digest_of_their_set_and_null_where_there_is_none(tmp_path):
    kit = tools(exact_job(tmp_path, 0.5, PAIR))
    found = _set_digests(kit.corpus, kit.plan.near, 1, np.array([0, 1]))
    digest = set_digests(np.array([0, 3]), np.array([2, 3, 4], np.uint32)).tobytes()
    assert found.to_pylist() == [None, digest]


def test_no_more_sets_are_in_memory_than_are_asked_for(tmp_path):
    signed = [[(row, [1] * 6, {row, row + 1, row + 2}) for row in range(5)], [(9, [1] * 6, {7})]]
    kit = tools(exact_job(tmp_path, 0.5, signed))
    documents = np.array([1 << 32, 4, 0, 3, 1, 2], np.uint64)  # the one of the second shard first
    sets = ShingleSets(kit.corpus.index, kit.plan.near, documents)
    for wanted in ([1, 0, 1], [2, 0], [], [5, 4, 3, 2, 1, 0]):
        sets.hold(np.array(wanted, np.int64))
        held = enumerate(zip(sets.starts, sets.sizes, strict=True))
        there = {number: sets.hashes[start : start + size].tolist() for number, (start, size) in held if start >= 0}
        rows = {0: [7], **{place: [row, row + 1, row + 2] for place, row in enumerate([4, 0, 3, 1, 2], 1)}}
        assert there == {number: rows[number] for number in wanted}
        assert len(sets.hashes) == sum(map(len, there.values()))
