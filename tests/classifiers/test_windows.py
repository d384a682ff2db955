import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.windows import cut_windows
from filters.characters import character_classes
from filters.contract import HOSTILE_TEXTS
from filters.cuts import Cuts
from filters.sentences import count_sentences


def cut(*texts, pieces=126, wanted=None):
    cuts = Cuts(pa.array(texts, pa.string()))
    return cut_windows(cuts.offsets, cuts.data, np.array(wanted or [True] * len(texts)), pieces)


def text_of(windows, starts, ends):
    return [windows.data[start:end].tobytes().decode() for start, end in zip(starts, ends, strict=True)]


def sentences(text, pieces=126):
    windows = cut(text, pieces=pieces)
    return text_of(windows, windows.sentence_starts, windows.sentence_ends)


def window_texts(*texts, pieces=126):
    windows = cut(*texts, pieces=pieces)
    return text_of(windows, windows.starts, windows.ends)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!  Three?\nFour", ["One.", "Two!", "Three?", "Four"]),
        ("  One line\n\n\nand another  \n", ["One line", "and another"]),
        ('He said "Go!" and J. R. went.', ['He said "Go!"', "and J. R. went."]),
        ("你好。世界！", ["你好。", "世界！"]),
        ("- - -\nAfter marks.", ["- - -\nAfter marks."]),
        ("Marks after. !!! ***", ["Marks after.", "!!! ***"]),
        ("*** 🥇 !!!", []),
        ("", []),
    ],
)
def test_sentences_end_by_the_rule_of_sentence_count_and_nothing_is_left_out(text, expected):
    assert sentences(text) == expected


def test_sentences_are_packed_into_windows_as_long_as_they_fit():
    # Nine tokens are packed to 8.1: "Aa bb cc." is estimated at 4 tokens, so two such sentences fit, and not three.
    assert window_texts("Aa bb cc. " * 5, pieces=9) == ["Aa bb cc. Aa bb cc."] * 2 + ["Aa bb cc."]
    assert window_texts("Aa bb cc. Dd.", pieces=4) == ["Aa bb", "cc.", "Dd."]  # 3.6: four tokens are too many


def test_a_window_never_crosses_from_one_text_to_the_next():
    windows = cut("One.", "", "Two. Three.", "Four.", wanted=[True, True, True, False])
    assert windows.rows.tolist() == [0, 1, 1, 2, 2]
    assert text_of(windows, windows.starts, windows.ends) == ["One.", "Two. Three."]
    assert windows.firsts.tolist() == [0, 1, 3]


def test_a_sentence_without_an_end_is_cut_at_words():
    words = [f"word{number}" for number in range(1000)]
    found = window_texts(" ".join(words))
    assert len(found) > 10
    assert " ".join(found).split() == words


def test_a_word_without_an_end_is_cut_between_characters():
    found = window_texts("é本x" * 2000)
    assert len(found) > 10
    assert "".join(found) == "é本x" * 2000


def test_ten_megabytes_without_a_sentence_end_are_windows_like_others():
    windows = cut("x" * 10_000_000)
    lengths = windows.ends - windows.starts
    assert lengths.sum() == 10_000_000
    assert lengths.max() < 500


SENTENCES = st.lists(
    st.sampled_from(
        ["a", "word", "J.", "end.", "What?!", '"Go!"', "1.5", "É", "本。", "\n", "...", "-", "🥇", "x" * 700]
    ),
    max_size=40,
).map(" ".join)


@given(st.lists(st.one_of(SENTENCES, st.text(max_size=30), st.sampled_from(HOSTILE_TEXTS)), max_size=4))
def test_windows_hold_all_of_a_text_in_order_and_each_sentence_is_one_of_the_rule(texts):
    windows = cut(*texts)
    cuts = Cuts(pa.array(texts, pa.string()))
    counts = count_sentences(cuts.offsets, cuts.data, character_classes())
    for row, text in enumerate(texts):
        mine = range(windows.rows[row], windows.rows[row + 1])
        pieces = text_of(windows, *(each[list(mine)] for each in (windows.starts, windows.ends)))
        first, last = windows.firsts[windows.rows[row]], windows.firsts[windows.rows[row + 1]]
        parts = text_of(windows, windows.sentence_starts[first:last], windows.sentence_ends[first:last])
        if counts[row]:
            assert "".join("".join(pieces).split()) == "".join(text.split()) == "".join("".join(parts).split())
            assert len(parts) >= counts[row]
            assert all(part and part == part.strip() for part in parts)
        else:
            assert not pieces


@given(st.lists(SENTENCES, min_size=1, max_size=4), st.integers(8, 200))
def test_a_text_has_the_same_windows_whatever_the_other_texts(texts, pieces):
    alone = [window_texts(text, pieces=pieces) for text in texts]
    assert window_texts(*texts, pieces=pieces) == [window for windows in alone for window in windows]
