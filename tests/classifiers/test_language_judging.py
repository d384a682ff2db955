import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import trained

from classifiers import language_judging
from classifiers.fasttext_models import load
from classifiers.language_judging import SHIPPED_MODEL, judge
from classifiers.language_sample import sampled_paragraphs
from classifiers.model_files import SHIPPED
from filters.cuts import text_buffers
from filters.hostile_texts import HOSTILE_TEXTS, LONG_TEXTS

DIGEST = SHIPPED[SHIPPED_MODEL]
SENTENCES = (
    "The quick brown fox jumps over the lazy dog.",
    "Der Zug fährt heute leider nicht.",
    "Поезд сегодня не ходит.",
    "今日は電車が運行していません。",
    "قطار اليوم لا يعمل",
    "Ho\u0300 e\u0301 \U0001f600\U00020000",
)
WORDS = st.sampled_from(
    [*SENTENCES, "\n", "\n\n", "a", "\u3000", "\x00", "__label__en", "__label__no", "</s>", "<", "é>"]
)
TEXTS = st.lists(st.lists(WORDS | st.text(max_size=8), max_size=8).map(" ".join), max_size=4)


def sample_of(text):
    """The part that is judged, the plain way."""
    if len(text) <= 2000:
        return text
    rest = len(text) - 1250
    return "\n".join([text[:1000], *(text[1000 + rest * k // 3 : 1250 + rest * k // 3] for k in range(4))])


def plainly(text):
    """What the package says of a text, whatever is a line end to it left out."""
    words = [word for word in text.split() if word != "</s>"]
    found = load(SHIPPED_MODEL, DIGEST).f.predict(" ".join(words) + "\n", 2, 0.0, "strict")
    return [(label, score) for score, label in found] if any(map(str.isalpha, text)) else []


def pairs(codes, labels, scores):
    return [(f"__label__{codes[k]}", float(score)) for k, score in zip(labels, scores, strict=True) if k >= 0]


def assert_judged_as_by_the_package(texts, least=1):
    stretches = sampled_paragraphs(*text_buffers(pa.array(texts, pa.string())))
    found = judge(stretches, least, SHIPPED_MODEL, DIGEST)
    for text, *judged in zip(texts, found.labels, found.scores, strict=True):
        assert pairs(found.codes, *judged) == plainly(sample_of(text))
    lines = [line for text in texts for line in sample_of(text).split("\n") if line]
    for line, letters, *judged in zip(lines, found.letters, found.part_labels, found.part_scores, strict=True):
        assert letters == sum(map(str.isalpha, line))
        assert pairs(found.codes, *judged) == (plainly(line) if letters >= least else [])


def test_hostile_texts_are_judged_as_by_the_package():
    assert_judged_as_by_the_package([*HOSTILE_TEXTS, *LONG_TEXTS])


def test_short_lines_are_not_judged_by_themselves():
    assert_judged_as_by_the_package(["\n".join(SENTENCES) * 3, SENTENCES[0]], least=25)


@given(TEXTS)
@settings(max_examples=60)
def test_any_texts_are_judged_as_by_the_package(texts):
    assert_judged_as_by_the_package(texts)


@given(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), st.integers(1, 2000))
@settings(max_examples=40)
def test_long_texts_are_judged_by_their_sample(text, times):
    assert_judged_as_by_the_package([(text + "\n") * times, text])


def test_a_model_of_another_shape_is_judged_by_the_package_itself(tmp_path):
    path = tmp_path / "lid.bin"
    digest = trained(path, ((SENTENCES[0], "eng_Latn"), (SENTENCES[1], "deu_Latn")), wordNgrams=1)
    texts = pa.array([f"{SENTENCES[0]}\n{SENTENCES[1]}\n123 {SENTENCES[0]} </s> {SENTENCES[0]}", "", "12"])
    found = judge(sampled_paragraphs(*text_buffers(texts)), 1, str(path), digest)
    assert [found.codes[k] for k in found.labels[0]] == ["eng_Latn", "deu_Latn"]
    assert [found.codes[k] for k in found.part_labels[:3, 0]] == ["eng_Latn", "deu_Latn", "eng_Latn"]
    assert found.labels[1:].tolist() == [[-1, -1], [-1, -1]]
    assert found.letters.tolist() == [35, 27, 70, 0]


def test_the_kernel_and_the_package_fill_the_same_table():
    texts = pa.array([" ".join(SENTENCES), "\n".join(SENTENCES), "", "7"])
    stretches = sampled_paragraphs(*text_buffers(texts))
    ours = judge(stretches, 1, SHIPPED_MODEL, DIGEST)
    theirs = language_judging._by_package(stretches, 1, SHIPPED_MODEL, DIGEST)

    def named(judged, labels):
        return [[judged.codes[k] if k >= 0 else None for k in row] for row in labels]

    assert named(ours, ours.labels) == named(theirs, theirs.labels)
    assert named(ours, ours.part_labels) == named(theirs, theirs.part_labels)
    assert np.array_equal(ours.scores[ours.labels >= 0], theirs.scores[theirs.labels >= 0])
    assert ours.letters.tolist() == theirs.letters.tolist()


def test_a_slice_and_nothing_at_all_are_judged():
    texts = pa.array(["x", *SENTENCES])[1:3]
    stretches = sampled_paragraphs(*text_buffers(texts))
    found = judge(stretches, 1, SHIPPED_MODEL, DIGEST)
    assert [found.codes[k] for k in found.labels[:, 0]] == ["en", "de"]
    empty = judge(sampled_paragraphs(*text_buffers(pa.array([], pa.string()))), 1, SHIPPED_MODEL, DIGEST)
    assert empty.labels.shape == (0, 2)
