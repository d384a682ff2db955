import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.rules import Verdict
from reports.nearest import Nearest, distance_to_limit


def verdict(values, minimum=np.nan, maximum=np.nan):
    values = np.asarray(values, np.float64)
    count = len(values)
    low, high = np.full(count, float(minimum)), np.full(count, float(maximum))
    failed = (values < low) | (values > high)
    return Verdict(np.ones(count, bool), np.zeros(count, bool), failed, values, None, low, high)


def nearest(values, wanted=2, minimum=50):
    made = Nearest(wanted)
    found = verdict(values, minimum)
    made.add(0, np.arange(len(values)), ~found.failed, distance_to_limit(found), found)
    return made.found


def test_distance_is_a_share_of_the_nearer_limit():
    assert distance_to_limit(verdict([4, 9, 12], 3, 10)).tolist() == [1 / 3, 0.1, 0.2]


def test_distance_from_a_limit_of_zero_is_the_value_itself():
    assert distance_to_limit(verdict([2.0], maximum=0)).tolist() == [2.0]


def test_the_nearest_come_first():
    assert [n.value for n in nearest([90, 60, 50, 70])] == [50, 60]


def test_of_equally_near_documents_the_first_is_shown():
    assert [n.row for n in nearest([80, 50.2, 50.1, 50])] == [1, 2]


@settings(max_examples=50)
@given(st.lists(st.integers(50, 90), min_size=1, max_size=30), st.integers(0, 30))
def test_windows_do_not_change_what_is_nearest(values, cut):
    whole = nearest(values, 3)
    made = Nearest(3)
    for start, part in ((0, values[:cut]), (len(values[:cut]), values[cut:])):
        found = verdict(part, 50)
        made.add(0, start + np.arange(len(part)), ~found.failed, distance_to_limit(found), found)
    assert [(n.row, n.value) for n in made.found] == [(n.row, n.value) for n in whole]
