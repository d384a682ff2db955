import re
import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.redpajama_lists import RedpajamaBadWords, RedpajamaStopWords

STOP_WORDS = {"en": ["the", "a", "don't", "Of", "_x", "..."], "fr": ["à", "où", "a", "-"]}
BAD_WORDS = {"en": ["ass", "bad word", "very bad word", "Shout", "a-b", "2g1c"], "it": ["caffe\u0300", "caffè", "ass"]}
KINDS = [RedpajamaStopWords(STOP_WORDS), RedpajamaBadWords(BAD_WORDS)]
PIECES = [
    "the", "The", "a", "of", "Of", "don't", "_x", "...", "-", "à", "où", "ass", "Ass", "bad", "word", "very", "shout",
    "Shout", "a-b", "ab", "2g1c", "caffè", "CAFFÈ", "caffe\u0300", " ", " ", " ", "\n", "\u00a0", ".", ",", "Σ",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.characters(codec="utf-8"))).map("".join)


def measure(*texts):
    batch = batch_of(texts)
    cuts = Cuts(batch["text"])
    columns = {name: column for kind in KINDS for name, column in kind.annotate(batch, cuts).items()}
    values = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def plainly(text):
    """The same measurements from the definitions of the source, in plain Python: the oracle."""
    raw = re.findall(r"\w+|[^\w\s]+", text)
    normal = text.translate(str.maketrans("", "", string.punctuation)).lower().strip()
    words = unicodedata.normalize("NFD", re.sub(r"\s+", " ", normal)).split()
    found = {
        f"rps_doc_stop_word_fraction_{language}": sum(word in of_list for word in raw) / len(raw) if raw else None
        for language, of_list in STOP_WORDS.items()
    }
    for language, of_list in BAD_WORDS.items():
        sizes = {1 + entry.count(" ") for entry in of_list}
        grams = [" ".join(words[j : j + n]) for n in sizes for j in range(len(words) - n + 1)]
        found[f"rps_doc_ldnoobw_words_{language}"] = sum(gram in of_list for gram in grams)
    return found


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=150, deadline=None)
def test_listed_words_are_those_that_plain_python_finds(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


def test_hostile_texts_agree_with_plain_python():
    assert measure(*HOSTILE_TEXTS) == [plainly(text) for text in HOSTILE_TEXTS]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_the_contract_holds(kind):
    check_annotator(kind)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("the cat, a dog", "rps_doc_stop_word_fraction_en", 2 / 5),  # the comma is a word
        ("The the", "rps_doc_stop_word_fraction_en", 1 / 2),  # case matters
        ("of Of", "rps_doc_stop_word_fraction_en", 1 / 2),
        ("don't", "rps_doc_stop_word_fraction_en", 0),  # don, ', t
        ("a", "rps_doc_stop_word_fraction_fr", 1),  # of both lists
        ("—", "rps_doc_stop_word_fraction_en", 0),
        (" ", "rps_doc_stop_word_fraction_en", None),
        ("An ass. ASS!", "rps_doc_ldnoobw_words_en", 2),
        ("assess", "rps_doc_ldnoobw_words_en", 0),
        ("Very bad,\nword", "rps_doc_ldnoobw_words_en", 2),  # bad word, very bad word: both sizes count
        ("bad words", "rps_doc_ldnoobw_words_en", 0),
        ("shout a-b ab", "rps_doc_ldnoobw_words_en", 0),  # entries are not normalised
        ("caff\u00e8", "rps_doc_ldnoobw_words_it", 1),  # by the decomposed entry; the composed one never matches
        ("--", "rps_doc_ldnoobw_words_en", 0),
        ("", "rps_doc_ldnoobw_words_it", 0),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


def test_words_of_different_documents_make_no_n_gram():
    assert [row["rps_doc_ldnoobw_words_en"] for row in measure("bad", "word", "bad word")] == [0, 0, 1]


@pytest.mark.parametrize("kind", [RedpajamaStopWords, RedpajamaBadWords])
@pytest.mark.parametrize("words", [{}, {"en": []}, {"en": ["", "a"]}])
def test_a_list_without_words_is_refused(kind, words):
    with pytest.raises(ConfigurationError, match="list"):
        kind(words)


def test_the_fingerprint_follows_from_the_lists():
    prints = {kind(words).fingerprint for kind in (RedpajamaStopWords, RedpajamaBadWords)
              for words in ({"en": ["a"]}, {"en": ["b"]}, {"de": ["a"]})}  # fmt: skip
    assert len(prints) == 6
