import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.recall import WIDEST, cascade_recall, exact_interval


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # as tables of Clopper and Pearson's interval give them
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (81, 263, 0.2527, 0.3676),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_that_of_the_tables(count, total, low, high):
    assert exact_interval(count, total) == pytest.approx((low, high), abs=5e-5)


def binomial_tail(count, total, rate):
    """The chance of `count` or more, term by term."""
    return sum(math.comb(total, k) * rate**k * (1 - rate) ** (total - k) for k in range(count, total + 1))


@given(st.integers(1, 60), st.data())
def test_beyond_either_end_the_count_would_be_one_in_forty(total, data):
    count = data.draw(st.integers(0, total))
    low, high = exact_interval(count, total)
    assert 0 <= low <= count / total <= high <= 1
    if count:
        assert binomial_tail(count, total, low) == pytest.approx(0.025, rel=1e-6)
    if count < total:
        assert 1 - binomial_tail(count + 1, total, high) == pytest.approx(0.025, rel=1e-6)


def test_no_miss_among_few_audited_windows_names_no_recall():
    # 1 - .025 ** (1 / 50) = .0711: up to 711 of 10,000 windows may be missed beside 90 that were found.
    recall = cascade_recall(flagged=90, held_back=10_000, audited=50, found=0)
    assert (recall.value, recall.audited, recall.found) == (None, 50, 0)
    assert (recall.low, recall.high) == pytest.approx((90 / (90 + 711.24), 1.0), abs=1e-5)
    # The interval is .2 wide where 22.5 windows may be missed: 1 - .025 ** (1 / n) = .00225 at n = 1,637.7.
    assert recall.wanted == 1638


def test_no_miss_among_enough_audited_windows_names_a_recall_of_one_with_its_interval():
    recall = cascade_recall(flagged=4000, held_back=20_000, audited=100, found=0)
    assert recall.value == 1.0
    assert recall.low == pytest.approx(4000 / (4000 + 20_000 * (1 - 0.025**0.01)))
    assert (recall.high, recall.wanted) == (1.0, None)


def test_misses_of_the_audit_stand_for_those_of_all_windows_held_back():
    # 2 of 1,000 are missed: 40 of 20,000. Clopper and Pearson: .000242 to .007206, which is 4.8 to 144.1 windows.
    recall = cascade_recall(flagged=960, held_back=20_000, audited=1000, found=2)
    assert recall.value == pytest.approx(960 / 1000)
    assert recall.low == pytest.approx(960 / (960 + 144.1), abs=1e-4)
    assert recall.high == pytest.approx(960 / (960 + 4.84), abs=1e-4)
    assert recall.wanted is None


def test_what_the_audit_found_is_missed_for_sure():
    recall = cascade_recall(flagged=95, held_back=10, audited=10, found=5)
    assert recall.value == pytest.approx(95 / 100)
    assert recall.high == pytest.approx(95 / 100)


def test_an_interval_just_too_wide_is_refused_and_one_more_window_would_do():
    wanted = cascade_recall(1000, 20_000, 100, 0).wanted  # 1 - .025 ** (1 / n) = .0125 at n = 293.3
    assert wanted == 294
    assert cascade_recall(1000, 20_000, wanted - 1, 0).value is None
    assert cascade_recall(1000, 20_000, wanted, 0).value == 1.0


def test_without_an_audit_there_is_no_recall_to_name():
    recall = cascade_recall(flagged=1000, held_back=20, audited=0, found=0)
    assert recall.value is None
    assert recall.wanted >= 1
    assert (recall.low, recall.high) == pytest.approx((1000 / 1020, 1.0))


def test_a_cascade_that_finds_nothing_of_what_is_there_has_a_recall_of_zero():
    recall = cascade_recall(flagged=0, held_back=1000, audited=50, found=3)
    assert (recall.value, recall.low, recall.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("flagged", "held_back", "audited"), [(5, 0, 0), (0, 1000, 50)])
def test_where_nothing_is_held_back_or_flagged_there_is_nothing_to_estimate(flagged, held_back, audited):
    assert cascade_recall(flagged, held_back, audited, 0) is None


@given(st.integers(0, 10**6), st.integers(1, 10**8), st.integers(0, 10**4), st.integers(0, 50))
def test_a_named_recall_is_never_less_sure_than_allowed(flagged, held_back, audited, found):
    audited = min(audited, held_back)
    recall = cascade_recall(flagged, held_back, audited, min(found, audited))
    if recall is None:
        return
    assert 0 <= recall.low <= recall.high <= 1
    if recall.value is None:
        assert recall.wanted > audited
    else:
        assert recall.high - recall.low <= WIDEST
        assert recall.low <= recall.value <= recall.high
