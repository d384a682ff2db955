import re

import numpy as np

from reports.figures import axis_marks, histogram_figure
from reports.histogram import Tally


def rule(values, limits, *, minimum=False, maximum=False):
    tally = Tally()
    tally.add(np.asarray(values, np.float64))
    made = tally.histogram(limits)
    parts = {name: getattr(made, name) for name in ("edges", "counts", "scale", "documents", "minimum", "median")}
    return {
        "histogram": {**parts, "maximum": made.maximum},
        "limits": [{"value": limit, "place": made.place(limit)} for limit in limits],
        "minimum_fails": minimum,
        "maximum_fails": maximum,
    }


def sides(figure):
    return re.findall(r'class="(within|beyond|either)"', figure)


def test_a_value_at_its_limit_is_within():
    assert sides(histogram_figure(rule([0, 0, 0], [0], maximum=True))) == ["within"]
    assert sides(histogram_figure(rule([0, 0, 0], [0], minimum=True))) == ["within"]


def test_bars_beyond_either_limit_have_the_colour_of_what_is_removed():
    figure = histogram_figure(rule([1, 4, 9], [3, 6], minimum=True, maximum=True))
    assert sides(figure) == ["beyond", "within", "beyond"]


def test_with_limits_by_group_no_bar_takes_sides():
    assert set(sides(histogram_figure(rule([1, 4, 9], [3, 6], minimum=True)))) == {"either"}


def test_every_count_is_in_a_title():
    figure = histogram_figure(rule([1, 1, 1, 7], [], minimum=False))
    assert re.findall("<title>(.*?)</title>", figure) == ["1: 3", "7: 1"]


def test_the_axis_names_its_ends_and_the_median():
    marks = axis_marks(rule(np.linspace(0, 1, 1001), [0.3], minimum=True))
    assert [mark["text"] for mark in marks][0::2] == ["0.005", "0.995"]
    assert marks[1]["text"].startswith("median 0.5")
