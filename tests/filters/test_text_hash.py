import unicodedata

import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.text_hash import normalize_text, text_digests, url_digests


def digests(*texts):
    return text_digests(pa.array(texts, pa.string())).to_pylist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello  World", "hello world"),
        ("\n hello\t\u00a0world\u2028", "Hello World"),
        ("CAF\u00c9", "cafe\u0301"),
        ("\u212b", "\u00e5"),
        ("\u212aelvin", "kelvin"),
        ("\U0001f600 A", "\U0001f600\n\na"),
        ("\u1100\u1161", "\uac00"),
        ("ΟΔΟΣ", "οδος"),
        ("", " \n"),
    ],
)
def test_texts_that_differ_in_case_composition_and_white_space_are_equal(one, other):
    assert digests(one) == digests(other)


@pytest.mark.parametrize(("one", "other"), [("a b", "ab"), ("a.", "a"), ("café", "cafe"), ("1", "2"), ("ß", "ss")])
def test_texts_that_differ_in_anything_else_are_not(one, other):
    assert digests(one) != digests(other)


def test_the_digest_is_the_xxh3_of_the_normal_text():
    [digest] = digests(" The\nEnd ")
    assert digest == xxhash.xxh3_128_digest(b"the end")


def test_a_null_has_no_digest_and_an_empty_batch_none():
    assert digests(None, "") == [None, xxhash.xxh3_128_digest(b"")]
    assert text_digests(pa.array([], pa.string())).type == pa.binary(16)


def test_a_slice_is_hashed_as_its_own_rows():
    texts = pa.array(["skipped", "a", None, "B\u0301", "c"], pa.string())
    assert text_digests(texts.slice(1, 3)).to_pylist() == digests("a", None, "b\u0301")


def test_every_character_that_has_a_fast_path_is_normalised_as_python_does():
    characters = [chr(code) for code in range(0x20100) if not 0xD800 <= code < 0xE000]
    texts = [f"x{character}Y {character}" for character in characters]
    expected = [xxhash.xxh3_128_digest(normalize_text(text).encode()) for text in texts]
    assert digests(*texts) == expected


@given(
    st.lists(st.text("aA Σσ\n\u0301é\u00a0ÉI\u0130\u1161\u1100\U0001e900\u3000", max_size=12) | st.text(), max_size=4)
)
@settings(max_examples=200)
def test_any_text_is_normalised_as_python_does(texts):
    assert digests(*texts) == [xxhash.xxh3_128_digest(normalize_text(text).encode()) for text in texts]


@given(st.text())
def test_normalising_twice_changes_nothing_but_case(text):
    once = normalize_text(text)
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


def test_urls_hash_by_their_canonical_spelling():
    urls = pa.array(["http://A.example:80?utm_source=x#y", "http://a.example/", None, "http://["], pa.string())
    one, other, absent, malformed = url_digests(urls).to_pylist()
    assert one == other == xxhash.xxh3_128_digest(b"http://a.example/")
    assert absent is None
    assert malformed is None
