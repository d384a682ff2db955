import json
from dataclasses import asdict

import pyarrow.parquet as pq
import pytest
from made_documents import SHARDS
from rich.console import Console

from filters.errors import OutputError
from reports import compare_view
from reports.compare import compare


def kept(output):
    return {
        (path.stem, row["row"])
        for path in (output / "decisions").rglob("*.parquet")
        for row in pq.read_table(path).to_pylist()
        if row["action"] == "keep"
    }


def test_flips_equal_an_independent_count(run_a, run_b):
    comparison = compare(run_a, run_b)
    a, b = kept(run_a), kept(run_b)
    assert comparison.newly_removed == len(a - b) > 0
    assert comparison.newly_kept == len(b - a)
    assert comparison.both_kept == len(a & b)
    assert comparison.both_kept + comparison.both_removed + comparison.newly_removed + comparison.newly_kept == 54
    assert comparison.a.kept - comparison.b.kept == comparison.newly_removed - comparison.newly_kept
    assert comparison.a.tokens > comparison.b.tokens


def test_the_rule_that_changed_is_named_and_no_other(run_a, run_b):
    (change,) = compare(run_a, run_b).rules
    assert change.rule == "raw/words"
    assert change.documents_b - change.documents_a == change.newly_removed
    assert change.tokens_b > change.tokens_a


def test_flips_are_the_same_the_other_way_round(run_a, run_b):
    there, back = compare(run_a, run_b), compare(run_b, run_a)
    assert (there.newly_removed, there.newly_kept) == (back.newly_kept, back.newly_removed)
    assert there.removed_examples == back.kept_examples
    assert back.rules[0].no_longer_removed == there.rules[0].newly_removed


def test_examples_carry_the_reason(run_a, run_b):
    first = compare(run_a, run_b).removed_examples[0]
    assert first["key"] == f"{SHARDS[0]}:2"
    assert first["reasons"] == ["raw/words: word_count@raw is 50, below the minimum of 70 by 20 (28.6% of it)."]


def test_a_run_differs_in_nothing_from_itself(run_a):
    comparison = compare(run_a, run_a)
    assert comparison.rules == comparison.removed_examples == comparison.kept_examples == ()
    assert comparison.both_kept == comparison.a.kept


def test_other_shards_are_refused_by_name(run_a, tmp_path):
    (tmp_path / "run.json").write_text((run_a / "run.json").read_text())
    shards = [{"name": name, "identity": "1"} for name in ("cc/a.warc.gz", "cc/z")]
    (tmp_path / "shards.json").write_text(json.dumps({"shards": shards}))
    with pytest.raises(OutputError, match=r"'cc/b\.warc\.gz' and 1 more only in .*; 'cc/z' only in .*same inputs"):
        compare(run_a, tmp_path)


def test_shards_of_one_name_and_another_content_are_refused_by_name(run_a, tmp_path):
    listing = json.loads((run_a / "shards.json").read_text())
    listing["shards"][1]["identity"] = "1001-later"
    (tmp_path / "run.json").write_text((run_a / "run.json").read_text())
    (tmp_path / "shards.json").write_text(json.dumps(listing))
    with pytest.raises(OutputError, match=r"Shard 'cc/b\.warc\.gz' is another file.*'1001-' in .*'1001-later' in "):
        compare(run_a, tmp_path)


def test_the_comparison_is_plain_data(run_a, run_b):
    assert json.loads(json.dumps(asdict(compare(run_a, run_b))))["both_kept"] > 0


def test_the_view_tells_counts_and_reasons(run_a, run_b):
    console = Console(width=120)
    with console.capture() as capture:
        console.print(compare_view.view(compare(run_a, run_b)))
    view = capture.get()
    for part in ("kept by A and removed by B", "raw/words", "Kept by A, removed by B", "cc/a.warc.gz:2"):
        assert part in view
    assert "Removed by A, kept by B" not in view
