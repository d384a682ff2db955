import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.c4_bad_words import C4BadWords
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError

LISTS = {"en": ["ass", "ass hat", "f*** you", "Idiot"], "de": ["arsch", "ass", "öl"], "ja": ["馬鹿", "sm", "ass"]}


def counts(text, lists=LISTS):
    batch = batch_of([text])
    columns = C4BadWords("bad", lists).annotate(batch, Cuts(batch["text"]))
    return {name.removeprefix("bad_"): column.to_pylist()[0] for name, column in columns.items()}


def test_it_keeps_the_contract_of_annotators():
    check_annotator(C4BadWords("bad", LISTS))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("", 0),
        ("ass", 1),
        ("An ASS!", 1),
        ("class", 0),
        ("ass1", 0),
        ("_ass", 0),
        ("²ass", 0),
        ("ass\u0301", 1),
        ("馬ass", 0),
        ("a\nass\nb", 1),
        ("ass ass,ass", 3),
        ("ass hat", 1),
        ("ass  hat", 1),
        ("ass\u00a0hatter", 1),
        ("f*** you", 1),
        ("f***\nyou", 0),
        ("an idiot, Idiot", 0),
        ("\U00020000ass", 0),
        ("😀ass😀", 1),
    ],
)
def test_a_listed_word_counts_where_the_sources_see_it(text, english):
    assert counts(text)["en"] == english


def test_lists_are_told_apart_and_japanese_needs_no_spaces():
    assert counts("Bypass ÖL 馬鹿者 sm") == {"en": 0, "de": 1, "ja": 2}


@pytest.mark.parametrize("lists", [{}, {"en": []}, {"en": ["a", " "]}])
def test_an_empty_list_is_refused(lists):
    with pytest.raises(ConfigurationError, match=r"^bad: "):
        C4BadWords("bad", lists)


def test_the_fingerprint_follows_name_and_lists():
    given = [("a", {"en": ["x"]}), ("b", {"en": ["x"]}), ("a", {"en": ["y"]}), ("a", {"de": ["x"]})]
    assert len({C4BadWords(*one).fingerprint for one in given}) == 4


def reference(text, words, anywhere):
    """Whether the regular expression of the sources finds one of the words."""
    escaped = "|".join(map(re.escape, words))
    return re.search(escaped if anywhere else rf"(?:\W|^)({escaped})(?:\W|$)", text.lower()) is not None


words = st.lists(st.text("abcÉ馬 -", min_size=1, max_size=3).filter(str.strip), min_size=1, max_size=4)


@given(st.text("abABC c_é1馬\n-😀\u0301²", max_size=20), words, words)
@settings(max_examples=300)
def test_a_text_has_a_match_where_the_regular_expression_has(text, english, chinese):
    english, chinese = ([word.strip() for word in some] for some in (english, chinese))
    found = counts(text, {"en": english, "zh": chinese})
    assert (found["en"] > 0) == reference(text, english, anywhere=False)
    assert (found["zh"] > 0) == reference(text, chinese, anywhere=True)
