import numpy as np
import pytest

from filters.errors import OutputError
from pipelines.corpus import Corpus, EarlierOutput
from pipelines.documents import numbered
from storage.files import write_json

JANUARY = EarlierOutput("january", "out/strict", "out/2026-01", ("web/a.jsonl", "web/b.jsonl"))
EMPTY = EarlierOutput("empty", "out/empty", "out/empty", ())
FEBRUARY = EarlierOutput("february", "s3://x/out", "s3://x/out", ("web/a.jsonl",))
CORPUS = Corpus([JANUARY, EMPTY, FEBRUARY], "out/2026-03", ["web/a.jsonl", "web/c.parquet#0-3"])


def test_earlier_outputs_are_numbered_in_the_order_of_their_naming_and_the_runs_own_shards_last():
    assert (CORPUS.first_own, CORPUS.shard_count) == (3, 5)
    assert [CORPUS.shard(n) for n in range(5)] == [*JANUARY.shards, "web/a.jsonl", "web/a.jsonl", "web/c.parquet#0-3"]
    assert [CORPUS.output_of(n) for n in range(5)] == [JANUARY, JANUARY, FEBRUARY, None, None]
    assert [CORPUS.number(ordinal) for ordinal in (0, 1)] == [3, 4]


def test_facts_lie_where_they_were_measured_and_decisions_where_they_were_made():
    assert CORPUS.index(1, ".near.run") == "out/2026-01/index/web/b.jsonl.near.run"
    assert CORPUS.decisions(1) == "out/strict/decisions/web/b.jsonl.parquet"
    assert CORPUS.path(2, "annotations") == "s3://x/out/annotations/web/a.jsonl.parquet"
    assert CORPUS.index(4, ".url.run") == "out/2026-03/index/web/c.parquet~0-3.url.run"


def test_keys_name_the_output_of_earlier_documents():
    documents = (numbered(n, np.array([row], np.uint64)) for n, row in ((0, 7), (2, 0), (3, 1 << 31)))
    assert [CORPUS.keys(found).to_pylist() for found in documents] == [
        ["january:web/a.jsonl:7"], ["february:web/a.jsonl:0"], ["web/a.jsonl:2147483648"],
    ]  # fmt: skip


def test_without_earlier_outputs_numbers_are_places():
    corpus = Corpus.of({}, "out", ["web/a.jsonl", "web/b.jsonl"])
    assert (corpus.first_own, corpus.number(1), corpus.key(1, 5)) == (0, 1, "web/b.jsonl:5")


def test_an_output_knows_where_its_facts_lie(tmp_path):
    write_json(f"{tmp_path}/run.json", {"from": None})
    write_json(f"{tmp_path}/shards.json", {"shards": [{"name": "web/a.jsonl"}]})
    corpus = Corpus.of({"old": f"{tmp_path}/"}, "out", ["web/a.jsonl"])
    assert corpus.earlier == (EarlierOutput("old", str(tmp_path), str(tmp_path), ("web/a.jsonl",)),)
    write_json(f"{tmp_path}/run.json", {"from": "out/measured"})
    assert (
        Corpus.of({"old": str(tmp_path)}, "out", []).index(0, ".text.run") == "out/measured/index/web/a.jsonl.text.run"
    )
    with pytest.raises(OutputError, match=r"run\.json is not there"):
        Corpus.of({"old": f"{tmp_path}/none"}, "out", [])
