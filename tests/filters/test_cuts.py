import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.characters import WHITE_SPACE, character_classes
from filters.cuts import Cut, Cuts

BOUNDARIES = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
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


@given(
    st.lists(
        st.lists(
            st.sampled_from([*BOUNDARIES, "\n\r", "\x1f", "\t", "\u2027", "\u202a", "Â", "a", "…"]), max_size=20
        ).map("".join),
        max_size=5,
    )
)
@settings(max_examples=300, deadline=None)
def test_split_lines_are_those_of_str_splitlines_and_a_last_one_that_may_be_empty(texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    found = pieces(cuts, cuts.split_lines)
    assert [lines[:-1] if lines[-1] == "" else lines for lines in found] == [text.splitlines() for text in texts]
    assert [len(lines) for lines in found] == [len((text + "a").splitlines()) for text in texts]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_split_lines_are_the_lines_where_line_feeds_are_all(boundary):
    cuts = Cuts(pa.array(["a\nb\t\x1f\u2026", f"c{boundary}"], pa.string()))
    assert (cuts.split_lines is cuts.lines) == (boundary == "\n")


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


@pytest.mark.parametrize("space", SPACES)
def test_a_word_begins_and_ends_at_any_byte(space):
    texts = ["é" * (k % 3) + "a" * k + space + "b" * k + "…" for k in range(75)]
    cuts = Cuts(pa.array(texts, pa.string()))
    assert pieces(cuts, cuts.words) == [text.split() for text in texts]
    assert pieces(cuts, cuts.lines) == [text.split("\n") for text in texts]
    assert pieces(cuts, cuts.split_lines) == [text.splitlines() for text in texts]


@given(st.lists(st.text("a\0é", max_size=30).map(lambda word: word * 2), max_size=30))
@settings(max_examples=200, deadline=None)
def test_words_are_equal_only_where_all_bytes_are(words):
    words = [word for word in words if word]
    cuts = Cuts(pa.array(["x", " ".join(words)], pa.string()))
    assert cuts.words.firsts.tolist() == [0, *(1 + words.index(word) for word in words)]
    assert cuts.words.lengths.tolist() == [1, *map(len, words)]


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
