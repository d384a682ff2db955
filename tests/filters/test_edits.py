import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.annotations import STEP_EDITS
from filters.edits import apply_edits, characters_added, characters_cut, has_edits
from filters.measured import replay
from filters.signals import EDITS


def edit(start, end, replacement=""):
    return {"start": start, "end": end, "replacement": replacement, "reason": "test"}


@st.composite
def edited_texts(draw):
    """Texts, each with a sorted list of edits that do not overlap, or None."""
    rows = []
    for text in draw(st.lists(st.text(max_size=30), max_size=6)):
        places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
        edits = [edit(a, b, draw(st.text(max_size=4))) for a, b in zip(places[::2], places[1::2], strict=False)]
        rows.append((text, draw(st.sampled_from([edits, edits, None]))))
    return rows


def twin(text, edits):
    for e in reversed(edits or []):
        text = text[: e["start"]] + e["replacement"] + text[e["end"] :]
    return text


def arrays(rows):
    return pa.array([t for t, _ in rows], pa.string()), pa.array([e for _, e in rows], EDITS)


@settings(max_examples=150, deadline=None)
@given(edited_texts(), st.integers(0, 3))
def test_edited_texts_are_those_of_plain_python_slices_and_nulls_included(rows, first):
    texts, edits = (array.slice(first) for array in arrays(rows))
    wanted = [twin(*row) for row in rows[first:]]
    made = apply_edits(texts, edits)
    made.validate(full=True)
    assert made.to_pylist() == wanted
    assert has_edits(edits).tolist() == [bool(e) for _, e in rows[first:]]


@settings(max_examples=100, deadline=None)
@given(edited_texts(), st.integers(0, 3))
def test_lengths_follow_from_offsets(rows, first):
    texts, edits = (array.slice(first) for array in arrays(rows))
    lengths = np.array([len(text) for text, _ in rows[first:]], np.int64)
    lengths = lengths - characters_cut(edits) + characters_added(edits)
    assert lengths.tolist() == [len(text) for text in apply_edits(texts, edits).to_pylist()]


def test_texts_without_edits_are_the_very_array():
    texts = pa.array(["a", "b"])
    assert apply_edits(texts, pa.array([[], None], EDITS)) is texts


def test_an_insertion_and_an_edit_may_stand_at_the_same_place():
    edits = pa.array([[edit(1, 1, "x"), edit(1, 2, "y"), edit(2, 2, "z")]], EDITS)
    assert apply_edits(pa.array(["éàü"]), edits).to_pylist() == ["éxyzü"]


@pytest.mark.parametrize("edits", [[edit(0, 3), edit(2, 4)], [edit(3, 4), edit(0, 1)], [edit(3, 2)]])
def test_edits_that_overlap_or_run_backwards_are_refused(edits):
    with pytest.raises(ValueError, match="the edits of text 1 overlap, or do not stand in the order"):
        apply_edits(pa.array(["", "abcdef"]), pa.array([[], edits], EDITS))


@pytest.mark.parametrize("edits", [[edit(0, 7)], [edit(-1, 2)], [edit(7, 7, "x")]])
def test_edits_outside_of_the_text_are_refused(edits):
    with pytest.raises(ValueError, match="not within its 6 characters"):
        apply_edits(pa.array(["abcdef"]), pa.array([edits], EDITS))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=5), st.data(), st.integers(0, 2))
def test_replaying_passes_gives_every_later_text(texts, data, first):
    passes = ("one/a", "one/b", "two/a")
    versions, rows = [texts], [[] for _ in texts]
    for name in passes:
        after = []
        for row, text in enumerate(versions[-1]):
            places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
            edits = [
                edit(a, b, data.draw(st.text(max_size=3))) for a, b in zip(places[::2], places[1::2], strict=False)
            ]
            rows[row] += [{"step": name, **e} for e in edits]
            after.append(twin(text, edits))
        versions.append(after)
    original, edits = pa.array(texts, pa.string()).slice(first), pa.array(rows, STEP_EDITS).slice(first)
    for made, version in enumerate(versions):
        assert replay(original, edits, passes[:made]).to_pylist() == version[first:]
