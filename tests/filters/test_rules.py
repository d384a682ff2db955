import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measured import Measured
from filters.policy import Rule
from filters.rules import judge, judge_spans
from filters.signals import SPANS

ENGLISH_AND_OTHERS = ["en", "de", "fr", None]


def verdict(rule, values, languages=None, measured=None, **more):
    array = values if isinstance(values, pa.Array) else pa.array(values, pa.float64())
    spoken = pa.array(languages or [None] * len(array), pa.string())
    there = np.ones(len(array), np.bool_) if measured is None else np.array(measured)
    return judge(rule, array, there, spoken, **more)


def rule(**keys):
    return Rule("name", "signal", **keys)


def test_values_at_a_limit_are_within_it():
    just = [np.nextafter(3.0, -np.inf), 3.0, np.nextafter(3.0, np.inf)]
    assert verdict(rule(minimum=3), just).failed.tolist() == [True, False, False]
    assert verdict(rule(maximum=3), just).failed.tolist() == [False, False, True]
    assert verdict(rule(minimum=3, maximum=3), just).failed.tolist() == [True, False, True]


def test_a_limit_of_zero_is_a_limit():
    assert verdict(rule(maximum=0), [-1.0, 0.0, 1.0]).failed.tolist() == [False, False, True]
    assert verdict(rule(minimum=0), [-1.0, 0.0, 1.0]).failed.tolist() == [True, False, False]
    assert verdict(rule(minimum={"en": 0}), [-1.0], ["en"]).failed.tolist() == [True]


def test_limits_by_language_with_and_without_a_default():
    values = [45.0] * 4
    with_default = verdict(rule(minimum={"en": 50, "default": 40}), values, ENGLISH_AND_OTHERS)
    assert with_default.failed.tolist() == [True, False, False, False]
    assert with_default.minimum.tolist() == [50, 40, 40, 40]
    without = verdict(rule(minimum={"en": 50, "de": 40}), values, ENGLISH_AND_OTHERS)
    assert without.judged.tolist() == [True, True, False, False]
    assert without.failed.tolist() == [True, False, False, False]


def test_a_rule_with_one_limit_by_language_and_one_for_all_judges_everyone():
    found = verdict(rule(minimum={"en": 50}, maximum=60), [45.0, 70.0, 45.0], ["en", "de", "de"])
    assert found.judged.all()
    assert found.failed.tolist() == [True, True, False]
    assert found.margin.tolist()[:2] == [5, 10]


def test_a_rule_for_some_languages_judges_no_other_and_no_unknown_one():
    found = verdict(rule(minimum=50, languages=("en", "de")), [1.0] * 4, ENGLISH_AND_OTHERS)
    assert found.judged.tolist() == found.failed.tolist() == [True, True, False, False]


def test_undefined_values_pass_or_fail_as_the_rule_says():
    values = [None, 1.0, float("nan")]
    passing = verdict(rule(minimum=0), values)
    assert passing.nulls.tolist() == [True, False, True]
    assert not passing.failed.any()
    failing = verdict(rule(minimum=0, when_null="fail"), values)
    assert failing.failed.tolist() == [True, False, True]
    assert np.isnan(failing.margin).all()


def test_one_of_judges_text():
    found = verdict(rule(one_of=("en", "no")), pa.array(["en", "no", "de", "", None]))
    assert found.failed.tolist() == [False, False, True, True, False]
    assert found.nulls.tolist() == [False, False, False, False, True]
    assert found.texts.to_pylist()[2] == "de"
    assert np.isnan(found.values).all()
    assert verdict(rule(one_of=(), when_null="fail"), pa.array(["en", None])).failed.all()


def test_booleans_are_judged_as_one_and_zero():
    assert verdict(rule(maximum=0), pa.array([True, False, None])).failed.tolist() == [True, False, False]


def test_whole_numbers_are_judged_by_fractional_limits():
    assert verdict(rule(minimum=2.5), pa.array([2, 3], pa.int64())).failed.tolist() == [True, False]


def test_what_a_gate_left_out_is_not_judged():
    found = verdict(rule(minimum=5, when_null="fail"), [None, None, 1.0], measured=[False, True, True])
    assert found.judged.tolist() == found.failed.tolist() == [False, True, True]
    assert found.nulls.tolist() == [False, True, False]


def test_quantile_limits_go_by_group_and_a_group_without_one_is_not_judged():
    groups = pa.array(["en", "de", "xx", None])
    top = verdict(rule(keep_top=0.5, by="language"), [4.0] * 4, quantiles={"en": 5.0, "de": 4.0}, groups=groups)
    assert top.judged.tolist() == [True, True, False, False]
    assert top.failed.tolist() == [True, False, False, False]
    assert top.margin[0] == 1
    bottom = verdict(rule(keep_bottom=0.5), [4.0, 6.0], quantiles={"": 5.0})
    assert bottom.failed.tolist() == [False, True]
    assert not verdict(rule(keep_top=0.5), [4.0], quantiles={}).judged.any()


def test_infinite_values_and_limits_raise_no_warning():
    infinity = float("inf")
    found = verdict(rule(minimum=-infinity, maximum=infinity), [infinity, -infinity, 0.0])
    assert not found.failed.any()
    assert np.isnan(found.margin).all()
    assert verdict(rule(maximum=1), [infinity]).margin.tolist() == [infinity]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(allow_subnormal=False)), min_size=1),
    st.floats(allow_nan=False),
    st.floats(allow_nan=False),
)
def test_margins_of_failures_are_not_negative_and_others_have_none(values, low, high):
    found = verdict(rule(minimum=min(low, high), maximum=max(low, high)), values)
    assert (found.margin[found.failed] >= 0).all()
    assert np.isnan(found.margin[~found.failed]).all()


def spans(*rows):
    keys = ("start", "end", "score")
    return pa.array(
        [None if r is None else [dict(zip(keys, s, strict=True), label="x", unit="word") for s in r] for r in rows],
        SPANS,
    )


def judged_spans(given_rule, found, languages=None, measured=None):
    spoken = pa.array(languages or [None] * len(found), pa.string())
    return judge_spans(given_rule, found, np.array(measured or [True] * len(found)), spoken)


def test_spans_at_the_least_score_are_acted_upon():
    found = spans([(0, 1, 0.4), (2, 3, 0.5)], None, [], [(1, 2, 0.9)])
    acted = judged_spans(rule(spans=True, minimum=0.5), found)
    assert acted.rows.tolist() == [0, 3]
    assert acted.start.tolist() == [2, 1]
    assert acted.failed.tolist() == [True, False, False, True]
    assert judged_spans(rule(spans=True), found).rows.tolist() == [0, 0, 3]


def test_span_limits_go_by_language():
    found = spans(*[[(0, 1, 0.6)]] * 3)
    acted = judged_spans(rule(spans=True, minimum={"en": 0.7, "de": 0.5}), found, ["en", "de", "fr"])
    assert acted.judged.tolist() == [True, True, False]
    assert acted.failed.tolist() == [False, True, False]
    assert acted.minimum.tolist() == [0.5]


def test_sliced_spans_and_unmeasured_documents():
    found = spans([(0, 1, 1.0)], [(2, 3, 1.0)], [(4, 5, 1.0)]).slice(1)
    acted = judged_spans(rule(spans=True), found, measured=[False, True])
    assert acted.rows.tolist() == [1]
    assert acted.start.tolist() == [4]


@pytest.mark.parametrize(
    ("name", "there"), [("a@x", [1, 1, 1, 1]), ("b@x", [1, 0, 1, 1]), ("c@y", [1, 0, 1, 1]), ("d@y", [1, 0, 0, 1])]
)
def test_a_column_is_measured_for_what_no_earlier_gate_stopped(name, there):
    measured = Measured(
        columns={"a@x": 1, "b@x": 2, "c@y": 3, "d@y": 4}, gates={"x/first": 1, "y/second": 3}, passes=()
    )
    batch = pa.record_batch({"stopped_at": pa.array([None, "x/first", "y/second", None])})
    assert measured.mask(name, batch).tolist() == [bool(t) for t in there]
    nobody = pa.record_batch({"stopped_at": pa.nulls(2, pa.string())})
    assert measured.mask(name, nobody).all()


def test_labels_and_units_choose_the_spans_that_are_acted_upon():
    places = [("threat", "word"), ("insult", "word"), ("threat", "sentence")]
    row = [{"start": k, "end": k + 1, "label": a, "score": 1.0, "unit": b} for k, (a, b) in enumerate(places)]
    found = pa.array([[], row, row[1:2]], SPANS)
    assert judged_spans(rule(spans=True, labels=("threat",)), found).start.tolist() == [0, 2]
    assert judged_spans(rule(spans=True, unit="word"), found).start.tolist() == [0, 1, 1]
    acted = judged_spans(rule(spans=True, labels=("threat", "other"), unit="sentence"), found)
    assert (acted.start.tolist(), acted.labels.to_pylist(), acted.units.to_pylist()) == ([2], ["threat"], ["sentence"])
    assert acted.failed.tolist() == [False, True, False]


def test_undefined_spans_pass_unless_the_rule_says_that_they_fail():
    found = spans(None, [], [(0, 1, 1.0)], None)
    acted = judged_spans(rule(spans=True), found, measured=[True, True, True, False])
    assert acted.nulls.tolist() == [True, False, False, False]
    assert acted.failed.tolist() == [False, False, True, False]
    acted = judged_spans(rule(spans=True, when_null="fail"), found, measured=[True, True, True, False])
    assert acted.failed.tolist() == [True, False, True, False]
