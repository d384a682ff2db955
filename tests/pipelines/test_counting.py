import pytest

from filters.errors import RunError
from filters.policy import Duplicates, Policy, Rule, Step
from pipelines.counting import Counts
from reports.ledger import check

READ = {"records": 0, "documents": 0, "characters": 0, "skipped": {}, "failed": {}, "bytes": 9}


def test_a_record_that_the_reader_counted_and_nobody_accounts_for_is_missed():
    read = {**READ, "records": 3, "skipped": {"redirect": 1}, "failed": {"bad_json": 1}}
    ledger = Counts(Policy(())).ledger("web/a", "f", read)
    with pytest.raises(RunError, match=r"shard 'web/a' does not balance: 1 record unaccounted for"):
        check(ledger)


def test_annotations_that_are_not_those_that_were_measured_are_refused():
    with pytest.raises(RunError, match=r"'web/a#0-1' has 0 characters .* 12 were counted .*documents/web/a~0-1\.json"):
        Counts(Policy(())).ledger("web/a#0-1", "f", {**READ, "characters": 12})


def test_a_policy_counts_every_rule_that_it_has_those_that_never_fired_too():
    rules = (Rule("words", "word_count", minimum=5.0), Rule("long", "text_length", maximum=9.0))
    policy = Policy((Step("raw", rules=rules),), duplicates=Duplicates("raw"))
    ledger = Counts(policy).ledger("web/a", "f", READ)
    assert list(ledger["rules"]) == ["raw/words", "raw/long", "edits", "duplicates"]
    assert all(set(counts.values()) == {0} for counts in ledger["rules"].values())
    check(ledger)
