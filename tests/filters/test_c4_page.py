import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.c4_page import C4Page
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts


def counts(text):
    batch = batch_of([text])
    return {name: column.to_pylist()[0] for name, column in C4Page().annotate(batch, Cuts(batch["text"])).items()}


def test_it_keeps_the_contract_of_annotators():
    check_annotator(C4Page())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("... !!! \n ?", 0),
        ("One.", 1),
        ("One", 1),
        ("One. Two! Three? Four… Five", 5),
        ("One.Two", 1),
        ("One\nTwo\n\nThree", 3),
        ("Version 1.5 is out. It works.", 2),
        ('He said "go." "No!" (Really?) Yes.', 4),
        ("Wait... what?! Yes.", 3),
        ("J. Smith met G. W. Bush.", 1),
        ("We saw e.g. this one.", 1),
        ("It costs 5. That is much.", 2),
        ("See approx. five of them.", 1),
        ("Go! now", 2),
        ("今天很好。我们走吧！好", 3),
        ("यह एक है। यह दो है।", 2),
        ("One.\u00a0Two.\u2028Three.", 3),
        ("One. \ntwo.", 2),
    ],
)
def test_sentences_end_where_the_rule_says(text, sentences):
    assert counts(text)["sentence_count"] == sentences


def test_phrases_are_counted_wherever_they_stand():
    found = counts("Lorem IPSUM lorem  ipsum {a{}} JavaScript\njavascript Terms of use, uses cookies")
    assert found["lorem_ipsum_count"] == 1
    assert found["curly_bracket_count"] == 2
    assert found["javascript_count"] == 2
    assert found["policy_phrase_count"] == 2


def test_a_phrase_does_not_reach_into_the_next_text():
    batch = batch_of(["lorem ", "ipsum", "lorem ipsum"])
    assert C4Page().annotate(batch, Cuts(batch["text"]))["lorem_ipsum_count"].to_pylist() == [0, 0, 1]


def reference(text):
    """The rule, character by character."""
    count, filled, word, here = 0, False, "", 0
    while here < len(text):
        mark = text[here]
        here += 1
        if mark.isalpha() or mark.isdecimal():
            filled, word = True, word + mark
            continue
        ends = mark in "\n。！？｡।॥؟۔"
        if mark in ".?!…":
            end = here
            while end < len(text) and text[end] in ".?!…":
                end += 1
            single, closing = end == here, end
            while end < len(text) and text[end] in "\"')]}»”’›」』）】》":
                end += 1
            closed, initial = end > closing, len(word) == 1 and word.isalpha()
            goes_on = re.match(r"[^\S\n]*[a-z]", text[end:])
            ends = end == len(text) or text[end].isspace()
            if ends and end < len(text) and mark == "." and single and not closed:
                ends = not (initial or goes_on)
            here = end
        if ends and filled:
            count, filled = count + 1, False
        word = ""
    return count + filled


@given(st.text("aB1.!? \n)\u201d…。é\u00a0\u0301", max_size=30) | st.text(max_size=60))
@settings(max_examples=300)
def test_sentences_are_those_of_the_rule_character_by_character(text):
    assert counts(text)["sentence_count"] == reference(text)


@given(st.text("a.B!? \n)。é", max_size=30))
@settings(max_examples=200)
def test_a_text_has_at_most_a_sentence_a_line_and_mark(text):
    marks = sum(map(text.count, "\n.!?。"))
    assert counts(text)["sentence_count"] <= marks + 1
    assert (counts(text)["sentence_count"] == 0) == (not any(map(str.isalnum, text)))


@pytest.mark.parametrize("unit", [". ", ".)", "a.", "a. ", "a.          ", "lorem ", "{", "— ", "。", "…)", "\u0301."])
def test_hostile_repetition_takes_linear_time(unit):
    counts("compiled.")
    begin = time.process_time()
    counts(unit * (2_000_000 // len(unit)))
    assert time.process_time() - begin < 2
