import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.control_tokens import Escaping, set_faults, token_fault
from filters.hostile_texts import HOSTILE_TEXTS

TOKENS = ("<|toxic|>", "<t>", "</t>", "é😀")
PIECES = [*TOKENS, *TOKENS, "<", "|toxic|>", "\\", "t>", "/t>", "é", "😀", "a", "\n", " "]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("no token", "no token"),
        ("a <|toxic|> b", r"a <\|toxic|> b"),
        (r"<\|toxic|>", r"<\\|toxic|>"),
        (r"<\\|toxic|><|toxic|>", r"<\\\|toxic|><\|toxic|>"),
        (r"\<t> <\b> < t>", r"\<\t> <\b> < t>"),
        ("<T> <<t>>", r"<T> <<\t>>"),
        ("é😀é\\😀", "é\\😀é\\\\😀"),
    ],
)
def test_a_token_of_the_source_gets_a_backslash_behind_its_first_character(text, escaped):
    assert Escaping(TOKENS).escape(text) == escaped
    assert Escaping(TOKENS).restore(escaped) == text


def plainly_escaped(text):
    """The same, place by place."""
    out = []
    for here, character in enumerate(text):
        out.append(character)
        rest = text[here + 1 :].lstrip("\\")
        if any(character == token[0] and rest.startswith(token[1:]) for token in TOKENS):
            out.append("\\")
    return "".join(out)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_escaping_is_that_of_the_definition_and_leaves_no_token(text):
    escaped = Escaping(TOKENS).escape(text)
    assert escaped == plainly_escaped(text)
    assert not any(token in escaped for token in TOKENS)
    assert Escaping(TOKENS).restore(escaped) == text


@settings(max_examples=300, deadline=None)
@given(texts, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(TOKENS)), max_size=5))
def test_what_is_written_comes_out_again_wherever_the_marks_stand(text, marks):
    written = Escaping(TOKENS).escape(text)
    for place, token in sorted(((min(place, len(written)), token) for place, token in marks), reverse=True):
        written = written[:place] + token + written[place:]
    assert Escaping(TOKENS).restore(written) == text
    assert sum(written.count(token) for token in TOKENS) == len(marks)


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=5))
def test_the_places_are_where_escaping_puts_backslashes(rows):
    found = list(zip(*Escaping(TOKENS).places(pa.array(rows, pa.string())), strict=True))
    for number, text in enumerate(rows):
        escaped, places = text, [int(place) for row, place in found if row == number]
        for place in sorted(places, reverse=True):
            escaped = escaped[:place] + "\\" + escaped[place:]
        assert escaped == Escaping(TOKENS).escape(text)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=range(len(HOSTILE_TEXTS)))
def test_hostile_texts_come_out_again(text):
    escaping = Escaping([*TOKENS, "[.*+?^$(){}", "- #&~"])
    assert escaping.restore(escaping.escape(text)) == text
    rows, places = escaping.places(pa.array([text, text + "[.*+?^$(){}- #&~"]))
    assert np.count_nonzero(rows == 1) >= 2
    assert len(places) == len(rows)


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("<|toxic|>", None),
        ("[[toxic", None),
        ("<a b>", None),
        ("#", "two or more printable characters"),
        ("", "two or more printable characters"),
        ("<a> ", "two or more printable characters"),
        ("<a\n>", "two or more printable characters"),
        ("<a\u200b>", "two or more printable characters"),
        ("<\\a>", "no backslash"),
        ("||toxic||", "begins as it ends"),
        ("aba", "begins as it ends"),
    ],
)
def test_a_token_of_a_wrong_form_is_refused(token, fault):
    found = token_fault(token)
    assert found is None if fault is None else fault in found


@pytest.mark.parametrize(
    ("tokens", "masks", "wrong"),
    [
        (["<a>", "</a>", "<b>"], ["<email>", "***"], []),
        (["<a>", "x<a>y"], [], ["<a>"]),
        (["ab", "bc"], [], ["ab"]),
        (["<a>"], ["see <a>"], ["<a>"]),
        (["<a>"], ["see <"], ["<a>"]),
        (["<a>"], [r"see <\\"], ["<a>"]),
        (["<a>"], ["a> see"], []),
    ],
)
def test_tokens_that_nobody_could_tell_apart_are_refused(tokens, masks, wrong):
    assert [token for token, _ in set_faults(tokens, masks)] == wrong
