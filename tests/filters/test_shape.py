import math
import re
import string
import zlib
from collections import Counter

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.shape import Shape

PARTS = [*"aéB本.!;{}…# \n\n\t\r\x1c", "http", "HTTPS", "https", "://", "x/?y=%4", "[::1]", "the ", "the\n"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


def measure(*texts):
    batch = batch_of(texts)
    columns = Shape().annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def share(part, whole):
    return part / whole if whole else None


def plainly(text):
    """The same measurements in plain Python: the oracle."""
    words, size = text.split(), len(text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    urls = [match[0] for match in re.finditer(r"(?i:https?)://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", text)]
    entropy = -sum(count / len(words) * math.log(count / len(words)) for count in Counter(words).values())
    cleaned = re.sub(r"\s+", " ", text.translate(str.maketrans("", "", string.punctuation)).strip())
    return {
        "compression_ratio": share(len(text.encode()), len(zstandard.compress(text.encode(), 3))) if text else None,
        "unigram_entropy": pytest.approx(entropy, abs=1e-12) if words else None,
        "longest_word_length": max(map(len, words), default=None),
        "slimpajama_length": len(cleaned),
        "url_count": len(urls),
        "url_character_fraction": share(sum(map(len, urls)), size),
        "code_line_fraction": share(sum(line[-1] in ";{}" for line in lines), len(lines)),
    }


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=400, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


def test_hostile_texts_agree_with_plain_python():
    assert measure(*HOSTILE_TEXTS) == [plainly(text) for text in HOSTILE_TEXTS]


def test_the_contract_holds():
    check_annotator(Shape())


def test_text_that_repeats_itself_compresses_better_and_by_about_as_much_as_with_zlib():
    varied, repeated = "".join(map(str, range(5000))), "all work and no play " * 500
    ratios = [row["compression_ratio"] for row in measure(varied, repeated)]
    assert ratios[0] < 4 < 40 < ratios[1]
    assert ratios[0] == pytest.approx(len(varied) / len(zlib.compress(varied.encode())), rel=0.5)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("", "compression_ratio", None),
        ("a b c d", "unigram_entropy", pytest.approx(math.log(4))),
        ("a a a", "unigram_entropy", 0),
        ("a A", "unigram_entropy", pytest.approx(math.log(2))),
        (" ", "unigram_entropy", None),
        ("é" * 1000 + " a", "longest_word_length", 1000),  # the limit of C4 and NeMo Curator
        ("é" * 1001 + " a", "longest_word_length", 1001),
        (" ", "longest_word_length", None),
        ("a" * 199 + " !", "slimpajama_length", 199),  # below the limit of 200
        ("a" * 198 + " é", "slimpajama_length", 200),
        (" -a . b-c\n\n", "slimpajama_length", 4),
        ("see http://a.b/c?d=1, or HTTPS://[::1]/é", "url_count", 2),
        ("http:// ftp://a xhttp://a", "url_count", 1),
        ("http://a.b/c d", "url_character_fraction", 12 / 14),
        ("if (a) {\n  b;\n} \n\nend", "code_line_fraction", 0.75),
        ("\n", "code_line_fraction", None),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value
