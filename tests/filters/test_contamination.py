import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.benchmark_index import Item
from filters.contamination import Contamination
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError

QUESTION = (
    "A train leaves Paris at noon and drives 80 kilometres an hour; when does it reach Lyon, "
    "which lies 465 kilometres away?"
)
ANSWER = "It arrives at about ten to three, if it does not stop on its way."
SHORT = "Which planet is nearest to the sun in winter?"
ITEMS = [Item("maths:1", (QUESTION, ANSWER)), Item("maths:2", (SHORT,)), Item("maths:3", ("Too short to matter",))]


def found(text, items=ITEMS, **parameters):
    batch = batch_of([text])
    columns = Contamination(items, **parameters).annotate(batch, Cuts(batch["text"]))
    return {name: values[0].as_py() for name, values in columns.items()}


def passages(text, **parameters):
    values = found(text, **parameters)["contamination"]
    return [(text[span["start"] : span["end"]], span["label"], round(span["score"], 3)) for span in values]


def test_it_keeps_the_contract():
    check_annotator(Contamination(ITEMS))


def test_a_text_without_any_of_them_is_clean():
    text = "The train to Lyon was late again, and nobody told us why it had stopped in the middle of a field."
    assert found(text) == {"contamination": [], "contamination_share": 0.0, "contamination_item": None}


def test_a_question_is_found_with_its_place_whatever_its_case_accents_and_punctuation():
    text = f"Été! {QUESTION.upper().replace(',', ' -')} Who knows?"
    ((passage, label, score),) = passages(text)
    assert passage == QUESTION.upper().replace(",", " -").rstrip("?")
    # 22 words make 10 grams, the answer's 15 make 3 more
    assert (label, score) == ("maths:1", round(10 / 13, 3))


def test_both_passages_of_an_item_count_together_wherever_they_stand():
    values = found(f"{ANSWER} And now the question. {QUESTION}")
    assert values["contamination_share"] == 1.0
    assert values["contamination_item"] == "maths:1"
    assert len(values["contamination"]) == 2


def test_other_numbers_are_the_same_question():
    assert passages(QUESTION.replace("80", "95"))[0][2] == round(10 / 13, 3)


@pytest.mark.parametrize(("kept", "count"), [(12, 0), (13, 1), (14, 2)])
def test_thirteen_words_in_a_row_are_the_least(kept, count):
    values = found(" ".join(QUESTION.split()[:kept]))
    assert values["contamination_share"] == count / 13


def test_an_item_of_eight_words_is_found_whole_and_a_shorter_one_never():
    assert passages(f"He asked: {SHORT} I knew.") == [(SHORT.rstrip("?"), "maths:2", 1.0)]
    assert passages(SHORT.replace("Which ", "")) == []
    assert passages("Too short to matter") == []


def test_a_gram_of_several_items_counts_for_each():
    items = [Item("a", (QUESTION,)), Item("b", (f"{QUESTION} Answer quickly!",))]
    assert [label for _, label, _ in passages(QUESTION, items=items)] == ["a", "b"]
    assert found(QUESTION, items=items)["contamination_item"] == "a"


def test_instructions_that_thousands_of_items_share_cost_no_more_than_their_hits():
    shared = "Read the passage and choose the one answer of the four that follows best from what it says"
    items = [Item(str(number), (f"{shared} question{'x' * number}",)) for number in range(3000)]
    values = found(f"{shared}. Meanwhile, " * 20, items=items)  # 360,000 hits: these times 3,000 would be felt
    assert len(values["contamination"]) == 20 * len(items)
    assert values["contamination_share"] == 6 / 7


@pytest.mark.parametrize(("parameters", "words"), [({"n": 7}, "n is 7"), ({"items": ITEMS[2:]}, "no item has 8 words")])
def test_what_could_never_be_meant_is_refused(parameters, words):
    with pytest.raises(ConfigurationError, match=words):
        found("", **parameters)


WORDS = st.sampled_from(["a", "b", "c", "d", "e", "f"])


@given(st.lists(WORDS, min_size=8, max_size=30), st.lists(WORDS, max_size=60))
@settings(max_examples=150, deadline=None)
def test_shares_are_those_of_plain_sets(item, text):
    def grams(words, n):
        return {tuple(words[k : k + n]) for k in range(len(words) - n + 1)}

    n = min(9, len(item))
    shared = len(grams(item, n) & grams(text, n)) / len(grams(item, n))
    values = found(" ".join(text), items=[Item("x", (" ".join(item),))], n=9)
    assert values["contamination_share"] == pytest.approx(shared)
    inside = [re.sub(r"\W+", " ", " ".join(text)[s["start"] : s["end"]]).split() for s in values["contamination"]]
    assert {gram for words in inside for gram in grams(words, n)} & grams(item, n) == grams(item, n) & grams(text, n)


def test_rows_and_slices_do_not_disturb_each_other():
    batch = batch_of(["", QUESTION, "nothing", f"本 {ANSWER}"])
    whole = Contamination(ITEMS).annotate(batch, Cuts(batch["text"]))["contamination_share"].to_pylist()
    part = batch.slice(1, 3)
    assert Contamination(ITEMS).annotate(part, Cuts(part["text"]))["contamination_share"].to_pylist() == whole[1:]
    assert whole == [0.0, 10 / 13, 0.0, 3 / 13]
