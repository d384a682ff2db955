import numpy as np
import pyarrow as pa
import pytest

from classifiers.group_metrics import GroupRankings, final_score, group_masks, power_mean

SCORES = np.array([0.9, 0.6, 0.2, 0.8, 0.5, 0.1])
TRUTH = np.array([1, 0, 0, 1, 1, 0], np.bool_)
GROUP = np.array([1, 1, 1, 0, 0, 0], np.bool_)


def test_the_three_aucs_of_a_group():
    subgroup, bpsn, bnsp = GroupRankings(SCORES, TRUTH, GROUP).aucs()
    assert subgroup == 1.0  # 0.9 over 0.6 and 0.2
    assert bpsn == 0.75  # background positives 0.8, 0.5 over the group's negatives 0.6, 0.2: 0.5 < 0.6 alone is wrong
    assert bnsp == 1.0  # the group's positive 0.9 over the background's negative 0.1


def test_they_follow_weights():
    weights = np.array([1, 1, 0, 1, 3, 1])
    assert GroupRankings(SCORES, TRUTH, GROUP).aucs(weights)[1] == 0.25  # 0.8 > 0.6 once, 0.5 < 0.6 three times


def test_an_auc_that_lacks_a_kind_of_row_is_none():
    nobody = np.zeros(6, np.bool_)
    assert GroupRankings(SCORES, TRUTH, nobody).aucs() == (None, None, None)
    harmless = np.array([0, 1, 1, 0, 0, 0], np.bool_)
    assert GroupRankings(SCORES, TRUTH, harmless).aucs() == (None, pytest.approx(5 / 6), None)


def test_the_power_mean_lies_near_the_worst():
    assert power_mean([0.5, 1.0]) == pytest.approx(((32 + 1) / 2) ** (-1 / 5))
    assert power_mean([0.7, None, 0.7]) == pytest.approx(0.7)
    assert power_mean([0.0, 1.0]) == 0.0
    assert power_mean([None]) is None


def test_the_final_score_weighs_the_whole_and_the_groups():
    assert final_score(1.0, [(0.8, 0.6, 0.4), (0.8, 0.6, 0.4)]) == pytest.approx(0.7)
    assert final_score(1.0, [(0.8, 0.6, None)]) is None
    assert final_score(None, [(0.8, 0.6, 0.4)]) is None
    assert final_score(1.0, []) is None


def test_groups_come_from_names_or_lists_of_names():
    masks = group_masks(pa.array(["b", None, "a", "b"]))
    assert {name: mask.tolist() for name, mask in masks.items()} == {
        "a": [False, False, True, False],
        "b": [True, False, False, True],
    }
    assert list(masks) == ["a", "b"]
    several = group_masks(pa.chunked_array([pa.array([["women", "muslim"], [], None, ["women"]])]))
    assert several["women"].tolist() == [True, False, False, True]
    assert several["muslim"].tolist() == [True, False, False, False]
