"""Dolma's count of Gopher's measurements: cases by hand at every limit, and its own way, written plainly."""

import re
from collections import Counter
from statistics import median

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.dolma_gopher import DolmaGopher

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def measure(*texts):
    batch = batch_of(texts)
    columns = DolmaGopher().annotate(batch, Cuts(batch["text"]))
    return [{name.removeprefix("dolma_"): values[k].as_py() for name, values in columns.items()}
            for k in range(len(texts))]  # fmt: skip


def test_it_keeps_the_contract_of_annotators():
    check_annotator(DolmaGopher())


def words(number):
    return " ".join(f"w{k}" for k in range(number))


def lines(*given):
    return "\n".join(given)


different = [f"line {k}" for k in range(100)]


@pytest.mark.parametrize(
    ("signal", "limit", "below", "at", "above"),
    [
        ("word_count", 50, words(49), words(50), words(51)),
        ("word_count", 100_000, words(99_999), words(100_000), words(100_001)),
        ("median_word_length", 3, "aa aaa", "aaa aaa", "aaa aaaa"),
        ("median_word_length", 10, "x" * 9, "x" * 10, f"{'x' * 10} {'x' * 11}"),
        ("symbol_word_ratio", 0.1, "#b " + words(10), "#a#… " + words(9), "# … " + words(8)),
        ("alphabetic_word_fraction", 0.8, "a b c 4 5", "a b c d 5", "a b c d e"),
        ("stop_word_occurrences", 2, "the The", "the the", "the of the"),
        ("bullet_line_fraction", 0.9, lines(*["* a"] * 8, "x", " - y"), lines(*["- a"] * 9, "• x"),
         lines(*["-"] * 5, *["*"] * 5)),
        ("ellipsis_line_fraction", 0.3, lines("a…", "b…", *"cdefgh", "i...", "… "), lines(*["x…"] * 3, *"abcdefg"),
         lines(*["x…"] * 4, *"abcdef")),
        ("duplicate_line_fraction", 0.3, lines("a", "a", *different[:8]), lines("a", "a", "a", *different[:7]),
         lines("a", "a", "b", "b", *different[:6])),
        ("v2_duplicate_line_fraction", 0.3, lines("a", "", "a", "", *different[:8]),
         lines("a", "", "a", "", "a", *different[:7]), lines("a", "a", "", "", "b", "b", *different[:6])),
        ("duplicate_line_character_ratio", 0.3, *(lines(*"aaa", "b" * k) for k in (8, 7, 6))),
        ("top_2_gram_character_ratio", 0.2, *(f"a b {'x' * k} a b" for k in (17, 16, 15))),
        ("top_3_gram_character_ratio", 0.18, *(f"aaa bbb ccc {'x' * k} aaa bbb ccc" for k in (83, 82, 81))),
        ("top_4_gram_character_ratio", 0.16, *(f"a b c d {'x' * k} a b c d" for k in (43, 42, 41))),
    ],
)  # fmt: skip
def test_values_lie_where_they_are_worked_out_below_at_and_above_each_limit(signal, limit, below, at, above):
    low, middle, high = (measure(text)[0][signal] for text in (below, at, above))
    assert low < limit
    assert middle == limit
    assert high > limit


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("", "word_count", 0),
        ("", "median_word_length", None),
        ("", "duplicate_line_fraction", None),
        ("\n", "duplicate_line_fraction", 1),  # two empty lines
        ("\n\n\n", "v2_duplicate_line_fraction", 1),
        ("\na", "v2_duplicate_line_fraction", 0),
        ("a\n\nb\n\nc", "duplicate_line_fraction", 2 / 5),
        ("a\n\nb\n\nc", "v2_duplicate_line_fraction", 0),
        ("a b", "median_word_length", 1),
        ("a bb", "median_word_length", 1.5),
        (f"a {'b' * 64} {'c' * 70}", "median_word_length", 64),
        (f"{'a' * 65} {'b' * 200}", "median_word_length", 132.5),
        ("été ünder", "median_word_length", 4),
        ("## a", "symbol_word_ratio", 0.5),
        ("a... b", "symbol_word_ratio", 0),
        ("a…b c", "symbol_word_ratio", 0.5),
        ("to To to, to", "stop_word_occurrences", 2),
        ("a a a a", "top_2_gram_character_ratio", 6 / 4),  # overlapping copies
        ("a b", "top_2_gram_character_ratio", 1),
        ("a", "top_2_gram_character_ratio", None),
        ("aa b cc d", "top_2_gram_character_ratio", 3 / 6),  # the first of equals
        ("a b c d", "duplicate_5_gram_character_fraction", None),
        ("a b c d e", "duplicate_5_gram_character_fraction", 0),
        ("a b c d e a b c d e", "duplicate_5_gram_character_fraction", 10 / 30),
        ("x y\nx y", "duplicate_line_character_ratio", 6 / 4),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


@pytest.mark.parametrize(("n", "limit"), [(5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10)])
def test_duplicate_n_grams_lie_at_below_and_above_the_limit(n, limit):
    """Words of one letter: of w words with one n-gram twice, 2 of the w - n + 1 n-grams are copies."""
    letters = [chr(0x4E00 + k) for k in range(400)]

    def text(size):
        return " ".join([*letters[:n], *letters[100 : 100 + size - 2 * n], *letters[:n]])

    size = n - 1 + int(2 / limit)
    values = [measure(text(k))[0][f"duplicate_{n}_gram_character_fraction"] for k in (size + 2, size)]
    assert values == [2 / (size + 2 - n + 1), 2 / (size - n + 1)]
    assert values[0] < limit <= values[1]


def ratio(part, whole):
    return part / whole if whole else None


def plain(text):
    """Dolma's get_attributes as it is documented, null where it says 0 for want of words."""
    words, found = text.split(), {}
    characters = sum(map(len, words))
    found["word_count"] = len(words)
    found["median_word_length"] = float(median(map(len, words))) if words else None
    found["symbol_word_ratio"] = ratio(sum("#" in word or "…" in word for word in words), len(words))
    found["alphabetic_word_fraction"] = ratio(sum(any(map(str.isalpha, word)) for word in words), len(words))
    found["stop_word_occurrences"] = sum(word in STOP_WORDS for word in words)
    for version, pieces in (("", text.split("\n")), ("v2_", re.split("\n+", text))):
        counts, size = Counter(pieces), len(pieces) if text else 0
        found[f"{version}bullet_line_fraction"] = ratio(sum(p.startswith(("*", "-")) for p in pieces), size)
        found[f"{version}ellipsis_line_fraction"] = ratio(sum(p.endswith("…") for p in pieces), size)
        found[f"{version}duplicate_line_fraction"] = ratio(sum(c for c in counts.values() if c > 1), size)
        copied = sum(len(line) * count for line, count in counts.items() if count > 1)
        found["duplicate_line_character_ratio"] = ratio(copied, characters)
    for n in range(2, 11):
        grams = Counter(zip(*[words[k:] for k in range(n)], strict=False))
        sizes = {gram: count * sum(map(len, gram)) for gram, count in grams.items()}
        if n <= 4:
            top = max(grams, key=grams.get, default=None)
            found[f"top_{n}_gram_character_ratio"] = ratio(sizes[top], characters) if grams else None
        else:
            copied = sum(sizes[gram] for gram, count in grams.items() if count > 1)
            found[f"duplicate_{n}_gram_character_fraction"] = ratio(copied, sum(sizes.values())) if grams else None
    return found


pieces = st.sampled_from(["\n", "\n", " ", " ", "\u00a0", "\r", "#", "…", "...", "*", "-", "the", "of", "a", "b", "é",
                          "😀", "7", "the be to of and ", "x" * 70])  # fmt: skip
texts = st.one_of(st.lists(pieces, max_size=60).map("".join), st.text(max_size=60))


@given(st.lists(texts, max_size=3))
@example(["", "a\n", "\n\na"])
def test_the_values_are_those_of_dolmas_own_way(given_texts):
    assert measure(*given_texts) == [pytest.approx(plain(text)) for text in given_texts]


def test_a_slice_of_a_batch_has_the_same_values():
    texts = pa.array(["x", "the the", "a b\na b"])
    batch = batch_of(texts.to_pylist())
    columns = DolmaGopher().annotate(batch.slice(1), Cuts(batch["text"].slice(1)))
    assert columns["dolma_stop_word_occurrences"].to_pylist() == [2, 0]
