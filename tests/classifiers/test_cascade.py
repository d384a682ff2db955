import math

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from made_judges import Named, Rule, cascade

from classifiers.cascade import JUDGED

GOOD = "One two three four five six seven."
BAD = "One two three BAD five six seven."
VILE = "VILE words and BAD words in it."


def judged(texts, wanted=None, **given):
    made = cascade(**given)
    return made, made.judge(pa.array(texts, pa.string()), np.array(wanted or [True] * len(texts)))


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def test_every_window_is_read_by_itself_where_no_screen_stands_before():
    made, found = judged([f"{GOOD} {BAD}", GOOD])
    assert made.reader.texts == [GOOD, BAD]  # and what is equal, once
    assert found.type == JUDGED
    assert found.field("windows").to_pylist() == [2, 1]
    assert found.field("seen").to_pylist() == [
        [
            {"start": 0, "end": 34, "audited": False, "scores": [sigmoid(-4), sigmoid(-7)]},
            {"start": 35, "end": 68, "audited": False, "scores": [sigmoid(4), sigmoid(-7)]},
        ],
        [{"start": 0, "end": 34, "audited": False, "scores": [sigmoid(-4), sigmoid(-7)]}],
    ]


def test_the_windows_that_a_screen_lets_through_are_read_and_no_others():
    sentences = [f"Number {number} is what the sentence says." for number in range(7)]
    sentences[3] = BAD
    made, found = judged([VILE, " ".join(sentences), GOOD], screen=Named())
    assert made.reader.texts == [VILE, BAD]
    assert found.field("windows").to_pylist() == [1, 7, 1]
    assert [len(seen) for seen in found.field("seen").to_pylist()] == [1, 1, 0]


def test_the_audit_reads_windows_by_the_hash_of_their_bytes_and_decides_nothing():
    texts = [f"The number {number} is BAD." for number in range(3000)]
    made, found = judged(texts, screen=Named("NOTHING"), audit=0.005)
    chosen = [text for text in texts if xxhash.xxh3_64_intdigest(text.encode()) < 0.005 * 2**64]
    assert made.reader.texts == chosen
    assert 5 < len(chosen) < 30
    seen = [window for windows in found.field("seen").to_pylist() for window in windows]
    assert all(window["audited"] for window in seen)
    assert not any(found.field("sentences").to_pylist())
    assert not any(found.field("words").to_pylist())
    assert judged(texts, screen=Named("NOTHING"), audit=0.0)[0].reader.texts == []


def test_the_sentences_of_a_flagged_window_are_read_alone():
    made, found = judged([f"Good. BAD. Fine. {GOOD}"])
    assert made.reader.texts == ["Good. BAD. Fine.", "Good.", "BAD.", "Fine.", GOOD]
    sentences = found.field("sentences").to_pylist()[0]
    assert [(each["start"], each["end"], each["scores"][0] > 0.5) for each in sentences] == [
        (0, 5, False),
        (6, 10, True),
        (11, 16, False),
    ]


def test_a_window_of_one_sentence_is_read_once():
    made, found = judged([BAD])
    assert made.reader.texts == [BAD]
    assert [each["scores"] for each in found.field("sentences").to_pylist()[0]] == [[sigmoid(4), sigmoid(-7)]]


def test_marked_words_that_only_white_space_parts_are_one_place_in_characters_of_the_text():
    text = "Ünïcödé is först. So BAD \n VILE, BAD it is."
    words = judged([text], tokens=128)[1].field("words").to_pylist()[0]
    assert [(text[word["start"] : word["end"]], word["score"]) for word in words] == [
        ("BAD \n VILE", sigmoid(4)),
        ("BAD", sigmoid(4)),
    ]


def test_texts_that_are_not_wanted_or_have_no_word_are_null_and_not_read():
    made, found = judged([GOOD, "", "🥇 !!!", BAD], wanted=[True, True, True, False])
    assert found.is_null().to_pylist() == [False, True, True, True]
    assert made.reader.texts == [GOOD]


def test_no_text_at_all_is_judged_to_nothing():
    assert judged([])[1].to_pylist() == []


def test_what_is_found_in_a_text_does_not_depend_on_the_others():
    texts = [f"{GOOD} {BAD} Good. BAD.", VILE, GOOD, "", f"{VILE} " * 9]
    whole = judged(texts, screen=Named())[1].to_pylist()
    assert whole == [judged([text], screen=Named())[1].to_pylist()[0] for text in texts]


@pytest.mark.parametrize("text", ["x" * 10_000_000, "word " * 2_000_000], ids=["one word", "one sentence"])
def test_ten_megabytes_without_a_sentence_end_are_screened_whole(text):
    class Counting(Named):
        def scores(self, data, starts, ends):
            self.bytes = int((ends - starts).sum())
            return np.zeros(len(starts), np.float32)

    made, found = judged([text], screen=Counting(), audit=0.005, tokens=128)
    windows = found.field("windows").to_pylist()[0]
    assert made.screen.bytes > 0.98 * len(text)
    assert windows > 10_000
    assert len(made.reader.texts) in (0, windows) or len(made.reader.texts) < 0.01 * windows


def test_what_a_page_says_ten_thousand_times_is_read_once():
    made, found = judged([f"{VILE}\n" * 10_000])
    assert made.reader.texts == [VILE]
    assert len(found.field("seen").to_pylist()[0]) == 10_000


class Endless(Rule):
    def read(self, text):
        raise AssertionError("nothing is to be read")


def test_a_screen_that_lets_nothing_through_costs_no_reading():
    found = judged([GOOD * 50], screen=Named("NOTHING"), reader=Endless())[1]
    assert found.field("seen").to_pylist() == [[]]
