import numpy as np

from filters.sums import share, sum_by_row


def test_a_share_of_nothing_is_null():
    assert share(np.array([1, 0, 0]), np.array([4, 2, 0])).to_pylist() == [0.25, 0.0, None]


def test_each_row_has_the_sum_of_its_own_pieces_and_an_empty_one_has_0():
    assert sum_by_row(np.array([1, 2, 4, 8]), np.array([0, 2, 2, 4])).tolist() == [3, 0, 12]
    assert sum_by_row(np.array([1, 2, 4, 8]), np.array([1, 3])).tolist() == [6]


def test_no_row_has_no_sum():
    assert sum_by_row(np.empty(0, np.int64), np.array([0])).tolist() == []
