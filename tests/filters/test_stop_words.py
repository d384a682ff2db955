import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.stop_words import StopWords

LISTS = {"fr": ["de", "la", "à", "l'"], "de": ["der", "die", "de"], "zh": ["的"]}


def counted(texts, **parameters):
    batch = batch_of(texts)
    columns = StopWords(LISTS, **parameters).annotate(batch, Cuts(batch["text"]))
    return [tuple(column[row].as_py() for column in columns.values()) for row in range(len(texts))]


def test_it_keeps_the_contract():
    check_annotator(StopWords(LISTS))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", (0, 0, 0)),
        ("la la la", (1, 0, 0)),
        ("de la à", (3, 1, 0)),
        ("La Die", (0, 0, 0)),
        ("la, (die)", (0, 0, 0)),
        ("的 本的", (0, 0, 1)),
    ],
)
def test_each_word_of_a_list_counts_once(text, counts):
    assert counted([text]) == [counts]


def test_the_cut_decides_what_a_word_is():
    assert counted(["本的 (die)"], words="unicode") == [(0, 1, 1)]


@given(
    st.lists(st.lists(st.sampled_from(["de", "la", "à", "der", "dé", "的", "x", "l'", "l"])).map(" ".join), max_size=5)
)
@settings(max_examples=100)
def test_counts_are_those_of_plain_sets(texts):
    assert counted(texts) == [
        tuple(len(set(text.split()) & set(of_list)) for of_list in LISTS.values()) for text in texts
    ]


@pytest.mark.parametrize("lists", [{}, {"fr": []}, {"fr": ["de", ""]}])
def test_a_list_without_words_is_refused(lists):
    with pytest.raises(ConfigurationError, match="stop_words"):
        StopWords(lists)
