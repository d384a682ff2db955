import json
from collections import Counter

import pyarrow.parquet as pq
import pytest
from made_documents import SHARDS
from made_run import make_run

from filters.errors import OutputError
from reports.finished_run import open_run
from reports.ledger import check
from reports.report import build_report, write_report


@pytest.fixture(scope="module")
def report(run_a):
    write_report(run_a)
    return json.loads((run_a / "report" / "report.json").read_text())


def decisions(run):
    """The decisions of all documents, read without the code under test."""
    return [row | {"shard": path.stem} for path in sorted((run / "decisions").rglob("*.parquet"))
            for row in pq.read_table(path).to_pylist()]  # fmt: skip


def rule(report, key):
    return next(r for r in report["rules"] if r["key"] == key)


def test_the_funnel_equals_an_independent_count(run_a, report):
    rows = decisions(run_a)
    kept = sum(row["action"] == "keep" for row in rows)
    funnel = {row["stage"]: row["documents"] for row in report["funnel"]}
    failed = sum(pq.read_table(path).num_rows for path in (run_a / "failed").rglob("*.parquet"))
    assert funnel["kept"] == kept
    assert funnel["removed"] == len(rows) - kept
    assert funnel["failed"] == failed == 3
    assert funnel["read"] == funnel["extracted"] + funnel["failed"] + funnel["skipped"] == 60
    texts = [t for path in (run_a / "clean").rglob("*.parquet") for t in pq.read_table(path)["text"].to_pylist()]
    assert {row["stage"]: row["characters"] for row in report["funnel"]}["kept"] == sum(map(len, texts))
    check(report["totals"])


def test_what_was_skipped_or_failed_is_told_with_what_it_means(report):
    (skipped,), (failed,) = report["skipped"], report["failed"]
    assert skipped == {"cause": "redirect", "meaning": "an HTTP response with status 3xx", "count": 3}
    assert (failed["error"], failed["meaning"]) == ("bad_gzip_member", "compressed data that cannot be decoded")
    assert failed["count"] == len(failed["examples"]) == 3


def test_each_rule_counts_the_documents_that_name_it(run_a, report):
    named = Counter(key for row in decisions(run_a) for key in {r["rule"] for r in row["reasons"]})
    assert {r["key"]: r["documents"] for r in report["rules"]} == {r["key"]: named[r["key"]] for r in report["rules"]}
    alone = Counter(next(iter(k)) for row in decisions(run_a)
                    if len(k := {r["rule"] for r in row["reasons"] if r["action"] == "drop"}) == 1)  # fmt: skip
    assert {r["key"]: r["alone"] for r in report["removals"]} == {r["key"]: alone[r["key"]] for r in report["removals"]}
    assert all(r["documents"] == r["alone"] + r["with_others"] for r in report["removals"])


def test_hosts_equal_an_independent_count(run_a, report):
    hosts, kept = Counter(), Counter()
    actions = {(row["shard"], row["row"]): row["action"] for row in decisions(run_a)}
    for path in (run_a / "documents").rglob("*.parquet"):
        for row in pq.read_table(path, columns=["row", "host"]).to_pylist():
            hosts[row["host"]] += 1
            kept[row["host"]] += actions[path.stem, row["row"]] == "keep"
    assert {h["host"]: (h["documents"], h["kept"]) for h in report["hosts"]["most"]} == {
        host: (hosts[host], kept[host]) for host in hosts
    }
    assert report["hosts"]["count"] == len(hosts)


def test_a_histogram_counts_every_document_judged(run_a, report):
    words = rule(report, "raw/words")
    values = [v for path in (run_a / "annotations").rglob("*.parquet")
              for v in pq.read_table(path)["word_count@raw"].to_pylist() if v is not None]  # fmt: skip
    assert sum(words["histogram"]["counts"]) == words["histogram"]["documents"] == len(values)
    assert words["histogram"]["minimum"] == min(values)
    assert [limit["group"] for limit in words["limits"]] == ["minimum en", "minimum default"]


def test_a_rule_for_one_language_judges_no_other(report):
    assert rule(report, "raw/word_length")["histogram"]["documents"] == 39  # 13 English documents a shard


def test_a_quantile_rule_shows_the_limits_it_resolved_to(report):
    limits = {limit["group"]: limit["value"] for limit in rule(report, "fineweb/best")["limits"]}
    assert limits == {"en": 0.3, "de": 0.16}


def test_examples_stand_just_on_either_side_of_the_limit(run_a, report):
    words = rule(report, "raw/words")
    assert all(e["value"] < e["minimum"] for e in words["removed_examples"])
    assert all(e["value"] >= e["minimum"] for e in words["kept_examples"])
    actions = {f"{s}:{row['row']}": row["action"] for s in SHARDS for row in decisions(run_a)
               if s.endswith(row["shard"].replace("~", "#"))}  # fmt: skip
    assert {actions[e["key"]] for e in words["kept_examples"]} == {"keep"}


def test_edited_text_is_marked(report):
    (example, _) = rule(report, "fineweb/email")["marked"]
    marked = [(s["text"], s["kind"], s["reason"]) for s in example["segments"] if s["kind"] != "kept"]
    assert ("ada@example.org", "cut", "fineweb/email") in marked
    assert ("<email>", "added", "fineweb/email") in marked
    assert example["labels"] == ["ada@example.org"]
    (edit,) = report["edits"]
    assert edit["key"] == "c4/c4_lines/no_end_mark"
    assert edit["examples"][0]["segments"][-1] == {
        "text": "\nShare this page", "kind": "cut", "reason": "c4/c4_lines/no_end_mark",
    }  # fmt: skip


def test_rules_that_never_fired_are_named(report):
    assert report["never_fired"] == ["raw/endless"]


def test_components_are_counted_once(report):
    duplicates = report["duplicates"]
    assert duplicates["sizes"] == [{"size": 3, "components": 1, "documents": 3}]
    (largest,) = duplicates["largest"]
    assert [member["fate"] for member in largest["members"]] == ["kept", "duplicate", "duplicate"]
    survivor = largest["members"][0]["key"]
    assert {(m["kind"], m["survivor"], m["similarity"]) for m in largest["members"][1:]} == {("text", survivor, 1.0)}
    assert [largest[fate] for fate in ("kept", "tagged", "duplicate", "other")] == [1, 0, 2, 0]


def test_each_kind_of_duplicate_tells_what_it_cost(run_a, report):
    lost = [row for row in decisions(run_a) if any(r["kind"] == "text" for r in row["reasons"])]
    text, url = report["duplicates"]["kinds"]
    assert (text["kind"], text["documents"]) == ("text", len(lost))
    assert text["characters"] > text["tokens"] > 0
    assert url == {"kind": "url", "documents": 0, "characters": 0, "tokens": 0}
    assert "nearly the same text" not in (run_a / "report" / "index.html").read_text()


def test_a_whole_run_has_no_intervals(report):
    assert report["kept_interval"] is None
    assert {row["interval"] for row in report["removals"]} == {None}


def test_a_sample_has_intervals_and_lower_bounds(run_a):
    run = open_run(str(run_a))
    run.run["configuration"]["sample"] = {"fraction": 0.01, "seed": 7, "of": "documents"}
    sampled = build_report(run)
    low, high = sampled["kept_interval"]
    assert low < sampled["kept_share"] < high
    assert [row["key"] for row in sampled["removals"] if row["lower_bound"]] == ["duplicates"]
    assert sampled["duplicates"]["lower_bound"]


def test_a_run_without_text_of_its_own_is_reported_from_what_it_was_measured_in(run_a, run_b):
    write_report(run_b)
    report = json.loads((run_b / "report" / "report.json").read_text())
    assert report["measured"] == str(run_a)
    assert rule(report, "raw/words")["documents"] > 4
    assert not (run_b / "documents").exists()


def test_the_same_run_makes_the_same_bytes(run_a):
    names = ("report.json", "index.html")
    write_report(run_a)
    first = [(run_a / "report" / name).read_bytes() for name in names]
    write_report(run_a)
    assert [(run_a / "report" / name).read_bytes() for name in names] == first


def test_the_window_does_not_change_the_report(run_a, monkeypatch):
    whole = build_report(open_run(str(run_a)))
    monkeypatch.setattr("reports.examples.SCAN_ROWS", 3)
    defaults = (5,)
    monkeypatch.setattr("reports.finished_run.FinishedRun.tables.__defaults__", defaults)
    assert build_report(open_run(str(run_a))) == whole


def test_an_empty_run_is_reported(tmp_path):
    make_run(tmp_path / "empty", records=0)
    page = write_report(tmp_path / "empty")
    report = json.loads((tmp_path / "empty" / "report" / "report.json").read_text())
    assert report["kept_share"] is None
    assert page.endswith("report/index.html")


def test_files_that_do_not_fit_together_are_refused(run_a, tmp_path):
    make_run(tmp_path / "other", source=run_a, records=12)
    with pytest.raises(OutputError, match=r"hold other rows"):
        write_report(tmp_path / "other")


def test_groups_of_an_earlier_policy_are_no_duplicates_of_one_that_seeks_none(run_a):
    run = open_run(str(run_a))
    run.run["configuration"]["duplicates"] = None
    found = build_report(run)["duplicates"]
    assert {name: value for name, value in found.items() if name != "kinds"} == {  # kinds are the ledger's
        "documents": 0, "components": 0, "sizes": [], "classes": [], "largest": [], "near": None, "lower_bound": False,
        "against": [], "earlier": {},
    }  # fmt: skip
