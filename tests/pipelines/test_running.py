"""Whole runs over small corpora: what is kept, removed and reported, and that it is the same every time."""

import json
from pathlib import Path

import pytest
from runs import configured, digests, here, prose, rows_of, write_jsonl

from filters.errors import ConfigurationError, OutputError
from pipelines.running import decide, run

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/in/a.jsonl, {folder}/in/c.jsonl, {folder}/in/deep], id: id}}}}
    output: {{path: {folder}/out, signals: [word_count@raw]}}
    steps:
      - name: raw
        measure: [gopher_quality]
        rules:
          words: {{signal: word_count, minimum: 20, gate: true}}
          letters: {{signal: alphabetic_word_fraction, minimum: 0.5}}
      - name: lines
        clean: {{c4_lines: {{end_mark: false, words: 3}}}}
        rules:
          braces: {{signal: curly_bracket_count, maximum: 0, action: tag, tag: code}}
          email: {{spans: email, action: mask, token: "<email>"}}
          address: {{spans: ip_address, action: remove}}
    duplicates: {{of: lines, survivor: [word_count desc]}}
    run: {{workers: 1}}
"""
SHARDS = {
    "a.jsonl": [
        prose(1),
        "too short",
        prose(2) + " Write to jane.doe@example.org or to 8.8.8.8 at night.",
        {"text": prose(3), "id": "mine", "likes": 3, "url": "https://a.example/x?utm_source=y"},
        "{ } " + prose(4),
    ],
    "deep/b.jsonl": [
        prose(1),
        {"text": prose(5) + " longer", "url": "https://a.example/x"},
        "12 34 56 78 90 " * 10,
        prose(6) + "\nok\n" + prose(7),
    ],
    "c.jsonl": ["a few words"],
}


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A folder with shards, and its configuration; runs happen in this process."""
    here(monkeypatch)
    for name, documents in SHARDS.items():
        write_jsonl(tmp_path / "in" / name, documents)
    return tmp_path


def configuration(folder, **options):
    return configured(folder, CONFIGURATION.format(folder=folder), **options)


@pytest.fixture
def finished(corpus):
    """A finished run over the corpus."""
    outcome = run(configuration(corpus))
    assert outcome.exit_status == 0
    return corpus / "out"


def test_every_record_is_accounted_for(finished):
    totals = json.loads((finished / "run.json").read_text())["totals"]
    assert totals["records"] == {"total": 10, "skipped": {}, "failed": {}, "removed": 5, "kept": 5}
    assert len(rows_of(finished, "decisions")) == 10
    assert len(rows_of(finished, "clean")) == 5
    assert len(rows_of(finished, "removed")) == 5


def test_every_removal_has_every_reason_with_value_limit_and_margin(finished):
    removed = {(row["source"], row["row"]): row for row in rows_of(finished, "removed")}
    assert sorted(place for place in removed if place[0] != "web/c.jsonl") == [
        ("web/a.jsonl", 1),
        ("web/a.jsonl", 3),
        ("web/b.jsonl", 0),
        ("web/b.jsonl", 2),
    ]
    (short,) = removed["web/a.jsonl", 1]["reasons"]
    assert (short["rule"], short["reason"], short["signal"]) == ("raw/words", "too_few_words", "word_count@raw")
    assert (short["value"], short["minimum"], short["margin"], short["action"]) == (2, 20, 18, "drop")
    (digits,) = removed["web/b.jsonl", 2]["reasons"]
    assert (digits["rule"], digits["value"], digits["margin"]) == ("raw/letters", 0, 0.5)


def test_a_duplicate_names_its_survivor_and_the_longer_page_of_one_url_survives(finished):
    removed = {(row["source"], row["row"]): row for row in rows_of(finished, "removed")}
    (text,) = removed["web/b.jsonl", 0]["reasons"]
    assert (text["kind"], text["survivor"], text["similarity"]) == ("text", "web/a.jsonl:0", 1)
    (url,) = removed["web/a.jsonl", 3]["reasons"]
    assert (url["kind"], url["survivor"]) == ("url", "web/b.jsonl:1")
    sizes = {(row["source"], row["row"]): row["component_size"] for row in rows_of(finished, "clean")}
    assert sizes["web/a.jsonl", 0] == 2
    assert sizes["web/a.jsonl", 2] == 1


def test_spans_are_masked_and_removed_and_the_reasons_say_where(finished):
    (row,) = [r for r in rows_of(finished, "clean") if "Write to" in r["text"]]
    assert row["text"].endswith("Write to <email> or to  at night.")
    (decision,) = [d for d in rows_of(finished, "decisions") if len(d["edits"]) == 2]
    assert decision["action"] == "keep"
    extracted = SHARDS["a.jsonl"][2]
    assert [extracted[r["start"] : r["end"]] for r in decision["reasons"]] == ["jane.doe@example.org", "8.8.8.8"]


def test_a_tagged_document_is_kept_with_its_tag_and_its_reason(finished):
    (row,) = [r for r in rows_of(finished, "clean") if r["tags"]]
    assert row["tags"] == ["code"]
    assert row["text"].startswith("{ }")


def test_a_cleaner_takes_a_line_out_and_the_user_s_columns_travel(finished):
    texts = [row["text"] for row in rows_of(finished, "clean")]
    assert not any("\nok\n" in text for text in texts)
    (mine,) = [row for row in rows_of(finished, "removed") if row["id"] == "mine"]
    assert json.loads(mine["extra"]) == {"likes": 3}
    assert mine["text"] == SHARDS["a.jsonl"][3]["text"]
    assert all(row["word_count@raw"] > 20 for row in rows_of(finished, "clean"))


def test_the_same_bytes_in_another_order_of_inputs(finished, corpus):
    paths = [f"{{folder}}/in/{name}" for name in ("a.jsonl", "c.jsonl", "deep")]
    text = CONFIGURATION.replace(", ".join(paths), ", ".join(reversed(paths))).format(folder=corpus)
    run(configured(corpus, text, **{"output.path": str(corpus / "other")}))
    assert digests(corpus / "other") == digests(finished)


def test_running_again_redoes_nothing(finished, corpus):
    before = {p: p.stat().st_mtime_ns for p in finished.rglob("*.parquet")}
    assert run(configuration(corpus)).exit_status == 0
    assert {p: p.stat().st_mtime_ns for p in finished.rglob("*.parquet")} == before


def test_another_threshold_is_refused_and_overwrite_decides_again_only(finished, corpus):
    text = CONFIGURATION.format(folder=corpus).replace("minimum: 0.5", "minimum: 0.0")
    with pytest.raises(OutputError, match=r"raw\.rules\.letters\.minimum: 0\.5 -> 0\.0: decide again"):
        run(configured(corpus, text))
    measured = {p: p.stat().st_mtime_ns for p in (finished / "documents").rglob("*.parquet")}
    run(configured(corpus, text), overwrite=True)
    assert {p: p.stat().st_mtime_ns for p in (finished / "documents").rglob("*.parquet")} == measured
    assert len(rows_of(finished, "removed")) == 4


def test_a_changed_input_is_named_and_a_shard_that_is_gone_leaves_no_files(finished, corpus):
    write_jsonl(corpus / "in" / "a.jsonl", [prose(8)])
    (corpus / "in" / "deep" / "b.jsonl").rename(corpus / "in" / "deep" / "d.jsonl")
    with pytest.raises(OutputError, match=r"web/b.jsonl is no longer among the inputs") as caught:
        run(configuration(corpus))
    assert "shard web/a.jsonl has changed: read it again" in str(caught.value)
    run(configuration(corpus), overwrite=True)
    assert not [p for p in finished.rglob("*") if "b.jsonl" in p.name]
    assert {row["source"] for row in rows_of(finished, "clean")} == {"web/a.jsonl", "web/d.jsonl"}
    assert prose(8).strip() in [row["text"] for row in rows_of(finished, "clean")]


def test_decide_answers_another_policy_from_the_same_measurements(finished, corpus):
    before = digests(finished)
    text = CONFIGURATION.format(folder=corpus).replace("minimum: 0.5", "maximum: 0.0").replace("desc]", "asc]")
    outcome = decide(configured(corpus, text, **{"output.path": str(corpus / "b")}), from_=str(finished))
    assert outcome.exit_status == 0
    assert digests(finished) == before
    assert [row["text"][:8] for row in rows_of(corpus / "b", "clean")] == ["12 34 56"]
    assert not (corpus / "b" / "documents").exists()


def test_decide_without_text_writes_decisions_ledger_and_report(finished, corpus):
    decide(configuration(corpus, **{"output.path": str(corpus / "b")}), from_=str(finished), text=False)
    assert digests(corpus / "b", ["decisions"]) == digests(finished, ["decisions"])
    assert not (corpus / "b" / "clean").exists()
    assert (corpus / "b" / "report" / "index.html").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minimum: 20, gate: true", "minimum: 10, gate: true", "steps.raw.rules.words is looser than the gate"),
        (
            "minimum: 20, gate: true",
            "minimum: 20, action: tag, tag: short",
            "the run stopped measuring there; keep that rule",
        ),
        ("words: 3", "words: 4", "lines/c4_lines is measured with other parameters"),
        ("measure: [gopher_quality]", "measure: [language]", None),
        (
            "letters: {signal: alphabetic_word_fraction",
            "letters: {signal: top_2_gram_character_fraction",
            "not measured",
        ),
        ("of: lines", "of: raw", "duplicates.of is raw, and the run signed the text of lines"),
    ],
)
def test_decide_refuses_what_was_not_measured(finished, corpus, old, new, message):
    text = CONFIGURATION.format(folder=corpus)
    assert old in text
    wanted = configured(corpus, text.replace(old, new), **{"output.path": str(corpus / "b")})
    if message is None:
        assert decide(wanted, from_=str(finished), text=False).exit_status == 0
    else:
        with pytest.raises(ConfigurationError, match=message):
            decide(wanted, from_=str(finished))


def test_decide_never_writes_the_run_it_starts_from(finished, corpus):
    with pytest.raises(ConfigurationError, match="decide never writes that one"):
        decide(configuration(corpus), from_=str(finished))


def test_more_failures_than_the_budget_allows_end_with_status_3(corpus):
    with (corpus / "in" / "a.jsonl").open("ab") as file:
        file.write(b"\xff\xfe not json\n")
    assert run(configuration(corpus)).exit_status == 3
    (failed,) = rows_of(corpus / "out", "failed")
    assert (failed["shard"], failed["row"], failed["error"]) == ("web/a.jsonl", 5, "bad_utf8")
    assert failed["first_bytes"].startswith(b"\xff\xfe")


def test_the_clean_corpus_loads_with_datasets(finished, tmp_path):
    import datasets

    loaded = datasets.load_dataset(str(finished / "clean"), split="train", cache_dir=str(tmp_path / "cache"))
    assert sorted(loaded["text"]) == sorted(row["text"] for row in rows_of(finished, "clean"))


def test_an_output_under_a_file_is_an_error_that_names_it(corpus):
    (corpus / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/out cannot be written: Not a directory; make it writable"):
        run(configuration(corpus, **{"output.path": str(corpus / "file" / "out")}))


def test_a_folder_with_foreign_files_is_not_written(corpus):
    (corpus / "out" / "clean").mkdir(parents=True)
    (corpus / "out" / "clean" / "mine.parquet").write_bytes(b"")
    with pytest.raises(OutputError, match="holds files that no run of Tamis has signed"):
        run(configuration(corpus))
    assert Path(corpus / "out" / "clean" / "mine.parquet").exists()


def test_rules_in_another_order_are_named_and_the_report_keeps_the_order(finished, corpus):
    text = CONFIGURATION.format(folder=corpus)
    email, address = (line + "\n" for line in text.splitlines() if "spans:" in line)
    with pytest.raises(
        OutputError, match=r"steps\.lines\.rules: braces, email, address -> braces, address, email: decide"
    ):
        run(configured(corpus, text.replace(email + address, address + email)))
    rules = json.loads((finished / "report" / "report.json").read_text())["rules"]
    assert [rule["key"] for rule in rules if rule["key"].startswith("lines/")][:1] == ["lines/braces"]


def test_a_list_that_was_changed_in_place_is_named(corpus):
    (corpus / "words.txt").write_text("market\n")
    text = "annotators: {{listed: {{kind: word_list, words: {folder}/words.txt}}}}\n" + CONFIGURATION.replace(
        "measure: [gopher_quality]", "measure: [gopher_quality, listed]"
    ).replace("\n    ", "\n")
    run(configured(corpus, text.format(folder=corpus)))
    (corpus / "words.txt").write_text("harbour\n")
    with pytest.raises(
        OutputError, match="listed@raw is measured with other parameters, lists or models: measure again"
    ):
        run(configured(corpus, text.format(folder=corpus)))
