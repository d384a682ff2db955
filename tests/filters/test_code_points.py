import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.code_points import lengths, to_bytes, to_code_points
from filters.cuts import text_buffers


def positions_in(texts, choose):
    rows = [choose(len(text)) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    return starts, np.array([p for row in rows for p in row], np.int64)


@given(st.lists(st.text(max_size=20)), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_bytes_and_code_points_are_those_of_python_in_any_order(texts, random):
    offsets, data = text_buffers(pa.array(["x", *texts], pa.string())[1:])
    starts, positions = positions_in(texts, lambda n: [random.randint(0, n) for _ in range(random.randint(0, 5))])
    rows = np.repeat(np.arange(len(texts)), np.diff(starts))
    expected = [offsets[r] + len(texts[r][:p].encode()) for r, p in zip(rows, positions, strict=True)]
    found = to_bytes(offsets, data, starts, positions)
    assert found.tolist() == expected
    assert to_code_points(offsets, data, starts, found).tolist() == positions.tolist()
    assert lengths(offsets, data).tolist() == [len(text) for text in texts]


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_of_its_text_is_refused(position):
    offsets, data = text_buffers(pa.array(["né", "more"]))
    with pytest.raises(ValueError, match="text 0 is not within its 2 characters"):
        to_bytes(offsets, data, np.array([0, 1, 1]), np.array([position]))


@pytest.mark.parametrize("position", [2, 8])
def test_a_byte_outside_of_its_text_is_refused(position):
    offsets, data = text_buffers(pa.array(["né", "more"]))
    with pytest.raises(ValueError, match="text 1 is not within bytes 3 to 7"):
        to_code_points(offsets, data, np.array([0, 0, 1]), np.array([position]))
