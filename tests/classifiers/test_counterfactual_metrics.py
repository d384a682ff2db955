from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.counterfactual_metrics import CounterfactualSets, mcnemar


def sets(*rows, threshold=0.5):
    scores = np.array([score for _, score in rows], np.float64)
    return CounterfactualSets(np.array([place for place, _ in rows], np.int64), scores, scores >= threshold)


def test_the_gap_is_the_mean_difference_of_pairs_in_the_mean_over_sets():
    # Set 0: .1 .3 .6: differences .2 .5 .3, mean 1/3; set 1: .2 .2: 0; set 2 has one row and says nothing.
    figures = sets((0, 0.3), (1, 0.2), (0, 0.6), (2, 0.9), (1, 0.2), (0, 0.1))
    assert figures.gap() == pytest.approx((1 / 3 + 0) / 2)


def test_a_flip_is_a_pair_that_is_decided_differently():
    # Set 0: one of three is flagged: 2 of 3 pairs; set 1: none.
    figures = sets((0, 0.3), (1, 0.2), (0, 0.6), (2, 0.9), (1, 0.2), (0, 0.1))
    assert figures.flips() == pytest.approx((2 / 3 + 0) / 2)
    assert figures.uneven() == 0.5
    assert figures.flips_of_each.tolist() == pytest.approx([2 / 3, 0])


def test_sets_are_weighed_whole():
    figures = sets((0, 0.3), (1, 0.2), (0, 0.6), (1, 0.2))
    assert figures.flips(np.array([3, 1, 3, 1])) == 0.75
    assert figures.flips(np.zeros(4, np.int64)) is None


def test_without_a_set_of_two_nothing_is_said():
    for figures in (sets(), sets((0, 0.3), (1, 0.2))):
        assert (figures.gap(), figures.flips(), figures.uneven()) == (None, None, None)
        assert figures.of_identity(np.ones(len(figures._sets), np.bool_)).sets == 0


def test_an_identity_is_compared_with_the_others_of_its_sets():
    figures = sets((0, 0.9), (0, 0.1), (0, 0.3), (1, 0.4), (1, 0.8), (1, 0.6), (2, 0.7), (3, 0.2), (3, 0.1))
    first = figures.of_identity(np.array([1, 0, 0, 1, 0, 0, 1, 0, 0], np.bool_))
    assert first.sets == 2  # set 2 has no other; set 3 has not the identity
    assert first.gap == pytest.approx(((0.9 - 0.2) + (0.4 - 0.7)) / 2)
    assert (first.flagged_alone, first.spared_alone, first.p) == (1, 1, 1.0)


def test_mcnemars_exact_test():
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(1, 9) == mcnemar(9, 1) == pytest.approx(2 * (1 + 10) / 1024)
    assert mcnemar(3, 3) == 1.0
    assert mcnemar(3000, 3200) == pytest.approx(0.0115, abs=2e-4)  # (|b - c| - 1)^2 / (b + c) = 6.39


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.2, 0.5, 0.9])), max_size=14))
def test_gap_and_flips_are_those_of_the_plain_pairs(rows):
    gaps, flips = [], []
    for place in range(4):
        pairs = list(combinations([score for where, score in rows if where == place], 2))
        if pairs:
            gaps.append(sum(abs(a - b) for a, b in pairs) / len(pairs))
            flips.append(sum((a >= 0.5) != (b >= 0.5) for a, b in pairs) / len(pairs))
    figures = sets(*rows)
    assert figures.gap() == (pytest.approx(np.mean(gaps), abs=1e-12) if gaps else None)
    assert figures.flips() == (pytest.approx(np.mean(flips), abs=1e-12) if flips else None)
