from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.quantiles import COUNT, count_values, merge_counts, quantile_limit

INFINITY = float("inf")
NUMBERS = st.floats(allow_nan=False, allow_subnormal=False)


def counted(values):
    return count_values(np.array(values, np.float64))


def limit(values, share, top=True):
    return quantile_limit(counted(values), share, top=top)


def passing(values, share, top):
    numbers, found = np.array(values), limit(values, share, top)
    return numbers >= found if top else numbers <= found


@settings(max_examples=300, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=40), st.floats(0.001, 1), st.booleans())
def test_at_least_the_share_asked_for_passes_and_no_fewer_would_do(values, share, top):
    passes = passing(values, share, top)
    least = ceil(Fraction(repr(share)) * len(values))
    assert passes.sum() >= least
    worst = counted(np.array(values)[passes])[0 if top else -1]  # those that are counted as one value, at the limit
    assert passes.sum() - worst["count"] < least


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-(2**20), 2**20), min_size=1, max_size=40), st.floats(0.01, 1), st.booleans())
def test_whole_numbers_are_told_apart(values, share, top):
    wanted = sorted(values, reverse=top)[ceil(Fraction(repr(share)) * len(values)) - 1]
    numbers = np.array(values)
    expected = numbers >= wanted if top else numbers <= wanted
    assert passing([float(v) for v in values], share, top).tolist() == expected.tolist()


def test_whole_numbers_up_to_two_million_are_told_apart():
    values = np.arange(2**21 - 10, 2**21 + 1, dtype=np.float64)
    assert len(counted(values)) == len(values)
    assert limit(values, 0.3) == 2**21 - 3
    assert limit(values, 0.27) == 2**21 - 2


@pytest.mark.parametrize("top", [True, False])
@pytest.mark.parametrize("value", [0.0, -0.0, 5.0, -5.0, INFINITY, -INFINITY, 1e308, 1e-300])
def test_one_value_always_passes(value, top):
    assert not np.isnan(limit([value], 0.5, top))
    assert passing([value], 0.5, top).all()


@pytest.mark.parametrize("top", [True, False])
def test_infinities_are_the_ends_of_the_order(top):
    values = [-INFINITY, -1.0, 0.0, 1.0, INFINITY]
    assert passing(values, 1.0, top).all()
    assert passing(values, 0.2, top).tolist() == [not top, False, False, False, top]
    assert passing(values, 0.8, top).tolist() == [not top, True, True, True, top]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.7, 0.29])
@pytest.mark.parametrize("hundreds", [10**6, 10**12 + 7, 10**15 + 1])
def test_the_boundary_is_exact_for_any_number_of_values(share, hundreds):
    wanted = round(100 * share) * hundreds
    counts = counted([1.0, 2.0])
    for greatest, enough in ((wanted, True), (wanted - 1, False)):
        counts["count"] = 100 * hundreds - greatest, greatest
        assert (quantile_limit(counts, share, top=True) > 1.5) == enough


def test_both_zeros_are_one_value():
    assert len(counted([0.0, -0.0])) == 1


def test_ties_pass_together():
    assert passing([1.0, 1.0, 1.0, 2.0], 0.5, top=True).all()
    assert passing([1.0, 1.0, 1.0, 2.0], 0.5, top=False).sum() == 3


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(NUMBERS, max_size=10), max_size=5), st.randoms(use_true_random=False))
def test_the_order_and_the_grouping_of_merges_change_nothing(parts, random):
    whole = counted([v for part in parts for v in part])
    shuffled = [counted(part) for part in parts]
    random.shuffle(shuffled)
    assert merge_counts(shuffled).tobytes() == whole.tobytes()
    assert merge_counts([merge_counts(shuffled[:2]), merge_counts(shuffled[2:])]).tobytes() == whole.tobytes()


def test_nothing_merged_is_nothing():
    assert merge_counts([]).dtype == COUNT
    assert len(merge_counts([])) == 0
