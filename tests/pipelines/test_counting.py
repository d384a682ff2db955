import pytest

from filters.errors import RunError
from filters.policy import Policy
from pipelines.counting import Counts
from reports.ledger import check


def test_a_record_that_the_reader_counted_and_nobody_accounts_for_is_missed():
    read = {"records": 3, "documents": 0, "skipped": {"redirect": 1}, "failed": {"bad_json": 1}, "bytes": 9}
    ledger = Counts(Policy(())).ledger("web/a", "f", read)
    with pytest.raises(RunError, match=r"shard 'web/a' does not balance: 1 record unaccounted for"):
        check(ledger)
