import pytest

from filters.intervals import wilson


def test_the_wilson_interval_of_a_published_example():
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3: 81 of 263.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_it_stays_within_0_and_1():
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    low, high = wilson(20, 20)
    assert high == 1.0
    assert low == pytest.approx(0.8389, abs=5e-5)


def test_there_is_none_for_nothing():
    assert wilson(0, 0) is None
