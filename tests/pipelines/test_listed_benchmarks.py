import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import configured, here, prose, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines.configuration import load
from pipelines.running import run

QUESTION = "Which of these rivers flows through more than four countries before it reaches the Black Sea at last?"


def test_items_come_from_jsonl_and_parquet(write, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"question": QUESTION, "key": "q1"}) + "\n")
    pq.write_table(pa.table({"question": [QUESTION], "key": ["q2"]}), tmp_path / "b.parquet")
    from pipelines import catalogue

    text = "annotators: {contamination: {benchmarks: {a: a.jsonl, b: b.parquet}, columns: [question], id: key}}\n"
    annotator = catalogue.annotator(load(write(text)), "contamination")
    assert annotator._names == ["a:q1", "b:q2"]


@pytest.mark.parametrize(
    ("content", "columns", "words"),
    [
        (b"not json", "[question]", "cannot be read as JSONL or Parquet"),
        (b'{"q": "x"}\n', "[question]", "unknown column 'question'"),
        (b'{"question": 3}\n', "[question]", "is int64; it must be text"),
        (b'{"question": "short"}\n', "[question]", "no item has 8 words"),
    ],
)
def test_a_bad_benchmark_is_told_by_name(write, tmp_path, content, columns, words):
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        load(write(f"annotators: {{contamination: {{benchmarks: {{a: a.jsonl}}, columns: {columns}}}}}\n"))


def test_a_contaminated_document_goes_with_item_and_passage_among_its_reasons(tmp_path, monkeypatch):
    here(monkeypatch)
    (tmp_path / "rivers.jsonl").write_text(json.dumps({"question": QUESTION}) + "\n")
    write_jsonl(tmp_path / "a.jsonl", [f"{prose(1)} {QUESTION} {prose(2)}", prose(3)])
    run(
        configured(
            tmp_path,
            f"""
            inputs: {{a: {tmp_path}/a.jsonl}}
            output: {{path: {tmp_path}/out}}
            annotators: {{contamination: {{benchmarks: {{rivers: rivers.jsonl}}, columns: [question]}}}}
            steps:
              - name: raw
                rules:
                  contaminated: {{spans: contamination, minimum: 0.5, action: drop}}
            """,
        )
    )
    (row,) = rows_of(tmp_path / "out", "removed")
    (reason,) = row["reasons"]
    assert (reason["rule"], reason["text_value"], reason["value"]) == ("raw/contaminated", "rivers:0", 1.0)
    assert row["text"][reason["start"] : reason["end"]] == QUESTION.rstrip("?")
    assert len(rows_of(tmp_path / "out", "clean")) == 1
