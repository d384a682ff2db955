from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.nemo_repetition import NemoRepetition

PIECES = ["a", "b", "cé", "本", " ", " ", "  ", "\n", "\n\n"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=100).map("".join)
LONG_WORDS = st.lists(st.sampled_from(["a" * 31, "a" * 32, "a", "ab" * 16, " ", " ", "\n"]), max_size=40).map("".join)


def measure(*texts):
    batch = batch_of(texts)
    columns = NemoRepetition().annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def share(part, whole):
    return part / whole if whole else None


def duplicate_characters(words, n):
    """Words of n-grams seen before, each once, with a space before each; but none where such a stretch begins."""
    seen, characters, covered = set(), 0, 0
    for place in range(len(words) - n + 1):
        gram = tuple(words[place : place + n])
        if gram in seen:
            characters += sum(len(word) + 1 for word in words[max(place, covered) : place + n])
            characters -= covered <= place
            covered = place + n
        seen.add(gram)
    return characters


def plainly(text):
    """The same measurements in plain Python: the oracle."""
    words, found = text.split(), {}
    for kind, pieces in (
        ("line", [line for line in text.split("\n") if line.strip()]),
        ("paragraph", text.split("\n\n") if words else []),
    ):
        found[f"nemo_unique_{kind}_fraction"] = share(len(set(pieces)), len(pieces))
        found[f"nemo_unique_{kind}_character_fraction"] = share(len("".join(set(pieces))), len("".join(pieces)))
    for n in (2, 3, 4):
        grams = Counter(" ".join(words[place : place + n]) for place in range(len(words) - n + 1))
        top = [(len(text) - len(text.replace(gram, ""))) / len(text) for gram, _ in grams.most_common(1)]
        found[f"nemo_top_{n}_gram_character_fraction"] = top[0] if top else None
    for n in range(5, 11):
        found[f"nemo_duplicate_{n}_gram_character_fraction"] = (
            duplicate_characters(words, n) / len(text) if len(words) >= n else None
        )
    return found


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=300, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


@given(LONG_WORDS)
@settings(max_examples=200, deadline=None)
def test_n_grams_of_any_length_are_found_as_plain_python_finds_them(text):
    assert measure(text) == [plainly(text)]


def test_words_of_half_a_megabyte_are_looked_for_in_linear_time():
    text = "a" * 500_000 + "\n" + "a" * 500_000 + "\n" + "a" * 1_000_000  # the square of it would be felt
    assert measure(text)[0]["nemo_top_2_gram_character_fraction"] == 0


@given(st.integers(1, 12), st.integers(2, 5))
@settings(max_examples=30, deadline=None)
def test_a_text_written_several_times_over_agrees_with_plain_python(period, copies):
    text = " ".join(f"word{k}" for k in range(period)) + " "
    assert measure(text * copies) == [plainly(text * copies)]


def test_the_contract_holds():
    check_annotator(NemoRepetition())
    assert len(measure(*HOSTILE_TEXTS)) == len(HOSTILE_TEXTS)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("a\nb\nc\nd\ne\nf\ng\na\nb\nc", "unique_line_fraction", 0.7),  # the limit
        ("a\nb\nc\nd\ne\nf\ng\nh\na\nb", "unique_line_fraction", 0.8),
        ("a\nb\nc\nd\ne\nf\na\nb\nc\nd", "unique_line_fraction", 0.6),
        ("a\n \n \n\na ", "unique_line_fraction", 1),  # blank lines do not count, spaces in lines do
        ("ab\nab\ncd\nefgh", "unique_line_character_fraction", 0.8),  # the limit; line feeds are no characters of lines
        ("a\n\nb\n\na\n\n\na", "unique_paragraph_fraction", 0.75),  # the fourth begins with a line feed
        ("a\n\n\n\n", "unique_paragraph_fraction", 2 / 3),  # empty paragraphs count
        ("é本\n\né本\n\ncdefgh", "unique_paragraph_character_fraction", 0.8),  # the limit
        ("a b c a b d", "top_2_gram_character_fraction", 6 / 11),
        ("a b c a  b a\nb", "top_2_gram_character_fraction", 3 / 14),  # counted thrice, found once
        ("a b xa bx a b", "top_2_gram_character_fraction", 9 / 13),  # within other words too
        ("a b c", "top_4_gram_character_fraction", None),
        ("a b c d e a b c d e", "duplicate_5_gram_character_fraction", 9 / 19),
        ("a b c d e a b c d", "duplicate_5_gram_character_fraction", 0),
        ("a a a a a a", "duplicate_5_gram_character_fraction", 9 / 11),
        ("a a a a a a a", "duplicate_5_gram_character_fraction", 11 / 13),
        ("a b c d", "duplicate_5_gram_character_fraction", None),
        ("", "unique_line_fraction", None),
        ("\n\n\n", "unique_paragraph_fraction", None),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][f"nemo_{signal}"] == value
