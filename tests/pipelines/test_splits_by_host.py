"""Splits by host: the host decides, and what resembles a document of a more protected split leaves."""

import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from rich.console import Console
from runs import configured, digests, here, rows_of, write_jsonl
from test_splits import CONFIGURATION, DUPLICATES, copies, splits_of, text

from filters.splits import Splits
from pipelines.running import decide, run
from reports.explain import explain
from reports.explain_view import view

BY_HOST = "{shares: {train: 50%, test: 50%}, by: host}"
TRAIN, TEST = "d.example", "a.example"


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def hosted(folder):
    """Copies of one text on hosts of both splits, of another on one, of a third whose copy in test is too long."""
    assert Splits((("train", 0.5), ("test", 0.5))).of(pa.array([TRAIN, TEST])).to_pylist() == ["train", "test"]
    rows = [
        *[("t1", TRAIN, text(1)), ("t2", TRAIN, copies(1, 2)[1]), ("e1", TEST, copies(1, 3)[2]), ("e2", TEST, text(1))],
        *[("u1", TRAIN, text(2)), ("u2", TRAIN, text(2)), ("v", TEST, text(3))],
        *[("w1", TRAIN, text(4)), ("w2", TEST, f"{text(4)} {' '.join(text(9).split()[:9])}")],
    ]
    for shard in (0, 1):
        mine = [{"id": i, "text": t, "url": f"https://{h}/{i}", "crawl": i[0]} for i, h, t in rows[shard::2]]
        write_jsonl(folder / "a" / f"{shard}.jsonl", mine)


def by_host(folder, action="drop", **options):
    duplicates = DUPLICATES.replace("tag", action)
    text = CONFIGURATION.format(folder=folder, splits=BY_HOST, duplicates=duplicates)
    return configured(folder, text.replace("minimum: 5", "maximum: 68"), **options)


@pytest.fixture(scope="module")
def two_hosts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosts")
    hosted(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(by_host(folder)).exit_status == 0
    return folder


def test_by_host_the_host_decides_and_copies_leave_train(two_hosts):
    kept = splits_of(two_hosts / "out")
    assert kept == {"e1": "test", "u1": "train", "v": "test", "w1": "train"}
    reasons = {row["id"]: row["reasons"] for row in rows_of(two_hosts / "out", "removed")}
    for name in ("t1", "t2"):
        (reason,) = reasons[name]
        told = [reason[key] for key in ("rule", "reason", "text_value", "action", "survivor")]
        assert told == ["splits", "leaks_between_splits", "train, test", "drop", "a/0.jsonl:1"]
    assert [reason["reason"] for reason in reasons["e2"]] == ["duplicate_near"]
    assert [reason["reason"] for reason in reasons["w2"]] == ["too_many_words"]


def test_who_left_is_counted_by_reason_and_the_ledger_balances(two_hosts):
    totals = json.loads(Path(two_hosts, "out", "run.json").read_text())["totals"]
    assert {name: counts["documents"] for name, counts in totals["splits"].items()} == {"train": 2, "test": 2}
    assert {name: counts["documents"] for name, counts in totals["left_splits"].items()} == {
        "leaks_between_splits": 2, "bridges_splits": 0,
    }  # fmt: skip
    assert (totals["rules"]["splits"]["documents"], totals["rules"]["splits"]["alone"]) == (2, 2)
    assert totals["left_splits"]["leaks_between_splits"]["characters"] == len(text(1)) + len(copies(1, 2)[1])


def test_where_duplicates_are_only_tagged_train_is_left_all_the_same(two_hosts):
    decide(by_host(two_hosts, "tag", **{"output.path": str(two_hosts / "tagged")}), from_=str(two_hosts / "out"))
    assert sorted(splits_of(two_hosts / "tagged")) == ["e1", "e2", "u1", "u2", "v", "w1"]
    assert {row["id"] for row in rows_of(two_hosts / "tagged", "removed")} == {"t1", "t2", "w2"}


def test_a_scope_lets_no_copy_into_another_split(two_hosts):
    scoped = by_host(two_hosts, "drop, scope: [crawl]", **{"output.path": str(two_hosts / "scoped")})
    decide(scoped, from_=str(two_hosts / "out"))
    assert sorted(splits_of(two_hosts / "scoped")) == ["e1", "u1", "v", "w1"]


def test_by_host_without_text_and_over_more_partitions_the_decisions_are_the_same(two_hosts, tmp_path):
    output = two_hosts / "told"
    decide(by_host(two_hosts, **{"output.path": str(output)}), from_=str(two_hosts / "out"), text=False)
    assert digests(output, ["decisions"]) == digests(two_hosts / "out", ["decisions"])
    hosted(tmp_path)
    assert run(by_host(tmp_path, **{"run.workers": 5})).exit_status == 0
    assert digests(tmp_path / "out") == digests(two_hosts / "out")


def test_hosts_stand_where_they_stood_when_another_shard_is_read(two_hosts, tmp_path):
    hosted(tmp_path)
    rows = [{"id": f"n{k}", "text": text(50 + k), "url": f"https://{h}/n"} for k, h in enumerate((TRAIN, TEST))]
    write_jsonl(tmp_path / "a" / "-.jsonl", rows)
    assert run(by_host(tmp_path)).exit_status == 0
    assert splits_of(tmp_path / "out") == {**splits_of(two_hosts / "out"), "n0": "train", "n1": "test"}


def test_explain_says_where_a_document_stands_and_why_another_left(two_hosts):
    kept, left = (explain(str(two_hosts / "out"), name) for name in ("e1", "t1"))
    assert (kept.split, left.split) == ("test", None)
    assert [reason.sentence for reason in left.reasons] == [
        "It would stand in train; its component stands in test, where a/0.jsonl:1 is kept."
    ]
    assert left.survivor.text == copies(1, 3)[2]
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(view(kept), view(left))
    told = console.export_text()
    assert "split  test" in told
    assert "kept, in the same component: a/0.jsonl:1" in told


def test_report_and_card_name_the_splits_and_what_they_cost(two_hosts):
    found = json.loads(Path(two_hosts, "out", "report", "report.json").read_text())["splits"]
    assert [(row["split"], row["asked"], row["share"], row["documents"]) for row in found["splits"]] == [
        ("train", 0.5, 0.5, 2), ("test", 0.5, 0.5, 2),
    ]  # fmt: skip
    assert [(row["why"], row["documents"]) for row in found["left"]] == [("resembles documents of another split", 2)]
    page = Path(two_hosts, "out", "report", "index.html").read_text()
    assert "no split could take it" in page
    assert '<section id="splits">' in page
    card = Path(two_hosts, "out", "README.md").read_text()
    assert "| test | 50% | 2 | " in card
    assert 'filters=[("split", "==", "test")]' in card
    assert "split: all_splits" in card
    assert "| splits | is in no component with documents of another split | 2 | 2 |" in card
