import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.characters import end_mark_codes
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.fineweb import FineWeb

LINES = st.sampled_from(
    ["a b.", "a b.", "ab", "é。", "本？", " ", "\t", "", "", "a. ", "a.\r", "\u2028", "!", "a…", "x" * 30, "é" * 31]
)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)


def measure(*texts, **parameters):
    batch = batch_of(texts)
    columns = FineWeb(**parameters).annotate(batch, Cuts(batch["text"]))
    names = [name.removeprefix("fineweb_") for name in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)]


def plainly(text):
    """The same measurements in plain Python, after the source: the oracle."""

    def share(part, whole):
        return part / whole if whole else None

    lines = [line for line in text.split("\n") if line.strip()]
    copies = [line for place, line in enumerate(lines) if line in lines[:place]]
    marks = tuple(map(chr, end_mark_codes()))
    return {
        "line_punctuation_fraction": share(sum(line.endswith(marks) for line in lines), len(lines)),
        "short_line_fraction": share(sum(len(line) <= 30 for line in lines), len(lines)),
        "duplicate_line_character_fraction": share(sum(map(len, copies)), lines and len(text.replace("\n", ""))),
        "newline_word_ratio": share(text.count("\n"), len(text.split())),
    }


@given(st.lists(TEXTS | st.text(max_size=20), max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_kernel_agrees_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


def test_the_annotator_keeps_the_contract():
    check_annotator(FineWeb())


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("a\n" * 22 + "b.\nc?\nd!", "line_punctuation_fraction", 0.12),
        ("a\n" * 23 + "b.\nc?", "line_punctuation_fraction", 0.08),
        ("a\n" * 21 + "b.\nc?\nd!\n本。", "line_punctuation_fraction", 0.16),
        ("a\n\n \n\t\nb.", "line_punctuation_fraction", 0.5),
        ('a. \nb.\r\nc…\nd"\ne.)', "line_punctuation_fraction", 0),
        ("٪؟\nक।\nខ។\nա։", "line_punctuation_fraction", 1),
        ("é" * 29 + "\n" + "é" * 30 + "\n" + "é" * 31, "short_line_fraction", 2 / 3),
        ("a\n" * 67 + "é" * 31 + "\n" + ("é" * 40 + "\n") * 32, "short_line_fraction", 0.67),
        ("x" * 98 + "\ny\ny", "duplicate_line_character_fraction", 0.01),
        ("x" * 97 + "\ny\ny", "duplicate_line_character_fraction", 1 / 99),
        ("x" * 96 + "\nyy\n\nyy", "duplicate_line_character_fraction", 0.02),
        (" \n \nab\n ", "duplicate_line_character_fraction", 0),  # blank lines are no copies, but their spaces count
        ("a b c d e f g h i\nj\n\n", "newline_word_ratio", 0.3),
        ("a b c d e f g h i\nj\n", "newline_word_ratio", 0.2),
        ("a\n\n", "newline_word_ratio", 2),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \n\u3000"])
def test_a_blank_text_has_no_values(text):
    assert set(measure(text)[0].values()) == {None}


def test_how_long_a_short_line_is_can_be_said():
    found = [measure("ab\nabc\nabcd", short_line_characters=n)[0]["short_line_fraction"] for n in (2, 3, 4)]
    assert found == [1 / 3, 2 / 3, 1]
    assert FineWeb(short_line_characters=2).fingerprint != FineWeb().fingerprint
    with pytest.raises(ConfigurationError, match="short_line_characters is 0; it must be 1 or more"):
        FineWeb(short_line_characters=0)


def test_words_are_those_that_were_asked_for():
    assert measure("a,b\n")[0]["newline_word_ratio"] == 1
    assert measure("a,b\n", words="unicode")[0]["newline_word_ratio"] == 1 / 3
