"""The section `decontaminate`: what it stands for, what it does, and what is refused."""

import json
from itertools import product

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import configured, here, prose, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines.configuration import load
from pipelines.running import run
from reports.explain import explain

QUESTION = "Which of these rivers flows through more than four countries before it reaches the Black Sea at last?"
ANSWER = "The longest of them rises in the Black Forest and passes ten countries on its way to the east"


@pytest.fixture(autouse=True)
def _benchmark(tmp_path):
    (tmp_path / "rivers.jsonl").write_text(json.dumps({"question": QUESTION, "answer": ANSWER, "key": "r1"}) + "\n")


SHORT = """
decontaminate: {benchmarks: {rivers: rivers.jsonl}, columns: [question], id: key, minimum: 0.8}
steps: [{name: raw, measure: [gopher_quality]}, {name: last}]
"""
LONG = """
annotators: {contamination: {benchmarks: {rivers: rivers.jsonl}, columns: [question], id: key}}
steps:
  - {name: raw, measure: [gopher_quality]}
  - {name: last, rules: {contaminated: {spans: contamination, minimum: 0.8, action: drop}}}
"""


def test_it_stands_for_an_annotator_and_a_rule_of_the_last_step(write):
    assert load(write(SHORT)) == load(write(LONG))


def test_without_steps_it_makes_one_and_its_keys_can_be_set(write):
    text = "decontaminate: {benchmarks: {rivers: rivers.jsonl}, columns: [question]}\n"
    (step,) = load(write(text), ["decontaminate.minimum=0.25", "decontaminate.action=tag"]).steps
    rule = step.rules["contaminated"]
    assert (step.name, rule.minimum, rule.action, rule.tag) == ("decontaminate", 0.25, "tag", "contaminated")
    assert load(write(text), ["decontaminate=null"]).steps == ()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("rivers.jsonl", "decontaminate: 'rivers.jsonl': write a mapping with benchmarks and columns"),
        ("{benchmarks: {rivers: rivers.jsonl}}", "decontaminate: it needs columns"),
        ("{columns: [question]}", "decontaminate: it needs benchmarks"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [question], minimal: 1}", "unknown key 'minimal'"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [sentence]}", "unknown column 'sentence'"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [question], id: name}", "unknown id column 'name'"),
        ("{benchmarks: {r: absent.jsonl}, columns: [question]}", "absent.jsonl"),
        ("{benchmarks: {r: empty.jsonl}, columns: [question]}", "empty.jsonl' cannot be read as JSONL or Parquet"),
        ("{benchmarks: {r: none.parquet}, columns: [question]}", "no item has 8 words"),
        ("{benchmarks: {r: rivers.jsonl, s: short.jsonl}, columns: [question]}",
         "short.jsonl': none of its 2 items has 8 words or more in question"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [question], n: 3}", "fewer than 8 words in a row"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [question], action: burn}", "burn"),
        ("{benchmarks: {r: rivers.jsonl}, columns: [question], minimum: 50}",
         "decontaminate.minimum: 50 is more than a whole item"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_runs(write, tmp_path, section, message):
    (tmp_path / "empty.jsonl").write_text("")
    pq.write_table(pa.table({"question": pa.array([], pa.string())}), tmp_path / "none.parquet")
    (tmp_path / "short.jsonl").write_text('{"question": "yes or no"}\n{"question": null}\n')
    with pytest.raises(ConfigurationError) as error:
        load(write(f"decontaminate: {section}\n"))
    assert message in str(error.value)
    assert ".yaml:1" in str(error.value)


@pytest.mark.parametrize(
    "too",
    [
        "annotators: {contamination: {benchmarks: {rivers: rivers.jsonl}, columns: [question]}}",
        "steps: [{name: raw, rules: {contaminated: {signal: word_count, minimum: 1}}}, {name: last}]",
    ],
)
def test_what_it_stands_for_may_not_be_written_out_too(write, too):
    with pytest.raises(ConfigurationError, match="which is written out as well"):
        load(write(f"decontaminate: {{benchmarks: {{rivers: rivers.jsonl}}, columns: [question]}}\n{too}\n"))


@pytest.mark.parametrize("action", ["drop", "tag"])
def test_benchmark_item_and_passage_are_named_and_the_passage_is_marked(tmp_path, monkeypatch, action):
    here(monkeypatch)
    huge = " ".join("".join(letters) for letters in product("abcdefgh", "ijklmno", "pqrst", "aeiou", "xyz"))
    (tmp_path / "huge.jsonl").write_text(json.dumps({"question": huge, "answer": None, "key": "all"}) + "\n")
    write_jsonl(tmp_path / "in.jsonl", [f"{prose(1)} {QUESTION} {prose(2)} {ANSWER}.", prose(3), f"{prose(4)} {huge}"])
    text = f"""
        inputs: {{web: {tmp_path}/in.jsonl}}
        output: {{path: {tmp_path}/out}}
        decontaminate:
          benchmarks: {{rivers: rivers.jsonl, huge: huge.jsonl}}
          columns: [question, answer]
          id: key
          action: {action}
    """
    assert run(configured(tmp_path, text)).exit_status == 0
    rows = {row["row"]: row for row in rows_of(tmp_path / "out", "decisions")}
    assert [row["action"] for row in rows.values()] == (["drop", "keep", "drop"] if action == "drop" else ["keep"] * 3)
    tags = [["contaminated"], [], ["contaminated"]] if action == "tag" else [[], [], []]
    assert [row["tags"] for row in rows.values()] == tags
    assert [(r["text_value"], r["value"]) for r in rows[0]["reasons"]] == [("rivers:r1", 1.0)] * 2
    assert {(r["text_value"], r["value"]) for r in rows[2]["reasons"]} == {("huge:all", 1.0)}
    told = explain(tmp_path / "out", "web/in.jsonl:0")
    assert [s.text for s in told.segments if s.kind == "flagged"] == [QUESTION.rstrip("?"), ANSWER]
    assert "found 'rivers:r1'" in told.reasons[0].sentence
    page = (tmp_path / "out/report/index.html").read_text()
    assert "decontaminate/contaminated" in page
    assert QUESTION.rstrip("?") in page
    assert "<b>rivers:r1</b>" in page


def test_an_item_of_two_megabytes_on_one_line_is_read(write, tmp_path):
    words = " ".join(f"{a}{b}" for a, b in product(("".join(w) for w in product("abcdefgh", repeat=5)), "qrstuvwxyz"))
    (tmp_path / "rivers.jsonl").write_text(json.dumps({"question": words, "key": "long"}) + "\n")
    assert (tmp_path / "rivers.jsonl").stat().st_size > 2_000_000
    load(write(SHORT))
