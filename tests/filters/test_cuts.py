import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.characters import WHITE_SPACE, character_classes
from filters.cuts import Cut, Cuts

SPACES = [chr(code) for code in range(0x110000) if chr(code).isspace()]
TEXTS = st.lists(
    st.text(st.sampled_from([*SPACES, "\n", "\n", "a", "b", "é", "本", "🥇", "\u200b", "\0"]), max_size=40)
)


def pieces(cuts: Cuts, cut: Cut) -> list[list[str]]:
    found = [cuts.data[a:b].tobytes().decode() for a, b in zip(cut.starts, cut.ends, strict=True)]
    return [found[a:b] for a, b in zip(cut.rows[:-1], cut.rows[1:], strict=True)]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_words_are_those_of_str_split(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    assert pieces(cuts, cuts.words) == [text.split() for text in texts]


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_lines_are_those_of_str_split_at_line_feeds(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    assert pieces(cuts, cuts.lines) == [text.split("\n") for text in texts]


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_paragraphs_are_those_of_a_regular_expression(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    expected = [re.split(r"\n{2,}", text.strip()) if text.strip() else [] for text in texts]
    assert pieces(cuts, cuts.paragraphs) == expected


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_first_equal_word_is_found_within_its_text(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    expected = [
        start + words.index(w)
        for start, text in zip(cuts.words.rows, texts, strict=False)
        for words in [text.split()]
        for w in words
    ]
    assert cuts.words.firsts.tolist() == expected
    assert cuts.words.lengths.tolist() == [len(word) for text in texts for word in text.split()]


def test_a_slice_of_an_array_is_cut_as_its_copy():
    texts = pa.array(["zero x", "one two", None, "né\nb"], pa.string())
    cuts = Cuts(texts[1:])
    assert pieces(cuts, cuts.words) == [["one", "two"], [], ["né", "b"]]
    assert pieces(cuts, cuts.lines) == [["one two"], [""], ["né", "b"]]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["\n"]])
def test_texts_without_words_have_rows_of_none(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    assert cuts.words.rows.tolist() == [0] * (len(texts) + 1)
    assert len(cuts.words.starts) == len(cuts.paragraphs.starts) == 0


def test_white_space_is_that_of_python():
    found = np.flatnonzero(character_classes() & WHITE_SPACE)
    assert found.tolist() == [ord(space) for space in SPACES]
