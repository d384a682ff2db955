import numpy as np
import pyarrow as pa
import pytest

from classifiers.bootstrap import cluster_numbers, intervals

VALUES = np.arange(400) % 2


def mean(weights):
    return [float((VALUES * weights).sum() / weights.sum())]


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation():
    [(low, high)] = intervals(mean, np.arange(400))
    assert low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.008)
    assert high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.008)


def test_rows_of_one_cluster_are_drawn_together_and_count_for_less():
    [(low, high)] = intervals(mean, VALUES + 2 * (np.arange(400) // 40))  # 20 clusters, each all 0 or all 1
    assert high - low == pytest.approx(
        2 * 1.96 * 0.5 / np.sqrt(20), abs=0.07
    )  # means of 20 clusters are multiples of 0.05


def test_the_same_seed_gives_the_same_interval():
    first, again, other = (intervals(mean, np.arange(400), seed=seed, replicates=50) for seed in (1, 1, 2))
    assert first == again != other


def test_one_cluster_says_nothing_of_others():
    assert intervals(mean, np.zeros(400, np.int64)) == [None]
    assert intervals(mean, np.zeros(400, np.int64), replicates=0) == [None]


def test_a_figure_that_is_seldom_defined_has_no_interval():
    def rare(weights):
        return [1.0 if weights[0] else None, None, 2.0]

    assert intervals(rare, np.arange(50)) == [None, None, (2.0, 2.0)]


def test_clusters_are_numbered_and_rows_without_one_stand_alone():
    assert cluster_numbers(pa.array(["b", "a", "b"]), 3).tolist() == [0, 1, 0]
    assert cluster_numbers(pa.array(["b", None, "b", None]), 4).tolist() == [0, 1, 0, 2]
    assert cluster_numbers(pa.chunked_array([["x"], ["y", "x"]]), 3).tolist() == [0, 1, 0]
    assert cluster_numbers(None, 3).tolist() == [0, 1, 2]
    assert cluster_numbers(pa.array([], pa.string()), 0).tolist() == []
