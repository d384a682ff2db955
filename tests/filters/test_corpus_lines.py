import re
from collections import defaultdict

import pytest
from corpora import over_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, LONG_TEXTS, batch_of, check_batch
from filters.corpus_lines import CorpusLines
from filters.cuts import Cuts
from filters.edits import apply_edits
from filters.errors import ConfigurationError
from filters.text_hash import normalize_text

MENU = "Home, products, about us, contact"


def cleaned_texts(cleaner, texts):
    batch = batch_of(texts)
    return apply_edits(batch["text"], cleaner.clean(batch, Cuts(batch["text"]))[0]).to_pylist()


def left(subject, texts):
    return cleaned_texts(over_corpus(subject, texts), texts)


def test_a_line_of_three_documents_stays_in_the_first_alone():
    texts = [f"{MENU}\nOne.", "Two.\n" + MENU, f"Three.\n{MENU}\nEnd."]
    assert left(CorpusLines(), texts) == [f"{MENU}\nOne.", "Two.", "Three.\nEnd."]


def test_with_keep_none_it_goes_everywhere():
    texts = [f"{MENU}\nOne.", f"Two.\n{MENU}", MENU]
    assert left(CorpusLines(keep="none"), texts) == ["One.", "Two.", ""]


def test_a_line_of_two_documents_stays():
    texts = [f"{MENU}\nOne.", f"Two.\n{MENU}", "Three."]
    assert left(CorpusLines(), texts) == texts
    assert left(CorpusLines(documents=2), texts)[1] == "Two."


def test_case_accents_numbers_and_marks_make_no_difference():
    texts = ["Posted on 3 March 2019 by Zoé", "> POSTED ON 17 march 1999, by Zoe!", "  posted on 0 march 0 by zoe"]
    assert left(CorpusLines(characters=18), texts) == [texts[0], "", ""]
    assert (
        left(CorpusLines(characters=18), [*texts[:2], "Posted on 3 3 March 2019 by Zoé"])[1] == texts[1]
    )  # two numbers, not one


def test_letters_count_and_nothing_else():
    nineteen, twenty = "a" * 19 + " 12345 -- 678", "a" * 20
    for line, stays in ((nineteen, True), (twenty, False), ("12 " * 50, True)):
        texts = [f"{line}\n{name}" for name in ("one", "two", "three")]
        assert (left(CorpusLines(), texts) == texts) == stays


def test_copies_of_a_document_count_once_and_keep_what_the_first_keeps():
    page = f"{MENU}\nThe same article, three times."
    assert left(CorpusLines(), [page] * 3) == [page] * 3
    assert left(CorpusLines(), [page, page.upper(), f"{MENU}\nTwo", f"{MENU}\nThree"]) == [
        page, page.upper(), "Two", "Three",
    ]  # fmt: skip


def test_both_copies_within_a_document_share_one_fate():
    texts = [f"{MENU}\nx\n{MENU}", f"{MENU}\ny\n{MENU}", f"z\n{MENU}"]
    assert left(CorpusLines(), texts) == [texts[0], "y", "z"]


def test_paragraphs_go_with_the_empty_lines_before_them():
    notice = "This page uses cookies\nto remember what you like."
    texts = [f"{name} begins.\n\n{notice}\n\n{name} ends." for name in ("One", "Two", "Three")]
    assert left(CorpusLines(of="paragraphs"), texts) == [
        texts[0], "Two begins.\n\nTwo ends.", "Three begins.\n\nThree ends.",
    ]  # fmt: skip
    first = [f"{notice}\n\n{name} ends." for name in ("One", "Two", "Three")]
    assert left(CorpusLines(of="paragraphs"), first) == [first[0], "Two ends.", "Three ends."]


def test_three_sentences_in_a_row_go_and_two_do_not():
    common = "We met by the sea. It was a cold day. Nobody had expected us."
    texts = [f"Here is {n}. {common} That was {n}." for n in ("one", "two", "three")]
    assert left(CorpusLines(of="sentences"), texts) == [
        texts[0], "Here is two. That was two.", "Here is three. That was three.",
    ]  # fmt: skip
    pair = "We met by the sea. It was a cold day."
    texts = [f"Here is {n}. {pair} That was {n}." for n in ("one", "two", "three")]
    assert left(CorpusLines(of="sentences"), texts) == texts


def test_edits_have_reasons_and_the_share_of_characters_is_told():
    texts = [f"{MENU}\n{name}" for name in ("one", "two", "three")]
    batch = batch_of(texts)
    edits, columns = over_corpus(CorpusLines(), texts).clean(batch, Cuts(batch["text"]))
    assert [[e["reason"] for e in row] for row in edits.to_pylist()] == [[], ["common_line"], ["common_line"]]
    share = (len(MENU) + 1) / len(texts[1])
    assert columns["corpus_lines_changed_fraction"].to_pylist()[:2] == [0.0, share]


def test_without_counts_nothing_is_common():
    texts = [MENU] * 3
    assert cleaned_texts(CorpusLines(), texts) == texts


@pytest.mark.parametrize("of", ["lines", "paragraphs", "sentences"])
@pytest.mark.parametrize("keep", ["first", "none"])
def test_the_contract_is_kept_with_counts(of, keep):
    texts = [t for t in (*HOSTILE_TEXTS, *LONG_TEXTS) if t is not None]
    subject = over_corpus(CorpusLines(of, 2, 1, keep), [*texts, *(f"{t}\n\nThat was it." for t in texts)])
    check_batch(subject, batch_of([*texts, *(f"{t}\n\nAnd more." for t in texts if len(t) < 1000)]))


def test_wrong_numbers_are_refused():
    with pytest.raises(ConfigurationError, match="documents is 1"):
        CorpusLines(documents=1)
    with pytest.raises(ConfigurationError, match="characters is 0"):
        CorpusLines(characters=0)


LINES = st.sampled_from(["", " ", "Alpha beta.", "alpha  BETA", "gamma 12", "Gamma 7!", "x", "12 34", "delta (delta)"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(LINES, max_size=5).map("\n".join), min_size=1, max_size=8), st.integers(2, 3), st.booleans())
def test_as_a_plain_count_says(texts, documents, first):
    def form(line):
        words = re.findall(r"[a-z]+|[0-9]+", line.lower())
        return " ".join("0" if word.isdigit() else word for word in words)

    having = defaultdict(list)
    for text in texts:
        for line in {form(line) for line in text.split("\n")}:
            having[line].append(normalize_text(text))

    def goes(line, text):
        found = having[form(line)]
        common = sum(c.isalpha() for c in form(line)) >= 4 and len(set(found)) >= documents
        return common and not (first and found[0] == normalize_text(text))

    wanted = ["\n".join(line for line in text.split("\n") if not goes(line, text)) for text in texts]
    assert left(CorpusLines("lines", documents, 4, "first" if first else "none"), texts) == wanted
