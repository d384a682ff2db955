import re

import pytest
from corpora import over_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, LONG_TEXTS, batch_of, check_batch
from filters.corpus_passages import CorpusPassages
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.text_hash import normalize_text


def words(stem, count):
    """So many different words, the same for the same stem."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join(f"{stem}{letters[i % 26]}{letters[i // 26]}" for i in range(count))


def annotated(subject, texts, **more):
    batch = batch_of(texts)
    columns = over_corpus(subject, texts, **more).annotate(batch, Cuts(batch["text"]))
    return {name: values.to_pylist() for name, values in columns.items()}


def found(subject, texts, **more):
    """For each text, what its spans hold, with label and score."""
    spans = annotated(subject, texts, **more)[subject.name]
    return [
        [(text[s["start"] : s["end"]], s["label"], s["score"]) for s in row]
        for text, row in zip(texts, spans, strict=True)
    ]


def test_a_passage_of_fifty_words_is_found_in_the_later_document_and_one_of_49_is_not():
    quote = words("quote", 50)
    texts = [f"{words('one', 40)} {quote} {words('end', 9)}", f"{words('two', 60)}: “{quote}”, {words('last', 3)}."]
    assert found(CorpusPassages(), texts) == [[], [(quote, "s:0", 50.0)]]
    shorter = " ".join(quote.split()[:49])
    texts = [f"{words('one', 40)} {shorter}", f"{words('two', 60)} {shorter}"]
    assert found(CorpusPassages(), texts) == [[], []]


def test_case_accents_and_marks_make_no_difference_and_the_span_is_in_code_points():
    quote = words("naïve", 50)
    texts = [f"{words('one', 40)} {quote}", f"Ça alors, 𝒳: {words('zwei', 60)}\n\n{quote.upper().replace(' ', ', ')}!"]
    assert found(CorpusPassages(), texts)[1] == [(quote.upper().replace(" ", ", "), "s:0", 50.0)]


def test_the_first_document_of_the_corpus_is_named():
    quote = words("quote", 70)
    texts = [f"{words(stem, 80)} {quote}" for stem in ("one", "two", "three")]
    assert found(CorpusPassages(), texts, shards=[("a/x.jsonl", 7), ("b", 0), ("b", 3)]) == [
        [], [(quote, "a/x.jsonl:7", 70.0)], [(quote, "a/x.jsonl:7", 70.0)],
    ]  # fmt: skip


def test_what_a_passage_has_of_two_documents_is_two_spans():
    head, tail = words("head", 60), words("tail", 60)
    texts = [f"{words('one', 99)} {head}", f"{words('two', 99)} {tail}", f"{words('three', 199)} {head} {tail}"]
    assert found(CorpusPassages(), texts)[2] == [(head, "s:0", 60.0), (tail, "s:1", 60.0)]


def test_one_word_that_differs_parts_a_passage():
    quote = words("quote", 120).split()
    other = [*quote[:60], "changed", *quote[61:]]
    texts = [f"{words('one', 200)} {' '.join(quote)}", f"{words('two', 200)} {' '.join(other)}"]
    assert found(CorpusPassages(), texts)[1] == [
        (" ".join(quote[:60]), "s:0", 60.0), (" ".join(quote[61:]), "s:0", 59.0),
    ]  # fmt: skip


def test_copies_share_no_passage():
    page = words("page", 200)
    assert found(CorpusPassages(), [page, page.upper(), page]) == [[], [], []]


@pytest.mark.parametrize(("own", "spans"), [(25, 1), (24, 0)])
def test_a_document_that_shares_more_than_the_limit_is_no_other_document(own, spans):
    shared = words("shared", 100)
    texts = [f"{shared} {words('one', 30)}", f"{shared} {words('two', own)}"]
    got = annotated(CorpusPassages(), texts)  # 100 of 125 are .8
    assert len(got["corpus_passages"][1]) == spans
    assert got["corpus_passages_fraction"] == [0.0, 100 / (100 + own)]


def test_parts_that_together_are_more_than_the_limit_are_counted_together():
    parts = [words(stem, 60) for stem in ("un", "deux", "trois")]
    texts = [f" {words('one', 20)} ".join(parts), f" {words('two', 9)} ".join(parts)]
    assert found(CorpusPassages(), texts) == [[], []]
    assert annotated(CorpusPassages(), texts)["corpus_passages_fraction"][1] == 180 / 198
    elsewhere = [*parts, f" {words('two', 9)} ".join(parts)]  # the same from three documents
    assert [len(row) for row in found(CorpusPassages(), elsewhere)] == [0, 0, 0, 3]


def test_without_words_the_fraction_is_null():
    assert annotated(CorpusPassages(), ["", " .,; "])["corpus_passages_fraction"] == [None, None]


def test_signals_are_called_as_the_instance_is_and_the_least_score_is_told():
    subject = CorpusPassages("quoted", tokens=20)
    assert [(s.name, s.floor) for s in subject.signals] == [("quoted", 20.0), ("quoted_fraction", None)]


def test_wrong_numbers_are_refused():
    with pytest.raises(ConfigurationError, match="tokens is 7"):
        CorpusPassages(tokens=7)
    with pytest.raises(ConfigurationError, match=r"most is 1\.2"):
        CorpusPassages(most=1.2)


def test_the_contract_is_kept_with_counts():
    texts = [t for t in (*HOSTILE_TEXTS, *LONG_TEXTS) if t is not None]
    others = [f"{words('more', 30)}\n{t}\n{words('end', 30)}" for t in texts if len(t) < 5000]
    subject = over_corpus(CorpusPassages(tokens=8, most=1.0), [*texts, *others])
    check_batch(subject, batch_of([*texts, *others, f"{words('new', 9)} {others[0]}"]))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "dd", "E", "12"]), max_size=40).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([8, 9, 12]))
def test_as_every_stretch_of_words_of_every_document_says(texts, n):
    """Brute force: for each stretch of n words the first document that has it."""
    cut = [re.findall(r"\S+", text.lower().replace("12", "0")) for text in texts]
    first = {}
    for document, tokens in enumerate(cut):
        for i in range(len(tokens) - n + 1):
            first.setdefault(tuple(tokens[i : i + n]), document)
    wanted, fractions = [], []
    for text, tokens in zip(texts, cut, strict=True):
        starts = [m.start() for m in re.finditer(r"\S+", text)]
        ends = [m.end() for m in re.finditer(r"\S+", text)]
        runs, covered, before = [], set(), None
        for i in range(len(tokens) - n + 1):
            home = first[tuple(tokens[i : i + n])]
            if normalize_text(texts[home]) == normalize_text(text):
                before = None
                continue
            covered |= set(range(i, i + n))
            if before == home:
                runs[-1][1] = i + n
            else:
                runs.append([i, i + n, home])
            before = home
        spans = [(starts[a], ends[b - 1], f"s:{home}", float(b - a)) for a, b, home in runs]
        wanted.append(spans)
        fractions.append(len(covered) / len(tokens) if tokens else None)
    got = annotated(CorpusPassages(tokens=n, most=1.0), texts)
    spans = [[(s["start"], s["end"], s["label"], s["score"]) for s in row] for row in got["corpus_passages"]]
    assert spans == wanted
    assert got["corpus_passages_fraction"] == fractions
