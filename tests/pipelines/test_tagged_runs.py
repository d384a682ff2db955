"""Whole runs in which span rules drop, remove, mask and tag: the texts, the spans, and the same bytes every time."""

import gzip
import json
import re
from pathlib import Path

import pytest
from runs import configured, digests, here, prose, rows_of, write_jsonl

from filters.control_tokens import Escaping
from pipelines.running import decide, run
from reports.explain import explain
from reports.marked_text import plain_text
from storage.layout import shard_path

CONFIGURATION = """
    inputs: {web: in}
    output: {path: out, flagged_spans: true}
    annotators: {rude: {kind: word_list, words: rude.txt}}
    steps:
      - name: raw
        clean: [control_characters]
        rules:
          threat: {spans: rude, labels: [kill you], action: drop}
          slur: {spans: rude, labels: [slur], unit: match, action: remove}
          name: {spans: rude, labels: [idiot], action: mask, token: "<name>"}
          insult: {spans: rude, labels: [stupid], action: tag, tag: insult, tokens: AROUND}
          tone: {spans: rude, labels: [stupid], action: tag, tag: rude, tokens: TONE}
    duplicates: {of: raw}
    run: {workers: 1}
"""
AROUND = '{open: "<|rude|>", close: "<|/rude|>"}'
SENTENCES = '{before: sentence, flagged: "<|bad|>", clean: "<|good|>"}'
TOKENS = ("<|rude|>", "<|/rude|>", "<|bad|>", "<|good|>")
CALM = "The boats lay in the harbour\x00 and nobody went out that day."
SHARDS = {
    "a": [
        f"{CALM} How stupid of them. They are slur people.",
        f"{CALM} I will kill you, stupid idiot.",
        f"{CALM} He wrote <|bad|> and <\\|rude|> and idiot.",
    ],
    "b": [prose(1), f"{prose(1)}", f"{CALM} Stupid slur stupid"],
}
FOLDERS = ("decisions", "clean", "removed", "spans", "ledger")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A folder with shards and a finished run over them; runs happen in this process."""
    folder = tmp_path_factory.mktemp("tagged")
    (folder / "rude.txt").write_text("kill you\nslur\nidiot\nstupid\n")
    for name, documents in SHARDS.items():
        write_jsonl(folder / "in" / f"{name}.jsonl", documents)
    with pytest.MonkeyPatch.context() as patched:
        here(patched)
        run(configuration(folder))
        yield folder


def configuration(folder, tone=SENTENCES, **options):
    return configured(folder, CONFIGURATION.replace("AROUND", AROUND).replace("TONE", tone), **options)


def spans_of(output):
    lines = [gzip.decompress(path.read_bytes()).decode() for path in sorted(Path(output, "spans").rglob("*.jsonl.gz"))]
    return [json.loads(line) for text in lines for line in text.splitlines()]


def test_every_action_does_its_work_and_every_document_says_so(corpus):
    calm = CALM.replace("\x00", "")
    clean = {(row["source"], row["row"]): row for row in rows_of(corpus / "out", "clean")}
    assert sorted(clean) == [("web/a.jsonl", 0), ("web/a.jsonl", 2), ("web/b.jsonl", 0), ("web/b.jsonl", 2)]
    first = clean["web/a.jsonl", 0]
    assert first["text"] == (f"<|good|>{calm} <|bad|>How <|rude|>stupid<|/rude|> of them. <|good|>They are  people.")
    assert first["tags"] == ["insult", "rude"]
    mine = clean["web/a.jsonl", 2]
    assert mine["text"] == rf"<|good|>{calm} <|good|>He wrote <\|bad|> and <\\|rude|> and <name>."
    assert mine["tags"] == []
    assert Escaping(TOKENS).restore(mine["text"]) == rf"{calm} He wrote <|bad|> and <\|rude|> and <name>."
    last = clean["web/b.jsonl", 2]["text"]
    assert last == f"<|good|>{calm} <|bad|><|rude|>Stupid<|/rude|>  <|rude|>stupid<|/rude|>"
    assert clean["web/b.jsonl", 0]["text"].count("<|good|>") == prose(1).count(".")

    totals = json.loads((corpus / "out" / "run.json").read_text())["totals"]
    assert totals["records"]["removed"] == 2
    assert totals["edited"] == 3  # what only has tokens put in is not edited
    assert totals["edits"]["escapes"] == {"documents": 1, "spans": 2, "characters": 0, "added": 2}
    around = 3 * len("<|rude|><|/rude|>")
    assert totals["edits"]["raw/insult"] == {"documents": 2, "spans": 6, "characters": 0, "added": around}
    assert totals["edits"]["raw/name"] == {"documents": 1, "spans": 1, "characters": 5, "added": 6}
    tone = totals["edits"]["raw/tone"]
    places = 6 + tone["spans"] + 2
    assert totals["marks"] == {"documents": 4, "characters": around + tone["added"] + 2, "tokens": places}
    assert totals["flagged_spans"] == 13
    removed = rows_of(corpus / "out", "removed")
    assert "kill you" in removed[0]["text"]  # as extracted: nothing is written into what is not kept


def test_the_flagged_spans_are_written_with_what_stands_around_them(corpus):
    found = spans_of(corpus / "out")
    assert [(span["shard"], span["row"], span["rule"], span["text"]) for span in found[:3]] == [
        ("web/a.jsonl", 0, "raw/insult", "stupid"),
        ("web/a.jsonl", 0, "raw/tone", "stupid"),
        ("web/a.jsonl", 0, "raw/slur", "slur"),
    ]
    calm = CALM.replace("\x00", "")
    assert found[0] == {
        "id": "web/a.jsonl:0",
        "shard": "web/a.jsonl",
        "row": 0,
        "kept": True,
        "start": len(calm) + 5,
        "end": len(calm) + 11,
        "label": "stupid",
        "score": 1.0,
        "unit": "match",
        "rule": "raw/insult",
        "action": "tag",
        "tag": "insult",
        "text": "stupid",
        "before": f"{calm} How ",
        "after": " of them. They are slur people.",
    }
    assert {(span["row"], span["action"]) for span in found if not span["kept"]} == {
        (1, "drop"),
        (1, "tag"),
        (1, "mask"),
    }


@pytest.mark.parametrize(
    ("tone", "text"),
    [
        ('{before: document, flagged: "<|bad|>", clean: "<|good|>"}', "<|bad|>CALM How <|rude|>stupid<|/rude|> of th"),
        ('{before: sentence, flagged: "<|bad|>"}', "CALM <|bad|>How <|rude|>stupid<|/rude|> of them. They are  people"),
        ('{before: span, flagged: "<|bad|>"}', "CALM How <|rude|>stupid<|/rude|> of them. They are  people."),
    ],
)
def test_tokens_before_documents_sentences_and_spans_are_one_line_each(corpus, tmp_path, tone, text):
    decide(configuration(corpus, tone, **{"output.path": str(tmp_path)}), from_=str(corpus / "out"), overwrite=True)
    (row,) = [row for row in rows_of(tmp_path, "clean") if row["id"] == "web/a.jsonl:0"]
    assert row["text"].startswith(text.replace("CALM", CALM.replace("\x00", "")))


def test_the_same_bytes_with_two_workers_and_a_second_time(corpus):
    first = digests(corpus / "out", FOLDERS)
    assert any(name.startswith("spans/") for name in first)
    run(configuration(corpus, **{"run.workers": 2, "output.path": str(corpus / "two")}))
    assert digests(corpus / "two", FOLDERS) == first
    run(configuration(corpus, **{"run.workers": 2, "output.path": str(corpus / "two")}))
    assert digests(corpus / "two", FOLDERS) == first


def test_deciding_again_writes_the_same_and_without_text_decides_the_same(corpus):
    first = digests(corpus / "out", FOLDERS)
    decide(configuration(corpus, **{"output.path": str(corpus / "again")}), from_=str(corpus / "out"))
    assert digests(corpus / "again", FOLDERS) == first
    decide(configuration(corpus, **{"output.path": str(corpus / "bare")}), from_=str(corpus / "out"), text=False)
    assert digests(corpus / "bare", ["decisions"]) == digests(corpus / "out", ["decisions"])
    assert not (corpus / "bare" / "spans").exists()
    totals = [json.loads((corpus / name / "run.json").read_text())["totals"] for name in ("out", "bare")]
    assert totals[0]["characters"] == totals[1]["characters"]


def test_another_policy_over_the_same_run_tags_otherwise_and_takes_the_spans_away(corpus):
    tone = '{before: document, flagged: "<|bad|>"}'
    options = {"output.path": str(corpus / "other"), "output.flagged_spans": True}
    decide(configuration(corpus, **options), from_=str(corpus / "out"))
    assert spans_of(corpus / "other")
    options["output.flagged_spans"] = False
    decide(configuration(corpus, tone, **options), from_=str(corpus / "out"), overwrite=True)
    assert not (corpus / "other" / "spans").exists()
    assert [row["text"][:7] for row in rows_of(corpus / "other", "clean")].count("<|bad|>") == 2
    ledger = json.loads(Path(shard_path(str(corpus / "other"), "ledger", "web/a.jsonl", ".json")).read_text())
    assert ledger["flagged_spans"] == 0


def test_an_explanation_replays_the_tokens_and_marks_them(corpus):
    clean = {row["id"]: row["text"] for row in rows_of(corpus / "out", "clean")}
    for name, text in clean.items():
        explained = explain(corpus / "out", name)
        assert plain_text(explained.segments) == text
    segments = explain(corpus / "out", "web/a.jsonl:0").segments
    added = [segment for segment in segments if segment.kind == "added"]
    assert [segment.text for segment in added] == [
        "<|good|>", "<|bad|>", "<|rude|>", "<|/rude|>", "<|good|>",
    ]  # fmt: skip
    assert [segment.reason for segment in added[1:3]] == ["raw/tone", "raw/insult"]
    assert [segment.text for segment in segments if segment.kind == "flagged"] == ["stupid"]
    assert [segment.text for segment in segments if segment.kind == "cut"] == ["\x00", "slur"]


def test_the_dataset_card_says_how_to_take_the_tokens_out(corpus):
    card = (corpus / "out" / "README.md").read_text()
    assert "(2 places in 1 documents)" in card
    code = re.search(r"## Control tokens.*?```python\n(.*?)```", card, re.DOTALL)[1]
    names = {}
    exec(code, names)
    assert names["tokens"] == list(TOKENS)
    for row in rows_of(corpus / "out", "clean"):
        assert names["without_marks"](row["text"]) == Escaping(TOKENS).restore(row["text"])


def test_the_report_shows_what_was_tagged_and_escaped(corpus):
    report = json.loads((corpus / "out" / "report" / "report.json").read_text())
    escapes = next(edit for edit in report["edits"] if edit["key"] == "escapes")
    assert [example["id"] for example in escapes["examples"]] == ["web/a.jsonl:2"]
    insult = next(rule for rule in report["rules"] if rule["key"] == "raw/insult")
    shown = [(s["kind"], s["text"]) for s in insult["marked"][0]["segments"]]
    place = shown.index(("flagged", "stupid"))
    assert [shown[place - 1], shown[place + 1]] == [("added", "<|rude|>"), ("added", "<|/rude|>")]
