import importlib.resources
import re
import time
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.word_list import WordList

LISTED = ("ass", "Ass hat", "idiot", "straße", "İdiot", "馬鹿", "โง่", "f*** you", "été")


def columns_of(*texts, words=LISTED):
    batch = batch_of(texts)
    return WordList("bad", words).annotate(batch, Cuts(batch["text"]))


def found(text, words=LISTED):
    """The matched text and the label of every span."""
    [spans] = columns_of(text, words=words)["bad"].to_pylist()
    return [(text[span["start"] : span["end"]], span["label"]) for span in spans]


def test_it_keeps_the_contract_of_annotators():
    check_annotator(WordList("bad", LISTED))


@pytest.mark.parametrize(
    ("text", "match", "label"),
    [
        ("ass", "ass", "ass"),
        ("An ASS!", "ASS", "ass"),
        ("an\nass\nof", "ass", "ass"),
        ("(ass)", "ass", "ass"),
        ("😀 é ass", "ass", "ass"),
        ("ass-hat", "ass", "ass"),
        ("you ass hat", "ass hat", "Ass hat"),
        ("you ass \t\n hat", "ass \t\n hat", "Ass hat"),
        ("ass hatter", "ass", "ass"),
        ("die STRAßE da", "STRAßE", "straße"),
        ("die STRA\u1e9eE da", "STRA\u1e9eE", "straße"),
        ("ıdiot idiot", "idiot", "idiot"),
        ("İ idiot", "idiot", "idiot"),
        ("an İDIOT", "İDIOT", "İdiot"),
        ("a\u017f\u017f", "a\u017f\u017f", "ass"),
        ("你這馬鹿人", "馬鹿", "馬鹿"),
        ("คนโง่มาก", "โง่", "โง่"),
        ("well F*** YOU!", "F*** YOU", "f*** you"),
        ("L'ÉTÉ.", "ÉTÉ", "été"),
    ],
)
def test_a_listed_word_is_found_at_its_place(text, match, label):
    assert found(text) == [(match, label)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "class",
        "assess",
        "as s",
        "ass_",
        "ass1",
        "1ass",
        "ass\u0301",
        "éass",
        "STRASSE",
        "馬 鹿",
        "asshat",
        "été\u0301",
    ],
)
def test_a_part_of_a_word_is_no_match(text):
    assert found(text) == []


def test_matches_are_leftmost_longest_and_do_not_overlap():
    assert [match for match, _ in found("a b a b c a", words=["a b", "b a", "a b a b", "c", "c a"])] == [
        "a b a b",
        "c a",
    ]


def test_of_entries_that_fold_to_the_same_the_first_is_the_label():
    assert found("IDIOT", words=["Idiot", "idiot"]) == [("IDIOT", "Idiot")]


def test_counts_and_shares_are_of_words():
    columns = columns_of("ass-ass hat. is one idiot", "nothing bad", " \n", "ass hat")
    assert columns["bad_count"].to_pylist() == [3, 0, 0, 1]
    assert columns["bad_word_fraction"].to_pylist() == [3 / 5, 0, None, 1]


@pytest.mark.parametrize(("words", "message"), [([], "is empty"), (["a", " \n"], "empty entry")])
def test_an_empty_list_or_entry_is_refused(words, message):
    with pytest.raises(ConfigurationError, match=f"'bad' .*{message}"):
        WordList("bad", words)


def test_the_fingerprint_follows_name_and_words():
    assert WordList("a", ["x"]).fingerprint == WordList("a", ["x"]).fingerprint
    assert len({WordList(*given).fingerprint for given in [("a", ["x"]), ("a", ["y"]), ("b", ["x"])]}) == 3


@pytest.mark.parametrize("unit", ["a ", "ass ", "assassass", "a b", "f*** ", "馬"])
def test_hostile_repetition_takes_linear_time(unit):
    words = [*LISTED, "a " * 50 + "x"]
    columns_of("compiled", words=words)
    begin = time.process_time()
    columns_of(unit * (2_000_000 // len(unit)), words=words)
    assert time.process_time() - begin < 8


def test_many_matches_all_have_their_place():
    assert columns_of("ass " * 1000)["bad_count"].to_pylist() == [1000]


def reference(text, words):
    """Matches by trying every word at every place."""
    places, here, inner = [], 0, lambda c: (unicodedata.category(c)[0] in "LMN" or c == "_") and c != "馬"
    patterns = [re.compile(re.escape(word).replace(r"\ ", r"\s+"), re.IGNORECASE) for word in words]
    while here < len(text):
        ends = [match.end() for pattern in patterns if (match := pattern.match(text, here))]
        ends = [end for end in ends if end == len(text) or not inner(text[end])]
        if ends and (here == 0 or not inner(text[here - 1])):
            places.append((here, max(ends)))
            here = max(ends)
        else:
            here += 1
    return places


@given(
    st.text("abAB c_é1馬\n-😀", max_size=25),
    st.lists(st.text("abc馬é", min_size=1, max_size=3), min_size=1, max_size=5),
)
@settings(max_examples=300)
def test_matches_are_those_of_trying_every_word_everywhere(text, listed):
    words = [*listed, "a b"]
    [spans] = columns_of(text, words=words)["bad"].to_pylist()
    assert [(span["start"], span["end"]) for span in spans] == reference(text, words)


def test_our_own_list_is_sorted_lower_case_and_has_no_entry_twice():
    lines = (
        importlib.resources.files("filters.lists").joinpath("insults_en.txt").read_text(encoding="utf-8").splitlines()
    )
    words = [line for line in lines if not line.startswith("#")]
    assert words == sorted(set(words))
    assert all(word == word.lower().strip() for word in words)
    assert WordList("insults_en", words).annotate(batch := batch_of(["You IDIOT!"]), Cuts(batch["text"]))[
        "insults_en_count"
    ] == pa.array([1])
