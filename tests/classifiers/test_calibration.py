import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.calibration import IDENTITY, Platt, fit_platt, logits
from filters.errors import ConfigurationError


def test_log_odds_and_probabilities_are_each_others_inverse():
    p = np.array([1e-6, 0.2, 0.5, 0.99])
    assert logits(p).tolist() == pytest.approx([np.log(q / (1 - q)) for q in p])
    assert IDENTITY.probabilities(logits(p)).tolist() == pytest.approx(p.tolist())


def test_certain_scores_stay_finite():
    assert np.isfinite(logits(np.array([0.0, 1.0], np.float32))).all()
    assert Platt(5.0, 1.0).probabilities(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_a_score_that_is_missing_stays_so():
    assert np.isnan(Platt().probabilities(np.array([np.nan, 0.0]))).tolist() == [True, False]


def test_two_scores_are_calibrated_to_the_shares_that_came_true():
    # A sigmoid through two points: score 1 has 30 of 40, score -1 has 10 of 40, targets drawn in by Platt's prior.
    scores = np.repeat([1.0, -1.0], 40)
    truth = np.r_[np.arange(40) < 30, np.arange(40) < 10]
    high, low = 41 / 42, 1 / 42
    expected = (30 * high + 10 * low) / 40
    fitted = fit_platt(scores, truth)
    assert fitted.probabilities(np.array([1.0])) == pytest.approx(expected, abs=1e-6)
    assert fitted.intercept == pytest.approx(0, abs=1e-6)


def test_scores_that_are_too_sure_are_drawn_in():
    drawn = np.random.default_rng(1)
    x = drawn.normal(0, 2, 20_000)
    truth = drawn.random(20_000) < Platt(0.5, -1.0).probabilities(x)
    fitted = fit_platt(x, truth)
    assert fitted.slope == pytest.approx(0.5, abs=0.03)
    assert fitted.intercept == pytest.approx(-1.0, abs=0.06)


def test_scores_that_part_the_rows_cleanly_are_no_trouble():
    fitted = fit_platt(np.array([-50.0, -40.0, 40.0, 50.0]), np.array([False, False, True, True]))
    assert 0 < fitted.slope < 1


def test_what_cannot_be_calibrated_is_refused():
    with pytest.raises(ConfigurationError, match="0 texts that have the label and 2 that have not"):
        fit_platt(np.zeros(2), np.array([False, False]))
    with pytest.raises(ConfigurationError, match="higher scores are not more often true"):
        fit_platt(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, True, False, False]))


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=4, max_size=30))
def test_the_fit_is_a_minimum_or_refused(rows):
    x, truth = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    try:
        fitted = fit_platt(x, truth)
    except ConfigurationError:
        return
    n, m = truth.sum(), (~truth).sum()
    target = np.where(truth, (n + 1) / (n + 2), 1 / (m + 2))

    def loss(slope, intercept):
        z = slope * x + intercept
        return (np.logaddexp(0, z) - target * z).sum()

    least = loss(fitted.slope, fitted.intercept)
    for slope, intercept in ((1.001, 0), (0.999, 0), (1, 1e-3), (1, -1e-3)):
        assert loss(fitted.slope * slope, fitted.intercept + intercept) >= least - 1e-6
