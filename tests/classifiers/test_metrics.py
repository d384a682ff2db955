import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.metrics import (
    Ranking,
    auc,
    calibration_error,
    character_f1,
    character_f1_of_each,
    characters,
    confusion,
)


def scored(*pairs):
    return np.array([score for score, _ in pairs], np.float64), np.array([truth for _, truth in pairs], np.bool_)


def test_the_auc_is_the_share_of_pairs_in_the_right_order():
    # 0.9 and 0.4 are so; 0.5 and 0.1 are not: of four pairs, 0.4 against 0.5 alone is in the wrong order.
    assert auc(*scored((0.9, True), (0.5, False), (0.4, True), (0.1, False))) == 0.75


def test_a_tie_counts_one_half():
    assert auc(*scored((0.5, True), (0.5, False))) == 0.5
    # 0.5+ beats 0.2-, ties 0.5-; 0.2+ ties 0.2-, loses to 0.5-: (1 + .5 + .5 + 0) / 4
    assert auc(*scored((0.5, True), (0.5, False), (0.2, True), (0.2, False))) == 0.5


def test_there_is_no_auc_of_one_kind_or_of_nothing():
    assert auc(*scored((0.5, True), (0.7, True))) is None
    assert auc(*scored((0.5, False))) is None
    assert auc(*scored()) is None


rows = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.booleans(), st.integers(0, 3)), max_size=12)


@given(rows)
def test_the_auc_of_weighted_rows_is_that_of_repeated_ones_by_the_plain_count_of_pairs(drawn):
    scores, truth = scored(*[row[:2] for row in drawn])
    weights = np.array([row[2] for row in drawn], np.int64)
    positive = [score for score, so, weight in drawn for _ in range(weight) if so]
    negative = [score for score, so, weight in drawn for _ in range(weight) if not so]
    pairs = [(a > b) + (a == b) / 2 for a in positive for b in negative]
    expected = sum(pairs) / len(pairs) if pairs else None
    assert Ranking(scores, truth).auc(weights) == (expected if expected is None else pytest.approx(expected))


def test_the_errors_at_a_threshold():
    flagged = np.array([1, 1, 1, 0, 0, 0, 0, 0], np.bool_)
    truth = np.array([1, 1, 0, 1, 0, 0, 0, 0], np.bool_)
    errors = confusion(flagged, truth)
    assert (errors.true_positives, errors.false_positives, errors.false_negatives, errors.true_negatives) == (
        2,
        1,
        1,
        4,
    )
    assert errors.precision == errors.recall == errors.f1 == pytest.approx(2 / 3)
    assert errors.false_positive_rate == 0.2
    assert errors.macro_f1 == pytest.approx((2 / 3 + 8 / 10) / 2)


def test_weights_count_rows_as_often_as_they_say():
    flagged, truth = np.array([1, 0, 1], np.bool_), np.array([1, 1, 0], np.bool_)
    errors = confusion(flagged, truth, np.array([3, 1, 0]))
    assert (errors.recall, errors.precision, errors.false_positive_rate) == (0.75, 1.0, None)


def test_what_no_row_bears_on_is_none():
    nothing = confusion(np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.macro_f1) == (None, None, None, None)
    harmless = confusion(np.array([False, False]), np.array([False, False]))
    assert (harmless.precision, harmless.recall, harmless.f1, harmless.macro_f1) == (None, None, None, 1.0)
    missed = confusion(np.array([False, False]), np.array([True, False]))
    assert (missed.precision, missed.recall, missed.f1, missed.macro_f1) == (None, 0.0, 0.0, pytest.approx(1 / 3))


def test_the_calibration_error_is_zero_where_probabilities_come_true():
    assert calibration_error(*scored((0.5, True), (0.5, False))) == 0.0
    assert calibration_error(*scored((1.0, True), (0.0, False))) == 0.0


def test_the_calibration_error_weighs_bins_by_their_rows():
    # The bin of 0.9 (3 rows, 1 so): |1/3 - 0.9|; the bin of 0.0 (1 row, not so): 0. (3 (0.9 - 1/3) + 0) / 4
    assert calibration_error(*scored((0.9, True), (0.9, False), (0.9, False), (0.0, False))) == pytest.approx(0.425)
    scores, truth = scored((0.9, True), (0.9, False), (0.0, False))
    assert calibration_error(scores, truth, np.array([1, 2, 1])) == pytest.approx(0.425)


def test_two_errors_within_a_bin_can_make_up_for_each_other_but_not_across_bins():
    assert calibration_error(*scored((0.60, True), (0.66, False))) == pytest.approx(0.13)  # |1 - 1.26| / 2
    assert calibration_error(*scored((0.40, True), (0.66, False))) == pytest.approx((0.6 + 0.66) / 2)


def test_there_is_no_calibration_error_of_nothing():
    assert calibration_error(*scored()) is None


def test_character_f1_is_a_mean_over_texts():
    # 4 predicted, 6 true, 3 shared: 2 * 3 / 10; a text without spans that got none: 1; one that got some: 0
    ours, theirs = [range(3, 7), [], [1]], [range(4, 10), [], []]
    assert character_f1_of_each(ours, theirs).tolist() == pytest.approx([0.6, 1.0, 0.0])
    assert character_f1(ours, theirs) == pytest.approx(1.6 / 3)


def test_a_text_whose_toxic_characters_are_all_missed_counts_0():
    assert character_f1([[]], [[5, 6]]) == 0.0
    assert character_f1([], []) is None


def test_texts_and_predictions_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="zip"):
        character_f1([[1]], [])


def test_spans_cover_characters_once():
    assert characters([(2, 4), (3, 6), (9, 9)]) == {2, 3, 4, 5}
