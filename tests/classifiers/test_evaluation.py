import numpy as np
import pyarrow as pa
import pytest

from classifiers.evaluation import LEAST_ROWS, Figure, evaluate
from filters.intervals import wilson

HALF = {"bad": 0.5}


def one(scores, truth, **more):
    truth = truth if isinstance(truth, pa.Array) else pa.array(truth)
    [figures] = evaluate({"bad": np.array(scores, np.float64)}, {"bad": truth}, thresholds=HALF, **more)
    return figures


def test_the_figures_of_a_label():
    figures = one([0.9, 0.6, 0.4, 0.1], [True, False, True, False], replicates=50)
    assert (figures.rows, figures.positives, figures.clusters, figures.unjudged) == (4, 2, 4, 0)
    assert figures.auc.value == 0.75
    assert figures.precision.value == figures.recall.value == figures.false_positive_rate.value == 0.5
    assert figures.f1.value == figures.macro_f1.value == 0.5
    assert figures.calibration_error.value == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)


def test_missing_labels_and_scores_are_left_out_and_counted():
    figures = one([0.9, np.nan, 0.4, np.nan], pa.array([1.0, 1.0, None, None]), replicates=5)
    assert (figures.rows, figures.positives, figures.unjudged) == (1, 1, 1)
    assert figures.auc == Figure(None, None)
    assert one([0.9, 0.4], pa.array([1.0, np.nan]), replicates=5).rows == 1


def test_shares_of_judges_count_from_one_half():
    assert one([0.9, 0.9, 0.9], pa.array([0.49, 0.5, 1.0]), replicates=5).positives == 2


def test_no_texts_give_no_figures():
    figures = one([], pa.array([], pa.bool_()))
    assert figures.rows == 0
    assert figures.auc == figures.precision == figures.calibration_error == Figure(None, None)


def test_intervals_by_cluster_are_wider_than_by_text():
    drawn = np.random.default_rng(0)
    clusters = np.repeat(np.arange(30), 20)
    truth = np.tile([True, False], 300)
    scores = np.clip(0.5 + 0.1 * truth + 0.2 * drawn.normal(size=30)[clusters] + 0.05 * drawn.normal(size=600), 0, 1)
    by_text = one(scores, truth, replicates=200).auc
    by_cluster = one(scores, truth, clusters=pa.array(clusters), replicates=200).auc
    assert by_text.value == by_cluster.value
    for low, high in (by_text.interval, by_cluster.interval):
        assert low < by_text.value < high
    assert np.ptp(by_cluster.interval) < np.ptp(by_text.interval)  # each cluster holds as many of either kind
    rate, clustered = (one(scores, truth, replicates=200, **how).false_positive_rate.interval
                       for how in ({}, {"clusters": pa.array(clusters)}))  # fmt: skip
    assert np.ptp(clustered) > 2 * np.ptp(rate)


def test_a_rate_of_nothing_has_an_interval_that_is_not_nothing():
    figures = one([0.1] * 40, [False] * 40, replicates=20)
    assert figures.false_positive_rate == Figure(0.0, wilson(0, 40))
    by_cluster = one([0.1] * 40, [False] * 40, clusters=pa.array(["a", "b", "c", "d"] * 10), replicates=20)
    assert by_cluster.false_positive_rate == Figure(0.0, wilson(0, 4))


GROUPS = pa.array(["women"] * 20 + ["men"] * 20 + ["few"] * (LEAST_ROWS - 1) + [None] * 11)
SCORES = [0.9, 0.6] * 10 + [0.9, 0.2] * 10 + [0.1] * (LEAST_ROWS - 1) + [0.1] * 11
TRUTH = [True, False] * 20 + [False] * 20


def test_groups_stand_side_by_side():
    figures = one(SCORES, TRUTH, groups=GROUPS, replicates=20)
    assert [group.group for group in figures.groups] == ["men", "women"]
    assert figures.groups_left_out == 1
    men, women = figures.groups
    assert (women.rows, women.positives) == (20, 10)
    assert women.false_positive_rate == Figure(1.0, wilson(10, 10))
    assert men.false_positive_rate == Figure(0.0, wilson(0, 10))
    assert women.subgroup_auc.value == women.bpsn_auc.value == 1.0
    assert figures.final == 1.0


def test_a_text_can_belong_to_several_groups():
    lists = pa.array([["women", "black"]] * 20 + [["women"]] * 20 + [[]] * 20)
    figures = one(SCORES, TRUTH, groups=lists, replicates=20)
    assert [(group.group, group.rows) for group in figures.groups] == [("black", 20), ("women", 40)]
    assert figures.clusters == 60


def test_texts_are_drawn_by_group_where_there_are_enough_and_no_cluster_is_named():
    few = one(SCORES, TRUTH, groups=GROUPS, replicates=20)
    assert (few.drawn_by, few.clusters) == ("text", 60)
    many = one(SCORES, TRUTH, groups=pa.array([f"site {row % 20}" for row in range(60)]), replicates=20)
    assert (many.drawn_by, many.clusters) == ("group", 20)
    named = one(SCORES, TRUTH, groups=GROUPS, clusters=pa.array(["a", "b", "c"] * 20), replicates=20)
    assert (named.drawn_by, named.clusters) == ("cluster", 3)


def test_scores_that_are_no_probabilities_are_refused():
    with pytest.raises(ValueError, match=r"bad are no probabilities: they lie between 0\.5 and 3\.0"):
        one([0.5, 3.0], [True, False])
