import math
import re
import string
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.redpajama_lines import RedpajamaLines
from filters.redpajama_normal import normal_words
from filters.redpajama_repetitions import RedpajamaRepetitions
from filters.redpajama_tables import normalised
from filters.redpajama_text import RedpajamaText
from filters.redpajama_words import RedpajamaWords

KINDS = [RedpajamaLines, RedpajamaRepetitions, RedpajamaText, RedpajamaWords]
PAGES = Path(__file__).parents[3] / "shared/data/web/pages.parquet"
PIECES = [
    "a", "b", "A", "AB", "é", "É", "e\u0301", "\u0323", "\u0301", "Σ", "ΑΣ", "İ", "Dž", "dž", "한", "٣", "½", "三", "_",
    "'", "#", "...", "…", ".", "!", "?", "”", "{", "}", "-", "–", "•", "javascript", "JavaScript", "lorem", "ipsum",
    "Lorem ipsum", " ", " ", " ", "\n", "\n", "\u00a0", "\u2003", "\x1c", "\r", "\x00", "\U0001f600", "\U00100000", "7",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.characters(codec="utf-8"))).map("".join)
REPETITIVE = st.lists(st.sampled_from(["a", "bc", "É", "Σ", "d"]), max_size=60).map(" ".join)


def measure(*texts):
    batch = batch_of(texts)
    cuts = Cuts(batch["text"])
    columns = {name: column for kind in KINDS for name, column in kind().annotate(batch, cuts).items()}
    values = zip(*(column.to_pylist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def normalise(text):
    text = text.translate(str.maketrans("", "", string.punctuation)).lower().strip()
    return unicodedata.normalize("NFD", re.sub(r"\s+", " ", text))


def mean(values):
    return sum(values) / len(values) if values else None


def plainly(text):
    """The same measurements from the definitions of the source, in plain Python: the oracle."""
    normal = normalise(text)
    words, raw = normal.split(), re.findall(r"\w+|[^\w\s]+", text)
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    plain_lines = [normalise(line) for line in lines]
    size, letters = len(words), sum(map(len, words))
    times = Counter(words).values()
    symbols = sum(text.count(symbol) for symbol in ("#", "...", "…"))
    found = {
        "rps_doc_word_count": size,
        "rps_doc_mean_word_length": letters / size if size else None,
        "rps_doc_frac_unique_words": len(times) / size if size else None,
        "rps_doc_unigram_entropy": sum(-k / size * math.log(k / size) for k in times) if size else None,
        "rps_doc_lorem_ipsum": normal.count("lorem ipsum") / len(normal) if normal else None,
        "rps_doc_num_sentences": len(re.findall(r"\b[^.!?]+[.!?]*", text)),
        "rps_doc_symbol_to_word_ratio": symbols / len(raw) if raw else None,
        "rps_doc_frac_no_alph_words": mean([not re.search("[a-zA-Z]", word) for word in raw]),
        "rps_doc_frac_all_caps_words": mean([word.isupper() for word in raw]),
        "rps_doc_curly_bracket": mean([character in "{}" for character in text]),
        "rps_doc_frac_lines_end_with_ellipsis": mean([line.rstrip().endswith(("...", "…")) for line in lines]),
        "rps_lines_ending_with_terminal_punctution_mark": mean(
            [line.rstrip().endswith((".", "!", "?", "”")) for line in lines]
        ),
        "rps_lines_start_with_bulletpoint": mean([line.lstrip().startswith(tuple("•‣▶◀◦■□▪▫–")) for line in lines]),
        "rps_lines_num_words": mean([len(line.split()) for line in plain_lines]),
        "rps_lines_javascript_counts": sum(line.split().count("javascript") for line in plain_lines) if lines else None,
        "rps_lines_uppercase_letter_fraction": mean([sum(map(str.isupper, line)) / len(line) for line in lines]),
        "rps_lines_numerical_chars_fraction": mean(
            [sum(map(str.isnumeric, line)) / max(len(line), 1) for line in plain_lines]
        ),
    }
    for n in range(2, 11):
        grams = [tuple(words[place : place + n]) for place in range(size - n + 1)]
        counted = Counter(grams)
        if n < 5:
            (top, times_top), *_ = counted.most_common(1) or [((), 0)]
            part = sum(map(len, top)) * times_top if times_top > 1 else 0
            found[f"rps_doc_frac_chars_top_{n}gram"] = part / letters if letters else None
            continue
        repeated = {place + k for place, gram in enumerate(grams) if counted[gram] > 1 for k in range(n)}
        part = sum(len(words[place]) for place in repeated)
        found[f"rps_doc_frac_chars_dupe_{n}grams"] = part / letters if letters else None
    return found


def check(*texts):
    for text, found in zip(texts, measure(*texts), strict=True):
        expected = plainly(text)
        assert sorted(found) == sorted(expected)
        for name, value in expected.items():
            assert found[name] == (None if value is None else pytest.approx(value, rel=1e-12, abs=1e-12)), (name, text)


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=150, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    check(*texts)


@given(REPETITIVE)
@settings(max_examples=150, deadline=None)
def test_repetitions_agree_with_plain_python(text):
    check(text, f"{text} {text}")


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=100, deadline=None)
def test_normalised_words_are_those_that_python_makes(texts):
    cut = normal_words(Cuts(batch_of(texts)["text"]))
    words = [bytes(cut.data[start:end]).decode() for start, end in zip(cut.starts, cut.ends, strict=True)]
    assert [words[cut.rows[row] : cut.rows[row + 1]] for row in range(len(texts))] == [
        normalise(text).split() for text in texts
    ]
    assert [normalised(text) for text in texts] == [" ".join(normalise(text).split()) for text in texts]


def test_every_character_is_normalised_and_counted_as_python_does():
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    texts = [f"x{' '.join(characters[first : first + 4096])}x" for first in range(0, 0x30000, 4096)]
    cut = normal_words(Cuts(batch_of(texts)["text"]))
    for row, text in enumerate(texts):
        places = range(cut.rows[row], cut.rows[row + 1])
        assert [bytes(cut.data[cut.starts[j] : cut.ends[j]]).decode() for j in places] == normalise(text).split()
    check(*texts[:8], *texts[16:20])


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract_holds(kind):
    check_annotator(kind())


def test_hostile_texts_agree_with_plain_python():
    check(*HOSTILE_TEXTS)


@pytest.mark.skipif(not PAGES.exists(), reason="the shared pages are not here")
def test_pages_of_the_web_agree_with_plain_python():
    pages = pq.read_table(PAGES, columns=["language", "text"])
    is_english = pc.equal(pages["language"], "en").to_numpy()
    chosen = [pages.take(np.flatnonzero(is_english == english)[::30][:50]) for english in (True, False)]
    check(*(text for part in chosen for text in part["text"].to_pylist()))


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("Don't stop -- now.", "rps_doc_word_count", 3),  # the dashes vanish, don't is one word
        ("Don't stop -- now.", "rps_doc_mean_word_length", 11 / 3),
        ("É", "rps_doc_mean_word_length", 2),  # NFD: the accent is a character
        ("A a b", "rps_doc_frac_unique_words", 2 / 3),
        ("a b", "rps_doc_unigram_entropy", math.log(2)),
        ("a A", "rps_doc_unigram_entropy", 0),
        ("Lorem, ipsum", "rps_doc_lorem_ipsum", 1 / 11),
        ("lorem\n\nipsumx", "rps_doc_lorem_ipsum", 1 / 12),
        ("One. Two! ... ?? Three", "rps_doc_num_sentences", 3),
        ("... !", "rps_doc_num_sentences", 0),
        ("a#b c.... …", "rps_doc_symbol_to_word_ratio", 3 / 6),  # a, #, b, c, ...., …
        ("a 1 é", "rps_doc_frac_no_alph_words", 2 / 3),
        ("A A1 Ab 11", "rps_doc_frac_all_caps_words", 0.5),
        ("{a}\n", "rps_doc_curly_bracket", 0.5),
        ("a...\nb… \n\nc", "rps_doc_frac_lines_end_with_ellipsis", 0.5),
        ("a.\n", "rps_lines_ending_with_terminal_punctution_mark", 1),
        ('a."\nb.”', "rps_lines_ending_with_terminal_punctution_mark", 0.5),  # the straight mark is none
        ("– a\n- b\n • c\n* d", "rps_lines_start_with_bulletpoint", 0.5),
        ("a b - c\nd", "rps_lines_num_words", 2),
        ("JavaScript, javascript: javascripts", "rps_lines_javascript_counts", 2),
        ("A\nA", "rps_lines_uppercase_letter_fraction", 0.75),  # the line feed is a character of its line
        ("1, 2\n-", "rps_lines_numerical_chars_fraction", 1 / 3),
        ("a b c a b", "rps_doc_frac_chars_top_2gram", 4 / 5),
        ("a b c", "rps_doc_frac_chars_top_2gram", 0),
        ("a a a a", "rps_doc_frac_chars_top_2gram", 6 / 4),  # copies overlap
        ("a b c d e A, b c. d e", "rps_doc_frac_chars_dupe_5grams", 1),  # the first copy counts too
        ("a b c d e a b c d", "rps_doc_frac_chars_dupe_5grams", 0),
        ("a b", "rps_doc_frac_chars_dupe_5grams", 0),
        ("--", "rps_doc_frac_chars_dupe_5grams", None),
        ("", "rps_lines_num_words", None),
        ("", "rps_doc_curly_bracket", None),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == (None if value is None else pytest.approx(value, abs=1e-15))
