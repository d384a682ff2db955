import heapq

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.c4_paragraphs import C4Paragraphs
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts


def paragraphs(text):
    batch = batch_of([text])
    [count] = C4Paragraphs().annotate(batch, Cuts(batch["text"]))["c4_paragraph_count"].to_pylist()
    return count


def test_it_keeps_the_contract_of_annotators():
    check_annotator(C4Paragraphs())


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], 0),
        (["x" * 199] * 3, 0),
        (["x" * 200] * 3, 3),
        (["é" * 200, "é" * 199, " " * 200, "x"], 2),
        (["x" * 100 + "\r" + "x" * 99], 1),
    ],
)
def test_lines_of_200_characters_and_more_count(lines, expected):
    assert paragraphs("\n".join(lines)) == expected


@given(st.lists(st.integers(198, 202), max_size=6))
def test_three_of_them_are_what_the_source_asks_for(sizes):
    lines = "\n".join("é" * size for size in sizes).split("\n")
    kept = len(lines) >= 3 and min(heapq.nlargest(3, map(len, lines))) >= 200
    assert (paragraphs("\n".join(lines)) >= 3) == kept
