"""What a run against an earlier output leaves: keys, the side table, explanations, the report, the same bytes."""

import io
import json
import shutil

import pytest
from commands import kill_count, told
from rich.console import Console
from runs import digests, here, rows_of, write_jsonl
from test_against import JANUARY, configuration, document, edited, kept, lost, made, page, sizes, told_of

from filters.errors import OutputError
from pipelines.running import decide, run
from reports.explain import explain
from reports.explain_view import view

LINK = edited(page(1), 8)
"""It resembles page(1), and what it has grown into, which does not resemble page(1)."""
GROWN = edited(LINK, 10, 1)


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """January and, against it, February; nobody may change them."""
    folder = tmp_path_factory.mktemp("two")
    old = [document("a", page(1)), document("late", page(2), day=9), document("link", LINK, day=2)]
    new = [
        *[document("d", edited(page(1), 2, 7), 2), document("grown", GROWN, 2), document("early", page(2))],
        *[document("e", page(4), 2), document("f", page(4), 2, 2), document("alone", page(5), 2)],
    ]
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        made(folder, "2026-01", {"a.jsonl": old, "b.jsonl": [document("c", edited(page(1), 3), day=2)]})
        made(folder, "2026-02", new, JANUARY)
    return folder


def test_what_an_earlier_output_kept_stays_whatever_the_order_says_and_shards_of_one_name_are_told_apart(two):
    assert lost(two / "out/2026-01") == {"link": ("near", "web/a.jsonl:0"), "c": ("near", "web/a.jsonl:0")}
    assert lost(two / "out/2026-02") == {
        "d": ("near", "january:web/a.jsonl:0"),
        "early": ("text", "january:web/a.jsonl:1"),
        "f": ("text", "web/a.jsonl:3"),
    }


def test_what_resembles_a_removed_document_alone_stays_and_is_in_its_component(two):
    assert kept(two / "out/2026-02") == ["alone", "e", "grown"]
    assert sizes(two / "out/2026-02") == {"d": 5, "grown": 5, "early": 2, "e": 2, "f": 2, "alone": 1}
    group = {row["row"]: row for row in rows_of(two / "out/2026-02", "groups")}[1]
    assert group["component"] == "january:web/a.jsonl:0"
    assert [(edge["key"], edge["kind"]) for edge in group["edges"]] == [("january:web/a.jsonl:2", "near")]


def test_the_side_table_tells_sizes_and_what_was_kept(two):
    large, small = ("january:web/a.jsonl:0", 5), ("january:web/a.jsonl:1", 2)
    found = told_of(two / "out/2026-02", "january")
    assert {place: (row["component"], row["component_size"], row["kept"]) for place, row in found.items()} == {
        ("web/a.jsonl", 0): (*large, True),
        ("web/a.jsonl", 1): (*small, True),
        ("web/a.jsonl", 2): (*large, False),
        ("web/b.jsonl", 0): (*large, False),
    }


def test_explain_shows_the_survivor_from_the_earlier_output(two):
    found = explain(two / "out/2026-02", "d")
    assert (found.survivor.key, found.survivor.id, found.survivor.text) == ("january:web/a.jsonl:0", "a", page(1))
    assert "nearly the same text as january:web/a.jsonl:0, which is kept" in found.reasons[0].sentence
    assert sum(len(s.text) for s in found.segments if s.kind == "shared") > len(page(1)) * 0.7


def test_explain_says_where_to_ask_for_an_earlier_document(two):
    message = (
        rf"january:web/a\.jsonl:0 is a document of an earlier output; ask there: tamis explain {two}/out/2026-01 web/a"
    )
    with pytest.raises(OutputError, match=message):
        explain(two / "out/2026-02", "january:web/a.jsonl:0")


def test_explain_says_where_the_earlier_output_is_gone(two, tmp_path):
    shutil.copytree(two / "out/2026-02", tmp_path / "moved")
    record = json.loads((tmp_path / "moved/run.json").read_text())
    record["configuration"]["duplicates"]["against"]["january"] = str(tmp_path / "gone")
    (tmp_path / "moved/run.json").write_text(json.dumps(record))
    survivor = explain(tmp_path / "moved", "d").survivor
    assert (survivor.text, survivor.key) == (None, "january:web/a.jsonl:0")
    assert f"{tmp_path}/gone is not a finished run" in survivor.lacking
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(view(explain(tmp_path / "moved", "d")))
    assert "its text cannot be shown" in console.export_text()


def test_explain_shows_no_text_of_a_run_that_was_made_again_since_it_was_decided_from(tmp_path):
    measured = made(tmp_path, "2026-01", [document("a", page(1)), document("b", page(2))])
    decided = tmp_path / "out/decided"
    decide(configuration(tmp_path, "2026-01", **{"output.path": str(decided)}), from_=str(measured))
    assert explain(str(decided), "a").segments[0].text == page(1)
    write_jsonl(tmp_path / "2026-01/a.jsonl", [document("c", page(3)), document("a", page(1))])
    assert run(configuration(tmp_path, "2026-01"), overwrite=True).exit_status == 0
    with pytest.raises(
        OutputError, match=r"decided was decided from .*/2026-01, which has been .* otherwise since; dec"
    ):
        explain(str(decided), "a")
    (measured / "run.json").unlink()
    with pytest.raises(OutputError, match=r"decided from .*/2026-01, which is not a finished run; finish it"):
        explain(str(decided), "a")


def test_the_report_names_what_went_for_the_sake_of_earlier_outputs(two):
    duplicates = json.loads((two / "out/2026-02/report/report.json").read_text())["duplicates"]
    (row,) = duplicates["against"]
    went = [row for row in rows_of(two / "out/2026-02", "removed") if row["id"] in ("d", "early")]
    assert (row["name"], row["output"], row["documents"]) == ("january", str(two / "out/2026-01"), 2)
    assert row["characters"] == sum(len(each["text"]) for each in went)
    assert row["tokens"] == sum(each["token_count"] for each in went)
    assert duplicates["earlier"] == {"january": 4}
    assert duplicates["sizes"] == [
        {"size": 2, "components": 2, "documents": 3}, {"size": 5, "components": 1, "documents": 2},
    ]  # fmt: skip
    assert "Duplicates of what earlier outputs kept" in (two / "out/2026-02/report/index.html").read_text()


def test_texts_of_earlier_outputs_are_not_needed(two, tmp_path):
    shutil.copytree(two, tmp_path / "copy")
    for path in [*(tmp_path / "copy/out/2026-01").rglob("clean/**/*.parquet")]:
        path.unlink()
    shutil.rmtree(tmp_path / "copy/2026-01")
    shutil.rmtree(tmp_path / "copy/out/2026-02")
    assert run(configuration(tmp_path / "copy", "2026-02", JANUARY)).exit_status == 0
    assert digests(tmp_path / "copy/out/2026-02") == digests(two / "out/2026-02")


FOLDERS = ("documents", "annotations", "groups", "earlier", "clean", "removed", "decisions", "ledger")


def test_more_partitions_blocks_and_rounds_give_the_same_bytes(two, tmp_path):
    other = {"run.workers": 7, "run.exchange": "blocks", "run.components": "rounds"}
    assert run(configuration(two, "2026-02", JANUARY, **other, **{"output.path": f"{tmp_path}/out"})).exit_status == 0
    assert digests(tmp_path / "out", FOLDERS) == digests(two / "out/2026-02", FOLDERS)


@pytest.mark.faults
def test_workers_killed_while_earlier_documents_are_gathered_cost_no_byte(two, tmp_path):
    path = tmp_path / "out"
    configuration(two, "2026-02", JANUARY)  # writes tamis.yaml
    shutil.copy(two / "tamis.yaml", tmp_path / "tamis.yaml")
    kills = {"pipelines.earlier_stage:write_earlier": [1], "pipelines.earlier_stage:earlier_contenders": [2]}
    status, output = told(tmp_path, "--workers", 2, "--output", path, kills=kills)
    assert status == 0, output
    assert kill_count(tmp_path) == 2
    assert digests(path, FOLDERS) == digests(two / "out/2026-02", FOLDERS)
