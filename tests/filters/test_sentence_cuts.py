import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.characters import character_classes
from filters.cuts import text_buffers
from filters.hostile_texts import HOSTILE_TEXTS
from filters.sentence_cuts import sentences_of
from filters.sentences import count_sentences


def cut(texts):
    array = pa.array(texts, pa.string())
    return [(int(row), texts[row][start:end]) for row, start, end in zip(*sentences_of(array), strict=True)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Hé there. You? \n  ok!!! !!! ", ["Hé there.", "You?", "ok!!!"]),
        ("He met J. Smith. (So did I.) And?", ["He met J. Smith.", "(So did I.)", "And?"]),
        ("这是。那是！", ["这是。", "那是！"]),
        ("a\n\nb", ["a", "b"]),
        ("... \n --- ", []),
        ("", []),
    ],
)
def test_sentences_have_a_letter_and_no_white_space_around(text, sentences):
    assert cut(["x.", text]) == [(0, "x."), *((1, sentence) for sentence in sentences)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("aB1é. ?!…\n)\"'。😀") | st.sampled_from(HOSTILE_TEXTS), max_size=4))
def test_there_are_as_many_as_are_counted_and_they_stand_in_order(texts):
    array = pa.array(texts, pa.string())
    rows, starts, ends = sentences_of(array)
    counts = count_sentences(*text_buffers(array), character_classes())
    assert np.bincount(rows, minlength=len(texts)).tolist() == counts.tolist()
    assert (starts < ends).all()
    same = np.diff(rows) == 0
    assert (ends[:-1][same] <= starts[1:][same]).all()
