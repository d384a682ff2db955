import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.gopher_repetition import GopherRepetition

TEXTS = st.lists(
    st.sampled_from(["a", "b", "cé", "本", " ", " ", " ", "\n", "\n\n", "\n \n", "\r", "\x85"]), max_size=120
).map("".join)


def measure(*texts, words="whitespace"):
    batch = batch_of(texts)
    columns = GopherRepetition(words).annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def share(part, whole):
    return part / whole if whole else None


def later_copies(pieces):
    return [piece for place, piece in enumerate(pieces) if piece in pieces[:place]]


def duplicate_n_grams(words, n):
    seen, characters, place = set(), 0, 0
    while place + n <= len(words):
        gram = tuple(words[place : place + n])
        characters += sum(map(len, gram)) if gram in seen else 0
        place += n if gram in seen else 1
        seen.add(gram)
    return characters


def plainly(text):
    """The same measurements in plain Python: the oracle."""
    words, found = text.split(), {}
    lines, paragraphs = (re.split("\n+", text), re.split(r"\n{2,}", text.strip())) if text else ([], [])
    for kind, pieces in (("line", lines), ("paragraph", paragraphs)):
        copies = later_copies(pieces)
        found[f"duplicate_{kind}_fraction"] = share(len(copies), len(pieces))
        found[f"duplicate_{kind}_character_fraction"] = share(sum(map(len, copies)), len(text))
    for n in (2, 3, 4):
        grams = Counter(" ".join(words[place : place + n]) for place in range(len(words) - n + 1))
        top = [min(1, len(gram) * count / len(text)) for gram, count in grams.most_common(1)]
        found[f"top_{n}_gram_character_fraction"] = top[0] if top else None
    for n in range(5, 11):
        found[f"duplicate_{n}_gram_character_fraction"] = share(duplicate_n_grams(words, n), len(text))
    return found


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


@given(st.integers(1, 12), st.integers(2, 5))
@settings(max_examples=30, deadline=None)
def test_a_text_written_several_times_over_agrees_with_plain_python(period, copies):
    text = " ".join(f"word{k}" for k in range(period)) + " "
    assert measure(text * copies) == [plainly(text * copies)]


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("a\nb\nc\nd\ne\nf\ng\na\nb\nc", "duplicate_line_fraction", 0.3),
        ("a\nb\nc\nd\ne\nf\ng\nh\na\nb", "duplicate_line_fraction", 0.2),  # 0.4 where every copy counts (Dolma)
        ("a\nb\nc\nd\ne\nf\na\nb\nc\nd", "duplicate_line_fraction", 0.4),
        ("\na\n\n\nb\n", "duplicate_line_fraction", 0.25),  # an empty line at each end, one the copy of the other
        ("a\n\n\na\n", "duplicate_line_fraction", 1 / 3),
        ("\n", "duplicate_line_fraction", 0.5),
        ("\n\n\n", "duplicate_line_fraction", 0.5),
        ("a\r\na\r\nb", "duplicate_line_fraction", 1 / 3),
        ("a\n \n \na", "duplicate_line_fraction", 0.5),
        ("a\n a", "duplicate_line_fraction", 0),
        ("ab\nab\ncd", "duplicate_line_character_fraction", 0.25),
        ("é本\né本\ncd", "duplicate_line_character_fraction", 0.25),
        ("a\n\nb\n\na\n\n\na", "duplicate_paragraph_fraction", 0.5),
        (" \n\na\nb\n\na\nb\n\n ", "duplicate_paragraph_fraction", 0.5),
        ("a\n \na\n\na", "duplicate_paragraph_fraction", 0),  # a line of spaces parts no paragraphs
        ("a\n\n \n\n \n\na", "duplicate_paragraph_fraction", 0.5),
        (" \n ", "duplicate_paragraph_fraction", 0),  # one paragraph, and it is empty
        ("abc\n\nabc", "duplicate_paragraph_character_fraction", 3 / 8),
        ("a b c a b", "top_2_gram_character_fraction", 6 / 9),
        ("aa b a bb", "top_2_gram_character_fraction", 4 / 9),  # none twice: the first counts once
        ("a a a a", "top_2_gram_character_fraction", 1),  # three of three characters, in seven
        ("a b c d a b c", "top_3_gram_character_fraction", 10 / 13),
        ("a b c d", "top_4_gram_character_fraction", 1),
        ("a b c", "top_4_gram_character_fraction", None),
        ("a b c d e a b c d e", "duplicate_5_gram_character_fraction", 5 / 19),
        ("a b c d e a b c d", "duplicate_5_gram_character_fraction", 0),
        ("a a a a a a", "duplicate_5_gram_character_fraction", 5 / 11),
        ("a b c d e a b c d e", "duplicate_6_gram_character_fraction", 0),
        ("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0", "duplicate_10_gram_character_fraction", 10 / 39),
        ("ab c x x x a bc x x x", "duplicate_5_gram_character_fraction", 0),  # other words of the same letters
        ("", "duplicate_5_gram_character_fraction", None),
        ("", "duplicate_line_fraction", None),
        ("", "duplicate_paragraph_fraction", None),
        (" ", "duplicate_5_gram_character_fraction", 0),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


def test_n_grams_are_of_the_words_that_were_asked_for():
    assert measure("a, b, a, b")[0]["top_2_gram_character_fraction"] == 0.5
    assert measure("a, b, a, b", words="unicode")[0]["top_2_gram_character_fraction"] == 6 / 10
    assert GopherRepetition("unicode").fingerprint != GopherRepetition().fingerprint
