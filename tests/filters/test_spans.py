import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.decisions import SPAN_EDITS
from filters.policy import Rule
from filters.rules import SpanVerdict
from filters.spans import span_edits

ROWS = 3


def acting(action, spans, token=""):
    """A rule and its verdict: spans are (row, start, end)."""
    spans = sorted(spans)
    columns = [np.array([s[k] for s in spans], np.int64) for k in range(3)]
    judged, ones = np.ones(ROWS, np.bool_), np.ones(len(spans))
    labels, units = (pa.array([word] * len(spans), pa.string()) for word in ("x", "match"))
    failed = np.isin(np.arange(ROWS), columns[0])
    verdict = SpanVerdict(judged, ~judged, failed, *columns, ones, labels, units, ones)
    return Rule("r", "signal", spans=True, action=action, token=token), verdict


def edits_of(*rules):
    named = [(f"s/{place}", *rule) for place, rule in enumerate(rules)]
    made = span_edits(named, ROWS)
    assert made.type == SPAN_EDITS
    made.validate(full=True)
    return [[tuple(edit.values()) for edit in row] for row in made.to_pylist()]


def test_overlapping_spans_merge_and_touching_ones_stay_two():
    mask = acting("mask", [(0, 0, 3), (0, 2, 5), (0, 5, 6), (2, 1, 2)], "<x>")
    assert edits_of(mask) == [[(0, 5, "<x>", "s/0"), (5, 6, "<x>", "s/0")], [], [(1, 2, "<x>", "s/0")]]


def test_removing_wins_over_masking_whatever_the_order():
    mask, remove = acting("mask", [(0, 0, 3)], "<x>"), acting("remove", [(0, 2, 5)])
    assert edits_of(mask, remove)[0] == [(0, 5, "", "s/1")]
    assert edits_of(remove, mask)[0] == [(0, 5, "", "s/0")]


def test_of_two_masks_the_rule_that_stands_first_gives_the_token():
    assert edits_of(acting("mask", [(0, 2, 5)], "A"), acting("mask", [(0, 0, 3)], "B"))[0] == [(0, 5, "A", "s/0")]


def test_empty_spans_and_other_actions_change_nothing():
    assert (
        edits_of(acting("mask", [(0, 2, 2)], "A"), acting("drop", [(1, 0, 3)]), acting("tag", [(1, 0, 3)])) == [[]] * 3
    )
    assert edits_of() == [[]] * 3


def painted(rules):
    """The same by painting characters: chains of overlapping spans, each with the first rule of its chain."""
    ranked = [r for r in enumerate(rules) if r[1][0].action == "remove"]
    ranked += [r for r in enumerate(rules) if r[1][0].action == "mask"]
    result = []
    for row in range(ROWS):
        spans = [
            (int(a), int(b), rank)
            for rank, (_, (_, v)) in enumerate(ranked)
            for r, a, b in zip(v.rows, v.start, v.end, strict=True)
            if r == row and b > a
        ]
        inner = [any(a < p < b for a, b, _ in spans) for p in range(40)]  # between p - 1 and p nothing may be cut
        covered = [any(a <= p < b for a, b, _ in spans) for p in range(40)]
        edits, begin = [], None
        for p in range(40):
            if begin is not None and not (covered[p] and inner[p]):
                rank = min(rank for a, b, rank in spans if begin <= a and b <= p)
                place, (rule, _) = ranked[rank]
                edits.append((begin, p, rule.token if rule.action == "mask" else "", f"s/{place}"))
                begin = None
            if covered[p] and begin is None:
                begin = p
        result.append(edits)
    return result


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["remove", "mask", "drop"]),
            st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 30), st.integers(0, 8)), max_size=6),
        ),
        max_size=4,
    )
)
def test_edits_are_those_of_painting_characters(drawn):
    rules = [
        acting(action, [(r, a, a + n) for r, a, n in spans], f"<{place}>" if action == "mask" else "")
        for place, (action, spans) in enumerate(drawn)
    ]
    assert edits_of(*rules) == painted(rules)
