"""Runs that count over the corpus before they measure: lines and passages, in several passes."""

import json
from collections import Counter
from pathlib import Path

import fsspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from apache_beam.runners.portability.fn_api_runner import execution
from runs import configured, digests, here, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines import corpus_counts, extracting_stage, measuring_stage
from pipelines.corpus_counts import PAIR
from pipelines.running import decide, run
from storage.files import remove_tree

CONFIGURATION = """
    inputs: {{web: {{paths: [{paths}], id: id}}}}
    output: {{path: {folder}/out}}
    cleaners: {{common_lines: {{kind: corpus_lines, of: lines, documents: 3, characters: 20}}}}
    annotators: {{shared_passages: {{kind: corpus_passages, tokens: 50}}}}
    steps:
      - name: raw
        clean: [common_lines]
        rules:
          menus: {{signal: corpus_lines_changed_fraction, maximum: 0.9}}
      - name: last
        measure: [shared_passages]
        rules:
          passages: {{spans: shared_passages, action: remove}}
    limits: {{chunk_rows: 3}}
    run: {{workers: 1}}
"""
MENU = "Home, products, about us, contact"
FOOTER = "Copyright 2019 by the people of the harbour"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(stem, count):
    return " ".join(f"{stem}{LETTERS[i % 26]}{LETTERS[i // 26]}" for i in range(count))


QUOTE = words("quote", 60)
SHARDS = {
    "a": [f"{MENU}\n{words('a', 70)}\n{FOOTER}", words("b", 70), f"{words('c', 90)}\n{QUOTE}\n{words('cc', 5)}"],
    "b": [
        f"{words('d', 70)}\n{FOOTER.replace('2019', '1999')}",
        f"{MENU}\n{words('e', 90)} {QUOTE}",
        f"{MENU}\n{FOOTER}",
        words("b", 70),
        f"{words('f', 70)}\n{MENU}",
    ],
    "c": [f"{words('g', 90)}\n“{QUOTE.upper()}”, {words('h', 9)}", f"{words('i', 70)}\n{FOOTER}"],
}


def write_corpus(folder):
    for name, documents in SHARDS.items():
        write_jsonl(folder / "in" / f"{name}.jsonl", documents)
    return folder


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A corpus whose run no test changes."""
    folder = write_corpus(tmp_path_factory.mktemp("shared"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(configuration(folder)).exit_status == 0
    return folder


@pytest.fixture
def finished(shared):
    return shared / "out"


def configuration(folder, names="abc", text=CONFIGURATION, **options):
    paths = ", ".join(f"{folder}/in/{name}.jsonl" for name in names)
    return configured(folder, text.format(folder=folder, paths=paths), **options)


def texts_of(output, folder="clean"):
    return {(row["source"].rpartition("/")[2], row["row"]): row["text"] for row in rows_of(output, folder)}


def test_lines_and_passages_stay_in_the_first_document_that_has_them(finished):
    assert texts_of(finished) == {
        ("a.jsonl", 0): SHARDS["a"][0],
        ("a.jsonl", 1): SHARDS["a"][1],
        ("a.jsonl", 2): SHARDS["a"][2],
        ("b.jsonl", 0): words("d", 70),
        ("b.jsonl", 1): words("e", 90) + " ",
        ("b.jsonl", 3): SHARDS["b"][3],
        ("b.jsonl", 4): words("f", 70),
        ("c.jsonl", 0): f"{words('g', 90)}\n“”, {words('h', 9)}",
        ("c.jsonl", 1): words("i", 70),
    }
    assert texts_of(finished, "removed") == {("b.jsonl", 2): f"{MENU}\n{FOOTER}"}


def test_spans_edits_and_shares_say_what_and_where(finished):
    rows = {(row["row"], row["bytes"]): row for row in rows_of(finished, "annotations")}
    quoting = rows[1, len(SHARDS["b"][1])]
    assert quoting["edits"] == [
        {"step": "raw/common_lines", "start": 0, "end": len(MENU) + 1, "replacement": "", "reason": "common_line"}
    ]
    start = len(words("e", 90)) + 1
    assert quoting["shared_passages@last"] == [
        {"start": start, "end": start + len(QUOTE), "label": "web/a.jsonl:2", "score": 60.0, "unit": "match"}
    ]
    assert quoting["shared_passages_fraction@last"] == 60 / 150
    assert quoting["corpus_lines_changed_fraction@raw"] == (len(MENU) + 1) / len(SHARDS["b"][1])


def test_the_ledger_tells_what_was_cut_and_balances(finished):
    totals = json.loads((finished / "run.json").read_text())["totals"]
    edits = totals["edits"]
    assert edits["raw/common_lines/common_line"]["documents"] == 4
    assert edits["last/passages"] == {"added": 0, "characters": 2 * len(QUOTE), "documents": 2, "spans": 2}
    characters = totals["characters"]
    assert characters["extracted"] == characters["removed"] + characters["kept"] + characters["cut"]


def test_other_orders_of_inputs_and_numbers_of_partitions_give_the_same_bytes(shared, finished, tmp_path):
    folders = ("extracted", "counts", "documents", "annotations", "clean", "removed", "failed", "decisions", "ledger")
    other = configuration(shared, "cab", **{"run.workers": 9, "output.path": str(tmp_path / "again")})
    assert run(other).exit_status == 0
    assert digests(tmp_path / "again", folders) == digests(finished, folders)


def test_nothing_of_the_exchange_is_left_behind(finished):
    assert not (finished / "work" / "counts").exists()


def test_no_text_crosses_a_shuffle(corpus, monkeypatch):
    crossed = []
    append = execution.GroupingBuffer.append
    monkeypatch.setattr(
        execution.GroupingBuffer, "append", lambda self, data: (crossed.append(bytes(data)), append(self, data))
    )
    run(configuration(corpus))
    assert crossed
    assert not any(word in data for data in crossed for word in (b"harbour", b"products", b"quotea", b"QUOTE"))


def done_again(monkeypatch):
    """What is done from now on: the stage, and the shard."""
    done = []
    for module, name, stage in (
        (extracting_stage, "_write", "extract"),
        (corpus_counts, "_write_runs", "pieces"),
        (measuring_stage, "_write", "measure"),
    ):
        function = getattr(module, name)

        def noting(kit, shard, *more, _function=function, _stage=stage):
            done.append((_stage, Path(shard.name).stem))
            return _function(kit, shard, *more)

        monkeypatch.setattr(module, name, noting)
    return done


def test_running_again_redoes_nothing(shared, monkeypatch):
    done = done_again(monkeypatch)
    run(configuration(shared))
    assert done == []


def test_one_more_shard_measures_again_where_counts_have_changed_and_extracts_nothing_twice(corpus, monkeypatch):
    run(configuration(corpus))
    write_jsonl(corpus / "in" / "z.jsonl", [f"{words('z', 80)} {words('b', 70)}"])  # it quotes a document of a and b
    done = done_again(monkeypatch)
    run(configuration(corpus, "abcz"), overwrite=True)
    counted = Counter(stage for stage, shard in done if shard == "z")
    assert counted == {"extract": 1, "pieces": 3, "measure": 1}
    assert {shard for stage, shard in done if stage == "extract"} == {"z"}
    assert {shard for stage, shard in done if stage == "measure"} == {"a", "b", "z"}  # c has nothing of z
    assert ("pieces", "c") not in done
    run(configuration(corpus, "abcz", **{"output.path": str(corpus / "whole")}))
    assert digests(corpus / "out") == digests(corpus / "whole")


def test_a_shard_that_is_gone_leaves_no_files_and_its_lines_no_longer_count(corpus):
    run(configuration(corpus))
    run(configuration(corpus, "bc"), overwrite=True)
    assert not list((corpus / "out").rglob("a.jsonl.*"))
    assert texts_of(corpus / "out")["b.jsonl", 1] == SHARDS["b"][1]


def test_decide_takes_another_limit_for_spans_and_no_other_lines(shared, finished, tmp_path):
    text = CONFIGURATION.replace("action: remove", "minimum: 61, action: remove")
    decide(configuration(shared, text=text, **{"output.path": str(tmp_path / "long")}), from_=str(finished))
    assert texts_of(tmp_path / "long")["b.jsonl", 1].endswith(QUOTE)
    with pytest.raises(ConfigurationError, match=r"minimum: 49\.0 is below 50\.0, the least score"):
        configuration(shared, text=CONFIGURATION.replace("action: remove", "minimum: 49, action: remove"))
    for change, told in (
        (("documents: 3", "documents: 2"), "raw/common_lines is measured with other parameters"),
        (("tokens: 50", "tokens: 40"), "shared_passages@last is measured with other parameters"),
    ):
        other = configuration(shared, text=CONFIGURATION.replace(*change), **{"output.path": str(tmp_path / "no")})
        with pytest.raises(ConfigurationError, match=told):
            decide(other, from_=str(finished))


def test_what_a_gate_has_stopped_is_not_counted(corpus):
    text = CONFIGURATION.replace(
        "steps:", "steps:\n      - {{name: first, rules: {{long: {{signal: word_count, minimum: 80, gate: true}}}}}}"
    )
    run(configuration(corpus, text=text))
    found = texts_of(corpus / "out")
    assert ("b.jsonl", 4) not in found  # it has the menu too, and is the third of them
    assert found["b.jsonl", 1] == f"{MENU}\n{words('e', 90)} "


def test_a_sample_counts_what_is_in_the_sample(corpus):
    text = CONFIGURATION + "    sample: {{fraction: 0.4, of: shards, seed: 3}}\n"
    run(configuration(corpus, text=text))
    (row,) = [r for r in rows_of(corpus / "out", "clean") if r["text"].startswith(words("d", 70))] or [None]
    assert len(json.loads((corpus / "out" / "shards.json").read_text())["shards"]) < 3
    assert row is None or FOOTER.replace("2019", "1999") in row["text"]


def test_records_that_a_sample_passes_over_are_counted_once(corpus):
    path = corpus / "in" / "a.jsonl"
    path.write_text(path.read_text() + "{\n")
    sample = "    sample: {{fraction: 0.5, seed: 2}}\n    budget: {{failed_records: 100%}}\n"
    plain = CONFIGURATION.split("    cleaners:")[0] + "    steps: [{{name: raw}}]\n    limits: {{chunk_rows: 3}}\n"
    for name, text in (("out", CONFIGURATION), ("plain", plain)):
        run(configuration(corpus, text=text + sample, **{"output.path": str(corpus / name)}))
    records = [json.loads((corpus / name / "run.json").read_text())["totals"]["records"] for name in ("out", "plain")]
    assert records[0]["skipped"] == records[1]["skipped"]
    assert records[0]["failed"] == records[1]["failed"]
    assert records[0]["total"] == records[1]["total"] == 11


def test_an_output_that_is_not_on_this_disk_gets_the_same_bytes(shared, finished):
    remote, files = "memory://counts-test/out", fsspec.filesystem("memory")
    run(configuration(shared, **{"output.path": remote}))
    for folder in ("counts", "clean"):
        for path in (p for p in (finished / folder).rglob("*.jsonl.*") if p.suffix != ".json"):
            assert files.cat(f"/counts-test/out/{path.relative_to(finished)}") == path.read_bytes()
    assert not files.exists("/counts-test/out/work/counts")
    remove_tree("memory://counts-test")


FRAGILE = """
    inputs: {{web: {{paths: [{paths}], id: id}}}}
    output: {{path: {folder}/out}}
    cleaners: {{common_lines: {{kind: corpus_lines, documents: 2}}}}
    annotators: {{fragile: {{kind: {own}:Fragile}}}}
    steps:
      - {{name: raw, clean: [common_lines], rules: {{length: {{signal: text_length, minimum: 1}}}}}}
    limits: {{chunk_rows: 3}}
    budget: {{failed_records: 100%}}
    run: {{workers: 1}}
"""


def test_a_record_that_fails_in_the_last_pass_is_told_with_those_that_could_not_be_read(corpus):
    path = write_jsonl(
        corpus / "in" / "a.jsonl", [f"{MENU}\n{words('a', 25)}", f"{words('b', 25)}\n{MENU}", "raise it"]
    )
    path.write_text("{\n" + path.read_text() + "{\n")
    own = Path(__file__).with_name("poisoned.py")
    run(configuration(corpus, "a", text=FRAGILE.replace("{own}", str(own))))
    failed = [(row["row"], row["error"], row["offset"]) for row in rows_of(corpus / "out", "failed")]
    assert [(row, error) for row, error, _ in failed] == [(0, "bad_json"), (3, "annotator_failed"), (4, "bad_json")]
    assert [row["row"] for row in rows_of(corpus / "out", "documents")] == [1, 2]
    assert json.loads((corpus / "out" / "run.json").read_text())["totals"]["records"]["total"] == 5
    assert texts_of(corpus / "out")["a.jsonl", 2] == words("b", 25)


@pytest.mark.parametrize("documents", [[""], ["a"], [""] * 5, [f"{MENU}\n{MENU}"] * 4])
def test_next_to_nothing_is_a_corpus_too(corpus, documents):
    write_jsonl(corpus / "in" / "a.jsonl", documents)
    assert run(configuration(corpus, "a")).exit_status == 0
    kept = [row["text"] for row in rows_of(corpus / "out", "clean") + rows_of(corpus / "out", "removed")]
    assert sorted(kept) == sorted(documents)


def test_files_that_are_damaged_or_missing_are_named_with_the_mend(corpus):
    run(configuration(corpus))
    counts, markers = corpus / "out" / "counts" / "web", corpus / "out" / "documents" / "web"
    path = counts / "b.jsonl.0.counts"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    (markers / "b.jsonl.json").unlink()
    with pytest.raises(
        Exception, match=r"b\.jsonl\.0\.counts is damaged.*with the \.json files of that shard beside it"
    ):
        run(configuration(corpus))
    path.unlink()
    (counts / "b.jsonl.counts0.json").unlink()
    (counts / "a.jsonl.0.run").unlink()
    with pytest.raises(Exception, match=r"a\.jsonl\.0\.run is missing.*with the \.json files of that shard"):
        run(configuration(corpus))
    (counts / "a.jsonl.pieces0.json").unlink()
    assert run(configuration(corpus)).exit_status == 0


def test_both_kinds_need_no_corpus_to_be_checked(corpus):
    with pytest.raises(ConfigurationError, match="documents is 1; what recurs stands in 2 or more"):
        configuration(corpus, text=CONFIGURATION.replace("documents: 3", "documents: 1"))
    many = "".join(f"      - {{name: s{n}, measure: [p{n}]}}\n".replace("{", "{{").replace("}", "}}") for n in range(5))
    kinds = ", ".join(f"p{n}: {{{{kind: corpus_passages}}}}" for n in range(5))
    text = CONFIGURATION.split("    cleaners:")[0] + f"    annotators: {{{{{kinds}}}}}\n    steps:\n{many}"
    with pytest.raises(ConfigurationError, match="ask for 10 counts over the corpus; a run has 8 at most"):
        run(configuration(corpus, text=text))


def test_the_user_s_documents_come_through_the_passes_unchanged(shared, finished, tmp_path):
    plain = CONFIGURATION.split("    cleaners:")[0] + "    steps: [{{name: raw}}]\n    limits: {{chunk_rows: 3}}\n"
    run(configuration(shared, text=plain, **{"output.path": str(tmp_path / "plain")}))
    assert digests(finished, ("documents", "failed")) == digests(tmp_path / "plain", ("documents", "failed"))
    extracted = sorted((finished / "extracted").rglob("*.parquet"))
    assert sum(pq.ParquetFile(path).metadata.num_rows for path in extracted if "failed" not in path.name) == 10


def test_copies_within_a_shard_take_no_more_room_than_one(corpus):
    write_jsonl(corpus / "in" / "a.jsonl", SHARDS["a"] * 5)
    run(configuration(corpus, "a"))
    sizes = {path.name: path.stat().st_size for path in (corpus / "out" / "counts").rglob("*.run")}
    write_jsonl(corpus / "in" / "a.jsonl", SHARDS["a"])
    run(configuration(corpus, "a", **{"output.path": str(corpus / "once")}))
    assert {path.name: path.stat().st_size for path in (corpus / "once" / "counts").rglob("*.run")} == sizes


def test_what_stands_in_enough_texts_is_told_to_every_shard_that_has_it_with_its_first_document():
    rng = np.random.default_rng(3)
    pairs = np.empty(3000, PAIR)
    pairs["hash"], pairs["text"] = rng.integers(0, 200, 3000), rng.integers(0, 40, 3000)
    pairs["document"] = pairs["text"] // 2 + (rng.integers(0, 4, 3000).astype(np.uint64) << np.uint64(32))
    having = {}
    for value, text, document in pairs.tolist():
        having.setdefault(value, []).append((document, text))
    for least in (2, 5, 12):
        homes, shared = corpus_counts._common(pairs, least)
        wanted = []
        for value, found in having.items():
            if len({text for _, text in found}) >= least:
                document, text = min(found)
                wanted += [(home, value, text, document) for home in {d >> 32 for d, _ in found}]
        assert [(h, *record) for h, record in zip(homes.tolist(), shared.tolist(), strict=True)] == sorted(wanted)
