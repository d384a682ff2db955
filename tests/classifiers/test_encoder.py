import random
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_judges import TINY
from tokenizers import Tokenizer

from classifiers.encoder import Reading, Word, load_encoder, parts
from classifiers.judge_files import read_judge

ENCODER = load_encoder(TINY, read_judge(TINY).digest)
SENTENCE = "They are the people that you and the other with for."


def ids_of(text):
    return Tokenizer.from_file(str(TINY / "tokenizer.json")).encode(text, add_special_tokens=False).ids


def run(ids):
    """The model itself, on tokens with [CLS] and [SEP], which are 2 and 3 here."""
    session = onnxruntime.InferenceSession(str(TINY / "model.onnx"), providers=["CPUExecutionProvider"])
    row = np.array([[2, *ids, 3]])
    labels, words = session.run(["labels", "words"], {"input_ids": row, "attention_mask": np.ones_like(row)})
    return labels[0], words[0, 1:-1]


def test_a_text_is_read_as_the_model_reads_its_tokens():
    reading = ENCODER.read(SENTENCE)
    labels, words = run(ids_of(SENTENCE))
    assert reading.labels.tobytes() == labels.tobytes()
    assert reading.tokens.tobytes() == words.tobytes()


def test_a_score_is_the_same_to_the_last_bit_whatever_was_read_before():
    texts = [SENTENCE[:length] for length in range(1, len(SENTENCE))] + [f"{SENTENCE} " * n for n in range(1, 9)]
    before = [ENCODER.read(text).labels.tobytes() for text in texts]
    assert len(set(before)) > 40
    for seed in range(3):
        order = list(range(len(texts)))
        random.Random(seed).shuffle(order)
        assert all(ENCODER.read(texts[k]).labels.tobytes() == before[k] for k in order)


def test_what_is_longer_than_a_window_is_read_in_parts_and_the_highest_kept():
    text = " ".join(["they"] * 130 + ["people", "of", "it"])
    parted = [run(ids) for ids in (ids_of("they " * 67), ids_of("they " * 63 + "people of it"))]
    reading = ENCODER.read(text)
    assert len(reading.encoding.ids) == 133
    assert reading.labels.tolist() == np.maximum(parted[0][0], parted[1][0]).tolist()
    assert reading.tokens.tolist() == [*parted[0][1].tolist(), *parted[1][1].tolist()]


def test_nothing_is_truncated():
    quiet, loud = "they " * 1000, "you are that"
    assert ENCODER.read(quiet + loud).labels.tolist() != ENCODER.read(quiet).labels.tolist()
    assert len(ENCODER.read(quiet * 5).tokens) == 5000


@pytest.mark.parametrize("text", ["", "   ", "\0", "\u0301", "🥇"])
def test_a_text_without_a_token_that_means_anything_is_read_all_the_same(text):
    assert np.isfinite(ENCODER.read(text).labels).all()


def test_words_are_whole_and_as_high_as_their_highest_token():
    encoding = SimpleNamespace(word_ids=[0, 0, 1, 2, 2], offsets=[(0, 2), (2, 5), (5, 6), (7, 9), (9, 11)])
    reading = Reading(np.zeros(2), encoding, np.array([0.5, 2.0, -1.0, 3.0, 1.0]))
    assert list(reading.words()) == [Word(0, 5, 2.0), Word(5, 6, -1.0), Word(7, 11, 3.0)]
    assert list(Reading(np.zeros(2), encoding, None).words()) == []


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        ([0, 1, 2], 3, [(0, 3)]),
        ([0, 1, 2, 3], 3, [(0, 2), (2, 4)]),
        ([0, 1, 1, 1, 2], 4, [(0, 4), (4, 5)]),  # not within the word of three
        ([0, 1, 1, 1, 1], 4, [(0, 1), (1, 5)]),
        ([0, 0, 0, 0, 0], 2, [(0, 2), (2, 4), (4, 5)]),  # a word that is longer than all there is room for
        ([None] * 5, 4, [(0, 3), (3, 5)]),
        ([], 4, [(0, 0)]),
    ],
)
def test_parts_end_with_words_and_are_of_one_length_where_they_can(words, most, expected):
    assert list(parts(words, most)) == expected


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(1, 12))
def test_parts_hold_every_token_once_and_cut_no_word_that_has_room(lengths, most):
    words = [number for number, length in enumerate(lengths) for _ in range(length)]
    found = list(parts(words, most))
    assert [token for start, end in found for token in range(start, end)] == list(range(len(words)))
    assert all(end - start <= most for start, end in found)
    for _, end in found[:-1]:
        if words[end] == words[end - 1]:
            assert lengths[words[end]] > most
