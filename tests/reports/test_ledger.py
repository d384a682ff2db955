import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.errors import RunError
from reports.ledger import balance, check, merge

LEDGER = {
    "shard": "cc/a.warc.gz",
    "fingerprint": "f",
    "records": {"total": 10, "skipped": {"redirect": 2}, "failed": {"bad_json": 1}, "removed": 3, "kept": 4},
    "edited": 1,
    "tagged": {"insult": 1},
    "characters": {"extracted": 100, "removed": 30, "cut": 12, "added": 2, "kept": 60},
    "bytes": {"read": 500, "extracted": 110, "kept": 66},
    "tokens": {"extracted": 25, "removed": 8, "kept": 15},
    "marks": {"documents": 0, "characters": 0, "tokens": 0},
    "rules": {
        "raw/words": {
            "judged": 7, "nulls": 0, "documents": 3, "alone": 2, "characters": 30, "tokens": 8, "spans": 0,
        }
    },
    "languages": {"en": {"documents": 5, "kept": 4}},
    "edits": {"c4/no_end_mark": {"documents": 1, "spans": 2, "characters": 12, "added": 2}},
}  # fmt: skip


def changed(**counts):
    ledger = copy.deepcopy(LEDGER)
    ledger["records"].update(counts)
    return ledger


def test_a_ledger_that_balances_passes():
    check(LEDGER)
    assert balance(LEDGER) == (0, 0)


def test_a_missing_record_names_the_shard_and_the_number():
    with pytest.raises(RunError, match=r"shard 'cc/a.warc.gz' does not balance: 2 records unaccounted for \("):
        check(changed(total=12))


def test_a_record_counted_twice_is_too_many():
    with pytest.raises(RunError, match="1 record too many"):
        check(changed(kept=5))


def test_characters_balance_with_what_edits_added():
    ledger = copy.deepcopy(LEDGER)
    ledger["characters"]["added"] = 0
    with pytest.raises(RunError, match="2 characters too many"):
        check(ledger)


def test_the_error_names_both_faults_and_pickles():
    ledger = changed(total=11)
    ledger["characters"]["kept"] = 50
    with pytest.raises(RunError, match="1 record unaccounted for and 10 characters unaccounted for") as error:
        check(ledger)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_a_kept_document_without_a_split_is_missed_where_there_are_splits():
    counts = {"characters": 0, "tokens": 0}
    divided = {"train": {"documents": 3, **counts}, "test": {"documents": 1, **counts}}
    check({**LEDGER, "splits": divided})
    divided["test"]["documents"] = 0
    with pytest.raises(RunError, match=r"does not balance: 1 divided document unaccounted for \("):
        check({**LEDGER, "splits": divided})


def test_the_sum_of_a_run_is_named_so():
    total = merge([LEDGER, changed(total=12)])
    with pytest.raises(RunError, match="The ledger of the whole run does not balance"):
        check(total)


def test_merge_adds_every_count_and_leaves_its_arguments_alone():
    before = copy.deepcopy(LEDGER)
    total = merge([LEDGER, LEDGER])
    assert before == LEDGER
    assert "shard" not in total
    assert total["records"] == {
        "total": 20, "skipped": {"redirect": 4}, "failed": {"bad_json": 2}, "removed": 6, "kept": 8,
    }  # fmt: skip
    assert total["rules"]["raw/words"]["documents"] == 6
    assert total["edits"]["c4/no_end_mark"] == {"documents": 2, "spans": 4, "characters": 24, "added": 4}
    check(total)


def test_the_sum_of_nothing_is_zero_and_balances():
    total = merge([])
    assert total["records"]["total"] == 0
    check(total)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=6), st.integers(0, 6))
def test_merge_does_not_depend_on_order_or_grouping(counts, cut):
    ledgers = [changed(skipped={cause: n}) for cause, n in counts]
    whole = merge(ledgers)
    assert merge([merge(ledgers[cut:]), merge(ledgers[:cut])]) == whole
    assert list(whole["records"]["skipped"]) == sorted(whole["records"]["skipped"])
