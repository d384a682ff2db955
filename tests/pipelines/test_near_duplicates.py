"""Near duplicates end to end: what is found, what survives, what `decide` can answer, and what a damaged index does."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import configured, digests, here, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines.running import decide, run
from reports.explain import explain

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/in], id: id}}}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw, measure: [gopher_quality]}}]
    duplicates: {{of: raw, near: {near}, survivor: [characters desc]}}
    run: {{workers: 1}}
"""
NEAR = "{words: 5, bands: 14, rows: 8, similarity: 0.75, fewest_shingles: 10}"


def edited(text, changes, seed=0):
    """The text with some of its words exchanged."""
    draw, words = random.Random(seed), text.split(" ")
    for place in draw.sample(range(len(words)), changes):
        words[place] = f"other{draw.randrange(10**6)}word"
    return " ".join(words)


def page(number):
    """A page of 200 words that shares none with those of other numbers."""
    draw = random.Random(f"page {number}")
    return " ".join("".join(draw.choice("aeioubdgklmnprst") for _ in range(6)) for _ in range(200))


SHARDS = {
    "a.jsonl": [page(1), page(2), edited(page(1), 2) + " a longer end of it", "", "word", "one two three"],
    "b.jsonl": [edited(page(2), 60), page(3), page(1), "one two three", "one two four", page(4).upper()],
    "c.jsonl": [edited(page(4), 1, seed=1), edited(page(4), 1, seed=2)],
}


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A folder of shards that a run has finished over; nobody may change them."""
    folder = tmp_path_factory.mktemp("near")
    for name, documents in SHARDS.items():
        write_jsonl(folder / "in" / name, documents)
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(configuration(folder)).exit_status == 0
    return folder


def configuration(folder, near=NEAR, **options):
    return configured(folder, CONFIGURATION.format(folder=folder, near=near), **options)


@pytest.fixture
def finished(corpus):
    return corpus / "out"


def lost(output):
    """Kind, survivor and rounded similarity of every removed document."""
    found = {}
    for row in rows_of(output, "removed"):
        (reason,) = row["reasons"]
        found[f"{row['source']}:{row['row']}"] = (reason["kind"], reason["survivor"], round(reason["similarity"], 1))
    return found


def test_a_near_duplicate_names_its_survivor_and_the_similarity(finished):
    assert lost(finished) == {
        "web/a.jsonl:0": ("near", "web/a.jsonl:2", pytest.approx(0.9, abs=0.1)),
        "web/b.jsonl:2": ("near", "web/a.jsonl:2", pytest.approx(0.9, abs=0.1)),
        "web/b.jsonl:3": ("text", "web/a.jsonl:5", 1.0),
        "web/b.jsonl:5": ("near", "web/c.jsonl:0", pytest.approx(0.9, abs=0.1)),
        "web/c.jsonl:1": ("near", "web/c.jsonl:0", pytest.approx(0.9, abs=0.1)),
    }
    reasons = [reason["reason"] for row in rows_of(finished, "removed") for reason in row["reasons"]]
    assert sorted(set(reasons)) == ["duplicate_near", "duplicate_text"]


def test_texts_of_few_shingles_are_only_exact_duplicates(finished):
    kept = {row["text"] for row in rows_of(finished, "clean")}
    assert {"", "word", "one two three", "one two four"} <= kept


def test_components_hold_all_kinds_and_edges_their_similarity(finished):
    groups = {row["row"]: row for row in pq.read_table(finished / "groups/web/a.jsonl.parquet").to_pylist()}
    assert {row: found["component_size"] for row, found in groups.items()} == {0: 3, 2: 3, 5: 2}
    (edge,) = groups[2]["edges"]
    assert (edge["key"], edge["kind"]) == ("web/a.jsonl:0", "near")
    assert 0.75 <= edge["similarity"] < 1


def test_a_document_explained_shows_its_near_survivor(finished):
    explanation = explain(finished, "web/b.jsonl:2")
    assert (explanation.survivor.kind, explanation.survivor.text) == ("near", SHARDS["a.jsonl"][2])
    assert "nearly the same text as web/a.jsonl:2, which is kept (similarity 0." in explanation.reasons[0].sentence


def test_the_report_shows_how_similar_near_duplicates_are_and_the_limit(corpus, finished):
    near = json.loads((finished / "report/report.json").read_text())["duplicates"]["near"]
    edges = [e["similarity"] for row in rows_of(finished, "groups") for e in row["edges"] if e["kind"] == "near"]
    assert (near["similarity"], near["edges"], near["unverified"]) == (0.75, len(edges), 0)
    for found in near["bins"]:
        last = found["high"] == 1
        assert found["edges"] == sum(found["low"] <= e < found["high"] or (last and e == 1) for e in edges)
    lost = [r["similarity"] for row in rows_of(finished, "decisions") for r in row["reasons"] if r["kind"] == "near"]
    assert near["lost"] == len(lost) == sum(found["lost"] for found in near["bins"])
    assert near["bins"][0]["edges"] + near["bins"][0]["lost"]
    assert "The limit is 0.75." in (finished / "report/index.html").read_text()


def test_the_report_tells_what_each_kind_cost(finished):
    report = json.loads((finished / "report/report.json").read_text())
    kinds = {row["kind"]: row for row in report["duplicates"]["kinds"]}
    removed = rows_of(finished, "removed")
    for kind in ("text", "url", "near"):
        mine = [row for row in removed if row["reasons"][0]["kind"] == kind]
        assert kinds[kind]["documents"] == len(mine)
        assert kinds[kind]["characters"] == sum(len(row["text"]) for row in mine)
        assert kinds[kind]["tokens"] == sum(row["token_count"] for row in mine)
    rule = report["totals"]["rules"]["duplicates"]
    assert {name: sum(row[name] for row in kinds.values()) for name in ("documents", "characters", "tokens")} == {
        name: rule[name] for name in ("documents", "characters", "tokens")
    }


def test_annotations_hold_no_signatures(finished):
    assert "signature" not in rows_of(finished, "annotations")[0]


def test_other_orders_of_inputs_and_numbers_of_partitions_give_the_same_bytes(corpus, finished):
    paths = [f"{corpus}/in/{name}.jsonl" for name in "cab"]
    other = {"inputs.web.paths": paths, "run.workers": 9, "output.path": str(corpus / "again")}
    assert run(configuration(corpus, **other)).exit_status == 0
    assert digests(corpus / "again") == digests(finished)


@pytest.mark.parametrize(("text", "count"), [(page(1), 30), ("", 3), ("word", 2), ("", 0)])
def test_equal_documents_have_one_edge_each_less_the_first_and_one_survives(tmp_path, text, count):
    for name in ("a", "b"):
        (tmp_path / "in").mkdir(exist_ok=True)
        pq.write_table(pa.table({"text": pa.array([text] * count, pa.string())}), tmp_path / "in" / f"{name}.parquet")
    assert run(configuration(tmp_path, **{"inputs.web.id": None})).exit_status == 0
    assert len(rows_of(tmp_path / "out", "clean")) == min(1, count)
    edges = [edge["kind"] for row in rows_of(tmp_path / "out", "groups") for edge in row["edges"]]
    assert edges == ["text"] * max(0, 2 * count - 1)


def test_without_verification_one_band_in_common_is_enough(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [page(1), edited(page(1), 18)])
    for verify, count in (("signature", 2), ("off", 1)):
        near = f"{{bands: 64, rows: 2, similarity: 0.75, verify: {verify}}}"
        output = tmp_path / verify
        assert run(configuration(tmp_path, near, **{"output.path": str(output)})).exit_status == 0
        assert len(rows_of(output, "clean")) == count
    (reason,) = [reason for row in rows_of(output, "removed") for reason in row["reasons"]]
    assert (reason["kind"], reason["survivor"]) == ("near", "web/a.jsonl:1")
    assert 0.3 < reason["similarity"] < 0.75
    assert [e["similarity"] for row in rows_of(output, "groups") for e in row["edges"]] == [None]


def decided(corpus, near, name="decided"):
    decide(configuration(corpus, near, **{"output.path": str(corpus / name)}), from_=str(corpus / "out"))
    return corpus / name


def test_decide_answers_a_higher_similarity_as_a_run_would(corpus, finished):
    higher = NEAR.replace("0.75", "0.9")
    output = decided(corpus, higher)
    assert run(configuration(corpus, higher, **{"output.path": str(corpus / "ran")})).exit_status == 0
    assert lost(output) == lost(corpus / "ran")
    assert len(lost(output)) < len(lost(finished))


def test_decide_without_near_leaves_near_duplicates(corpus, finished):
    output = decided(corpus, "null", "exact")
    assert {kind for kind, _, _ in lost(output).values()} == {"text"}


def test_decide_takes_the_bands_of_the_run_where_it_leaves_them_out(corpus, finished):
    output = decided(corpus, "{similarity: 0.8}", "chosen")
    near = json.loads((output / "run.json").read_text())["configuration"]["duplicates"]["near"]
    assert (near["bands"], near["rows"], near["similarity"]) == (14, 8, 0.8)


@pytest.mark.parametrize(
    ("near", "message"),
    [
        (NEAR.replace("0.75", "0.7"), "similarity 0.7 is looser than similarity 0.75, which the run verified by"),
        (NEAR.replace("0.75", "0.75, verify: off"), "verify: off is looser than similarity 0.75"),
        (
            NEAR.replace("words: 5", "words: 4"),
            "signed by: shingles 1, 4 words, .*; and the run by: shingles 1, 5 words",
        ),
        (NEAR.replace("rows: 8", "rows: 7"), "14 bands of 7 rows; .* 14 bands of 8 rows"),
        (NEAR.replace("shingles: 10", "shingles: 9"), "from 9 shingles on; .* from 10 shingles on"),
        (NEAR.replace("0.75", "0.75, verify: exact"), "sets of shingles; and the run by: .* shingles on\n"),
    ],
)
def test_decide_refuses_what_the_index_cannot_answer(corpus, near, message):
    with pytest.raises(ConfigurationError, match=message):
        decided(corpus, near, "refused")


def test_decide_refuses_near_duplicates_of_a_run_that_sought_none(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [page(1)])
    assert run(configuration(tmp_path, "null")).exit_status == 0
    with pytest.raises(ConfigurationError, match="the run sought no near duplicates"):
        decided(tmp_path, NEAR)


def test_a_lower_similarity_finds_duplicates_again_and_measures_nothing_again(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [page(1), edited(page(1), 1), edited(page(1), 5)])
    assert run(configuration(tmp_path, NEAR.replace("0.75", "0.9"))).exit_status == 0
    before = lost(tmp_path / "out")
    marker = tmp_path / "out/documents/web/a.jsonl.json"
    measured = marker.stat().st_mtime_ns
    assert run(configuration(tmp_path, NEAR.replace("0.75", "0.5")), overwrite=True).exit_status == 0
    assert marker.stat().st_mtime_ns == measured
    assert (len(before), len(lost(tmp_path / "out"))) == (1, 2)


def test_decide_over_a_run_without_its_index_names_what_is_missing(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [page(1), edited(page(1), 2)])
    assert run(configuration(tmp_path)).exit_status == 0
    (tmp_path / "out/index/web/a.jsonl.near.signatures").unlink()
    with pytest.raises(Exception, match=r"near\.signatures is missing, a signature file; measure that shard again"):
        decided(tmp_path, NEAR)


EXACT = NEAR.replace("0.75", "0.75, verify: exact")


def shingles(text):
    words = text.lower().split()
    return {tuple(words[k : k + 5]) for k in range(len(words) - 4)}


@pytest.fixture(scope="module")
def exact(corpus):
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(configuration(corpus, EXACT, **{"output.path": str(corpus / "by sets")})).exit_status == 0
    return corpus / "by sets"


def test_verified_exactly_a_similarity_is_that_of_the_shingles(exact):
    texts = {f"{row['source']}:{row['row']}": row["text"] for row in rows_of(exact, "documents")}
    reasons = told(exact)
    for key, reason in reasons.items():
        if reason["kind"] == "near":
            one, other = (shingles(texts[k]) for k in (key, reason["survivor"]))
            assert reason["similarity"] == pytest.approx(len(one & other) / len(one | other))
    assert sum(reason["kind"] == "near" for reason in reasons.values()) == 4
    near = json.loads((exact / "report/report.json").read_text())["duplicates"]["near"]
    assert (near["similarity"], near["unverified"]) == (0.75, 0)


def told(output):
    """The one reason of every removed document."""
    return {f"{row['source']}:{row['row']}": row["reasons"][0] for row in rows_of(output, "removed")}


def test_verified_exactly_other_orders_and_partitions_and_less_memory_give_the_same_bytes(corpus, exact, monkeypatch):
    monkeypatch.setattr("pipelines.near_edges.HELD_SHINGLES", 100)
    monkeypatch.setattr("filters.survivors.MOST_SHINGLES", 100)
    paths = [f"{corpus}/in/{name}.jsonl" for name in "cab"]
    other = {"inputs.web.paths": paths, "run.workers": 9, "output.path": str(corpus / "exact again")}
    assert run(configuration(corpus, EXACT, **other)).exit_status == 0
    assert digests(corpus / "exact again") == digests(exact)


def test_decide_raises_an_exact_similarity_as_a_run_would(corpus, exact):
    higher = EXACT.replace("0.75", "0.95")
    output = corpus / "exact decided"
    decide(configuration(corpus, higher, **{"output.path": str(output)}), from_=str(exact))
    assert run(configuration(corpus, higher, **{"output.path": str(corpus / "exact ran")})).exit_status == 0
    assert told(output) == told(corpus / "exact ran")
    assert len(told(output)) < len(told(exact))


def test_decide_does_not_mix_ways_of_verifying(corpus, exact):
    with pytest.raises(ConfigurationError, match=r"signed by: .* shingles on; and the run by: .*; sets of shingles\n"):
        decide(configuration(corpus, NEAR, **{"output.path": str(corpus / "mixed")}), from_=str(exact))


def test_only_exact_verification_keeps_sets_of_shingles(finished, exact):
    suffixes = {path.name.partition("jsonl")[2] for path in (exact / "index/web").iterdir()}
    assert suffixes - {path.name.partition("jsonl")[2] for path in (finished / "index/web").iterdir()} == {
        ".near.sets", ".near.shingles",
    }  # fmt: skip
    assert "shingles" not in rows_of(exact, "annotations")[0]


@pytest.mark.parametrize(("text", "count"), [(page(1), 30), ("word", 3), ("", 0)])
def test_verified_exactly_equal_documents_have_one_edge_each_less_the_first(tmp_path, text, count):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"text": pa.array([text] * count, pa.string())}), tmp_path / "in/a.parquet")
    assert run(configuration(tmp_path, EXACT, **{"inputs.web.id": None})).exit_status == 0
    assert len(rows_of(tmp_path / "out", "clean")) == min(1, count)
    edges = [edge["kind"] for row in rows_of(tmp_path / "out", "groups") for edge in row["edges"]]
    assert edges == ["text"] * max(0, count - 1)


def test_pages_that_differ_in_digits_only_have_one_set_and_one_survivor(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [f"{page(1)} page {k}" for k in range(40)])
    assert run(configuration(tmp_path, EXACT)).exit_status == 0
    assert {(kind, similarity) for kind, _, similarity in lost(tmp_path / "out").values()} == {("near", 1.0)}
    assert len(rows_of(tmp_path / "out", "clean")) == 1
