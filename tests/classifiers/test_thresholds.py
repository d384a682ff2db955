import numpy as np
import pytest

from classifiers.thresholds import Cost, Fixed, Recall, choose
from filters.errors import ConfigurationError

P = np.array([0.9, 0.8, 0.7, 0.3, 0.1])
TRUTH = np.array([True, False, True, True, False])


def test_costs_set_the_threshold_by_their_ratio():
    assert choose(Cost(1, 1), P, TRUTH) == 0.5
    assert choose(Cost(1, 4), P, TRUTH) == 0.2  # a miss is four times as bad: flag sooner
    assert choose(Cost(9, 1), P, TRUTH) == 0.9


@pytest.mark.parametrize(("least", "threshold"), [(0.3, 0.9), (1 / 3, 0.9), (0.34, 0.7), (2 / 3, 0.7), (1.0, 0.3)])
def test_a_recall_sets_the_greatest_threshold_that_reaches_it(least, threshold):
    assert choose(Recall(least), P, TRUTH) == threshold
    assert (P[TRUTH] >= threshold).mean() >= least - 1e-9


def test_a_fixed_threshold_stays():
    assert choose(Fixed(0.77), P, TRUTH) == 0.77


def test_no_recall_of_nothing():
    with pytest.raises(ConfigurationError, match=r"a recall of 0\.9 cannot be reached"):
        choose(Recall(0.9), P, np.zeros(5, np.bool_))
