import string
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.characters import MARKS, end_mark_codes
from filters.contract import batch_of
from filters.cuts import Cuts
from filters.gopher_quality import GopherQuality
from filters.quality_kernels import STOP_WORDS

PARTS = ["the", "The", "to", "of", "and", "a", "é", "本", "🥇", "Á", "#", "...", "…", "....", "-", "•", "5", "٣", ",",
         "$", "\0", "\u0301", " ", " ", "\n", "\n", "\r\n", "\r", "\x85", "\u2028",
         "•", "¿", "１", "。", "\x7f", "\u00a0", "\u3000", "\x1c", "ǅ"]  # fmt: skip


def measure(*texts, words="whitespace"):
    batch = batch_of(texts)
    columns = GopherQuality(words).annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def cut(text, way):
    words = Cuts(pa.array([text])).words_by(way)
    return [words.data[a:b].tobytes().decode() for a, b in zip(words.starts, words.ends, strict=True)]


def makes_no_word(c):
    return (
        c in string.punctuation + MARKS
        or ord(c) in end_mark_codes()
        or (unicodedata.category(c) == "Cc" and c not in "\t\n")
    )


def plainly(text, way="whitespace"):
    """The same measurements in plain Python, after the source: the oracle."""

    def share(part, whole):
        return part / whole if whole else None

    def of(*categories):
        return sum(unicodedata.category(c) in categories or unicodedata.category(c)[0] in categories for c in text)

    words, lines = cut(text, way), text.splitlines()
    worded = [w for w in words if not all(map(makes_no_word, w))]
    return {
        "word_count": len(words),
        "gopher_word_count": len(worded),
        "mean_word_length": share(sum(map(len, worded)), len(worded)),
        "hash_word_ratio": share(text.count("#"), len(words)),
        "ellipsis_word_ratio": share(text.count("...") + text.count("…"), len(words)),
        "bullet_line_fraction": share(sum(line.lstrip().startswith(("•", "-")) for line in lines), len(lines)),
        "ellipsis_line_fraction": share(sum(line.rstrip().endswith(("...", "…")) for line in lines), len(lines)),
        "alphabetic_word_fraction": share(sum(any(c.isalpha() for c in w) for w in words), len(words)),
        "stop_word_count": len(set(words) & set(STOP_WORDS)),
        "character_count": len(text),
        "line_count": len(lines),
        "unique_word_fraction": share(len(set(words)), len(words)),
        "uppercase_fraction": share(of("Lu"), len(text)),
        "digit_fraction": share(of("Nd"), len(text)),
        "white_space_fraction": share(sum(c.isspace() for c in text), len(text)),
        "punctuation_fraction": share(of("P"), len(text)),
    }


@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=30).map("".join) | st.text(max_size=30), max_size=5))
@settings(max_examples=300, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]
    assert measure(*texts, words="unicode") == [plainly(text, "unicode") for text in texts]


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("one " * 49, "gopher_word_count", 49),
        ("one " * 49 + "& -- !", "gopher_word_count", 49),
        ("one " * 49 + "& -- !", "word_count", 52),
        ("one " * 50, "gopher_word_count", 50),
        ("one " * 51, "gopher_word_count", 51),
        ("abc abc ab", "mean_word_length", 8 / 3),
        ("abc abc ---------", "mean_word_length", 3),
        ("abc abcd abc", "mean_word_length", 10 / 3),
        ("été 本", "mean_word_length", 2),
        ("a " * 9 + "#", "hash_word_ratio", 0.1),
        ("a " * 10 + "#", "hash_word_ratio", 1 / 11),
        ("a " * 8 + "##", "hash_word_ratio", 2 / 9),
        ("a " * 9 + "b...", "ellipsis_word_ratio", 0.1),
        ("a " * 9 + "b…c...", "ellipsis_word_ratio", 0.2),
        ("a......", "ellipsis_word_ratio", 2),
        ("a.....", "ellipsis_word_ratio", 1),
        ("- a\n" * 9 + "b", "bullet_line_fraction", 0.9),
        ("- a\n" * 9 + "• b", "bullet_line_fraction", 1),
        ("- a\n" * 8 + "  • a\n* b\n", "bullet_line_fraction", 0.9),
        ("- a\n\n", "bullet_line_fraction", 0.5),
        ("a... \n" * 3 + "b\n" * 7, "ellipsis_line_fraction", 0.3),
        ("a…\n" * 4 + "b..\n" * 6, "ellipsis_line_fraction", 0.4),
        ("- a\r\n- b\x85- c\u2028d\n", "bullet_line_fraction", 0.75),
        ("- a\r\n", "line_count", 1),
        ("\u00a0\t• a\n·b", "bullet_line_fraction", 0.5),
        ("a...\u3000\r\nb .. .\n....\n…", "ellipsis_line_fraction", 0.75),
        ("... \n\n a\n\n", "ellipsis_line_fraction", 0.25),
        ("a • § €", "gopher_word_count", 4),  # symbols of Unicode that datatrove does not list
        ("a １ １２ 。॥ »—« \x00\x7f", "gopher_word_count", 2),
        ("a 1 b c d", "alphabetic_word_fraction", 0.8),
        ("a 1 b c 2", "alphabetic_word_fraction", 0.6),
        ("a1 1b", "alphabetic_word_fraction", 1),
        ("the the the The", "stop_word_count", 1),
        ("the, to", "stop_word_count", 1),
        ("the to", "stop_word_count", 2),
        ("with have that and of to be the", "stop_word_count", 8),
        ("be\0 thee th he", "stop_word_count", 0),
        ("the The the", "unique_word_fraction", 2 / 3),
        ("ÀbC1", "uppercase_fraction", 0.5),
        ("a1٣b", "digit_fraction", 0.5),
        ("a\u00a0\nb", "white_space_fraction", 0.5),
        ("a,。b", "punctuation_fraction", 0.5),
        ("a\nb\n", "line_count", 2),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


def test_words_of_unicode_leave_punctuation_apart():
    found = measure("the, to. can't", words="unicode")[0]
    assert (found["word_count"], found["gopher_word_count"], found["stop_word_count"]) == (5, 3, 2)
    assert GopherQuality("unicode").fingerprint != GopherQuality().fingerprint
    assert "UAX #29" in GopherQuality("unicode").signals[0].formula


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_what_is_shared_out_among_words_is_null_without_words(text):
    found = measure(text)[0]
    shared = ["mean_word_length", "hash_word_ratio", "ellipsis_word_ratio", "alphabetic_word_fraction"]
    assert [found[name] for name in shared] == [None] * 4
    assert found["word_count"] == found["stop_word_count"] == 0


def test_mean_word_length_is_null_where_every_word_is_only_symbols():
    assert measure("--- !!! $")[0]["mean_word_length"] is None


def test_line_fractions_are_null_without_lines():
    assert measure("")[0]["bullet_line_fraction"] is None
    assert measure("\n")[0]["bullet_line_fraction"] == 0
