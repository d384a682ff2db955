import unicodedata
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS
from filters.errors import ConfigurationError
from filters.shingles import Shingling

LETTERS = st.sampled_from(
    ["a", "B", "é", "e\u0301", "ß", "7", "42", " ", "\n", ".", ",", "-", "本", "の", "ก", "\u00ad"]
)
TEXTS = st.lists(st.lists(LETTERS, max_size=12).map("".join), max_size=4)
MASK = (1 << 64) - 1
BASIS, PRIME, STEP, MIX = 0xCBF29CE484222325, 0x100000001B3, 0x9E3779B97F4A7C15, 0xFF51AFD7ED558CCD


def hashed(texts, **shingling):
    bounds, hashes = Shingling(**shingling).hashes(pa.array(texts, pa.string()))
    return [hashes[first:last].tolist() for first, last in pairwise(bounds)]


def same(one, other, **shingling):
    first, second = hashed([one, other], **shingling)
    return first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The quick, brown fox", "the  QUICK brown\nfox!"),
        ("café Ünal naïve résumé x", "cafe unal naive resume x"),
        ("cafe\u0301", "café"),
        ("in 1999 and 2001", "in 7 and 23"),
        ("co\u00adoperate", "cooperate"),
        ("本の, 虫", "本 の虫"),
        ("١٢٣ x", "4 x"),
    ],
)
def test_case_accents_digits_and_punctuation_make_no_difference(one, other):
    assert same(one, other)
    assert len(hashed([one])[0]) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "ab"), ("a b", "b a"), ("3.14", "314"), ("été", "et"), ("", "a"), ("ab cd", "a bcd")]
)
def test_other_words_are_other_shingles(one, other):
    assert not same(one, other)


def test_a_text_of_n_words_has_one_shingle_and_each_further_word_adds_one():
    assert [len(found) for found in hashed(["", " ", "a", "a b c d e", "a b c d e f", "a b c d e f g"])] == [
        0, 0, 1, 1, 2, 3,
    ]  # fmt: skip


def test_characters_of_scripts_without_spaces_are_items_of_their_own():
    assert [len(found) for found in hashed(["本の虫です", "本の虫ですね", "abc本の虫xyz", "ไทยแลนด์"], n=5)] == [
        1,
        2,
        1,
        3,
    ]


def test_shingles_of_characters_run_over_single_spaces():
    assert [len(found) for found in hashed([" ab,  cd ", "abcd", "a"], of="characters", n=3)] == [3, 2, 1]
    assert same("a  b. C", "A b c", of="characters", n=2)


@pytest.mark.parametrize("n", [0, 65, -1])
def test_a_length_that_makes_no_sense_is_refused(n):
    with pytest.raises(ConfigurationError, match="from 1 to 64"):
        Shingling("words", n)


def plain_items(text, of):
    """The normalised items of a text, slowly."""
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in ("Mn", "Me", "Cf"):
            continue
        if category == "Nd":
            kept.append("0")
        elif category[0] in "LMN":
            base = [c for c in unicodedata.normalize("NFD", character.lower()) if unicodedata.category(c) != "Mn"]
            stands = "".join(base) if len(base) == 1 else character.lower()
            kept.append(stands if len(stands) == 1 else character)
        else:
            kept.append(" ")
    squeezed = [c for place, c in enumerate(kept) if not (c == "0" and kept[place - 1 : place] == ["0"])]
    text = " ".join("".join(squeezed).split())
    alone = {"本", "の", "ก"}
    if of == "characters":
        return [(c, c in alone) for c in text]
    spaced = "".join(f" {c} " if c in alone else c for c in text)
    return [(word, word in alone) for word in spaced.split()]


def plain_hash(item, alone, of):
    value = BASIS
    for character in item:
        value = ((value ^ (ord(character) | (alone << 24))) * PRIME) & MASK
    return value * STEP & MASK if of == "characters" else value


@given(TEXTS, st.sampled_from(["words", "characters"]), st.integers(1, 4))
@settings(max_examples=300)
def test_hashes_are_those_of_a_slow_twin(texts, of, n):
    expected = []
    for text in texts:
        items = [plain_hash(*item, of) for item in plain_items(text, of)]
        windows = [items[k : k + n] for k in range(max(len(items) - n + 1, min(len(items), 1)))]
        sums = [sum(item * pow(STEP, len(w) - 1 - k, 1 << 64) for k, item in enumerate(w)) & MASK for w in windows]
        expected.append([(((s ^ (s >> 32)) * MIX) & MASK) >> 32 for s in sums])
    assert hashed(texts, of=of, n=n) == expected


@pytest.mark.parametrize("of", ["words", "characters"])
def test_rows_do_not_influence_each_other(of):
    assert hashed(HOSTILE_TEXTS, of=of) == [hashed([text], of=of)[0] for text in HOSTILE_TEXTS]


def test_a_slice_of_an_array_has_the_hashes_of_its_texts():
    texts = pa.array(["one two", "three four", "five six"])
    _, sliced = Shingling(n=2).hashes(texts.slice(1, 1))
    assert sliced.tolist() == hashed(["three four"], n=2)[0]
