import math

import pyarrow as pa
import pytest
from runs import configured, here, prose, rows_of, write_jsonl

from filters.policy import Policy, Rule, Step
from filters.quantiles import count_values
from pipelines import quantile_stage
from pipelines.quantile_stage import merge_packed, resolve_quantiles
from pipelines.running import run

POLICY = Policy(
    (
        Step("raw", rules=(Rule("fixed", "words", minimum=1), Rule("best", "words", keep_top=0.5, by="language"))),
        Step("last", rules=(Rule("shortest", "words", keep_bottom=0.5),)),
    )
)


def packed(*values):
    return count_values(pa.array(values, pa.float64()).to_numpy()).tobytes()


def test_limits_are_resolved_by_rule_and_group_whatever_the_order():
    counts = [
        (("raw/best", "en"), packed(1, 2, 3, 4)),
        (("last/shortest", ""), packed(1, 2, 3, 4)),
        (("raw/best", "de"), packed(9)),
    ]
    limits = resolve_quantiles(POLICY, counts)
    assert limits == resolve_quantiles(POLICY, reversed(counts))
    assert limits["raw/best"] == {"en": 3.0, "de": 9.0}
    assert 2 <= limits["last/shortest"][""] < 3


def test_a_rule_whose_signal_nobody_has_is_there_without_limits():
    assert resolve_quantiles(POLICY, []) == {"raw/best": {}, "last/shortest": {}}


def test_packed_counts_merge_in_any_grouping():
    parts = [packed(1, 2), packed(2), packed(), packed(-3)]
    whole = packed(1, 2, 2, -3)
    assert merge_packed(parts) == whole
    assert merge_packed([merge_packed(parts[:2]), merge_packed(parts[:1:-1])]) == whole


def test_values_are_those_of_documents_that_pass_that_are_defined_and_that_the_rule_holds_for():
    batch = pa.record_batch(
        {
            "words@raw": pa.array([1.0, 2.0, math.nan, None, 5.0, 6.0]),
            "language@raw": pa.array(["en", "de", "en", "en", None, "en"]),
        }
    )
    passes = pa.array([True, True, True, True, True, False]).to_numpy(zero_copy_only=False)

    def values(**keys):
        found = quantile_stage._values_by_group(batch, passes, "raw", Rule("r", "words", keep_top=0.5, **keys))
        return {group: numbers.tolist() for group, numbers in found}

    assert values() == {"": [1.0, 2.0, 5.0]}
    assert values(by="language") == {"en": [1.0], "de": [2.0]}
    assert values(languages=("de",)) == {"": [2.0]}
    assert values(languages=("fr",)) == {}


@pytest.mark.parametrize("share", ["30%", "100%"])
def test_a_run_keeps_the_best_of_what_passes_the_fixed_limits(tmp_path, monkeypatch, share):
    here(monkeypatch)
    for shard in range(2):
        write_jsonl(tmp_path / "in" / f"{shard}.jsonl", [prose(k, k + 1) for k in range(shard, 10, 2)] + ["one two"])
    text = """
        inputs: {{web: {folder}/in}}
        output: {{path: {folder}/out, signals: [word_count@raw]}}
        steps:
          - name: raw
            rules:
              words: {{signal: word_count, minimum: 5}}
              best: {{signal: word_count, keep_top: {share}}}
        run: {{workers: 1}}
    """
    outcome = run(configured(tmp_path, text.format(folder=tmp_path, share=share)))
    assert outcome.totals["records"]["kept"] == (3 if share == "30%" else 10)
    kept = [row["word_count@raw"] for row in rows_of(tmp_path / "out", "clean")]
    dropped = [row["word_count@raw"] for row in rows_of(tmp_path / "out", "removed")]
    assert min(kept) > max(dropped)
