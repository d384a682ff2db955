import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.histogram import Tally

numbers = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60)


def tally(*parts):
    made = Tally()
    for part in parts:
        made.add(np.asarray(part, np.float64))
    return made


def test_nothing_counted_is_no_histogram():
    assert tally([]).histogram() is None
    assert tally([np.nan, np.inf]).histogram() is None


def test_every_finite_value_is_counted_once():
    histogram = tally([0, 1, 2, 2, np.nan, -5]).histogram()
    assert histogram.documents == sum(histogram.counts) == 5


def test_integers_have_a_bin_each_where_they_are_few():
    histogram = tally([3, 4, 4, 6]).histogram([5])
    assert histogram.scale == "whole"
    assert histogram.edges == (2.5, 3.5, 4.5, 5.5, 6.5)
    assert histogram.counts == (1, 2, 0, 1)


def test_a_bin_begins_at_the_first_limit():
    histogram = tally(np.linspace(0, 1, 1000)).histogram([0.67])
    assert min(abs(edge - 0.67) for edge in histogram.edges) < 1e-12


def test_a_long_tail_is_drawn_on_a_logarithmic_scale():
    values = [*range(10, 60)] * 10 + [100_000] * 10
    histogram = tally(values).histogram([50])
    assert histogram.scale == "log"
    assert 0 < histogram.place(50) < 0.5
    assert histogram.maximum == pytest.approx(100_000, rel=1e-3)


def test_every_limit_has_a_place_within_the_figure():
    histogram = tally([1, 2, 3]).histogram([-40, 90])
    assert histogram.edges[0] <= -40
    assert histogram.edges[-1] >= 90
    assert 0 <= histogram.place(-40) < histogram.place(90) <= 1


def test_equal_values_make_a_histogram():
    histogram = tally([0.25] * 4).histogram([0.25])
    assert sum(histogram.counts) == 4
    assert histogram.edges == tuple(sorted(set(histogram.edges)))


@settings(max_examples=60)
@given(numbers, st.integers(0, 60), st.lists(st.floats(-1e6, 1e6), max_size=3))
def test_windows_in_any_order_make_the_same_histogram(values, cut, limits):
    whole = tally(values).histogram(limits)
    assert tally(values[cut:], values[:cut]).histogram(limits) == whole
    assert sum(whole.counts) == len(values)
    assert all(a < b for a, b in zip(whole.edges, whole.edges[1:], strict=False))
