import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.juicer_quality import JuicerQuality
from filters.special_characters import SPECIAL, juicer_classes

PARTS = [
    *"aBéГ本一²-!1🥇 \n\t\r\x0b\x1c\x85\u2028\u3000",
    "\r\n",
    "abcdefghij",
    "aaaaaaaaaaaa",
    "-a b! C d e f g h i j ",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


def measure(*texts):
    batch = batch_of(texts)
    columns = JuicerQuality().annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def share(part, whole):
    return part / whole if whole else None


SPECIALS = "".join(chr(code) for code in range(0x20000) if juicer_classes()[code] & SPECIAL)


def is_special(character):
    return bool(juicer_classes()[ord(character)] & SPECIAL)


def refined(text):
    words = [word.lower().strip(SPECIALS) for word in text.replace("\n", " ").replace("\t", " ").split(" ")]
    return [word for word in words if word]


def n_grams(pieces):
    return Counter(tuple(pieces[place : place + 10]) for place in range(len(pieces) - 9))


def plainly(text):
    """The same measurements in plain Python: the oracle."""
    lines, words = text.splitlines(), refined(text)
    characters = n_grams(text)
    repeated = [count for _, count in characters.most_common() if count > 1]
    found = {
        "alphanumeric_fraction": share(sum(map(str.isalnum, text)), len(text)),
        "special_character_fraction": share(sum(map(is_special, text)), len(text)),
        "mean_line_length": share(len(text), len(lines)),
        "longest_line_length": max(map(len, lines), default=None),
        "character_repetition_fraction": share(sum(repeated[: math.isqrt(len(characters))]), characters.total()),
        "word_repetition_fraction": share(
            sum(count for count in n_grams(words).values() if count > 1), n_grams(words).total()
        ),
        "word_count": len(words),
    }
    return {f"juicer_{name}": value for name, value in found.items()}


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


def test_hostile_texts_agree_with_plain_python():
    texts = [text for text in HOSTILE_TEXTS if "İ" not in text]  # lower-cased to two characters by Python
    assert measure(*texts) == [plainly(text) for text in texts]


def test_the_contract_holds():
    check_annotator(JuicerQuality())


@pytest.mark.parametrize("character", "!1 \n\u3000，・€😀🏿一士Гπ°")
def test_a_character_of_the_sources_list_is_special(character):
    assert is_special(character)


@pytest.mark.parametrize("character", "aéгⅣ本🇩\u0301\u200d\ufe0f")
def test_other_characters_are_not_special(character):
    assert not is_special(character)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("a---", "alphanumeric_fraction", 0.25),  # the limit
        ("a----", "alphanumeric_fraction", 0.2),
        ("²本_Ⅳ", "alphanumeric_fraction", 0.75),
        ("abc!", "special_character_fraction", 0.25),  # the limit
        ("abcd!", "special_character_fraction", 0.2),
        ("一本", "special_character_fraction", 0.5),  # the source's list has ideographs
        ("123456789\n123456789\n", "mean_line_length", 10),  # the limit; ends of lines are characters
        ("123456789\r\n12345678\r\n", "mean_line_length", 10.5),
        ("12345678\n123456789\n", "mean_line_length", 9.5),
        ("123456789\u2028a\n", "longest_line_length", 9),
        ("é" * 10 + "\r\na", "longest_line_length", 10),  # the limit
        ("\n\n", "longest_line_length", 0),
        ("", "longest_line_length", None),
        ("a" * 12, "character_repetition_fraction", 1),
        ("abcdefghijk" * 2, "character_repetition_fraction", 4 / 13),  # 2 of 13 repeat, of 11 distinct: 3 may be taken
        ("abcdefghijklm" * 2, "character_repetition_fraction", 6 / 17),  # 4 of 13 repeat; 3 may be taken
        ("abcdefghi", "character_repetition_fraction", None),
        ("A-b c d e f g h i j k " * 2, "word_repetition_fraction", 2 / 11),
        ("a b c d e f g h i j k", "word_repetition_fraction", 0),
        ("A! b c d e f g h i J " + "'a' b c d e f g h i j", "word_repetition_fraction", 2 / 11),
        ("a b c d e f g h i", "word_repetition_fraction", None),
        ("a b c d e f g h i j -", "word_count", 10),  # the limit
        ("a b c d e f g h 1990 -", "word_count", 8),  # digits are special
        ("a\u00a0b\rc\vd", "word_count", 1),  # neither of these divides
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][f"juicer_{signal}"] == value
