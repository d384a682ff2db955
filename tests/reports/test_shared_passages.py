import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS
from filters.shingles import normal_characters
from reports.shared_passages import shared_passages


def shown(one, other, words=5):
    return [[text[a:b] for a, b in found]
            for text, found in zip((one, other), shared_passages(one, other, words), strict=True)]  # fmt: skip


def test_a_passage_is_a_run_of_five_words_or_more_that_stand_in_both_texts():
    one = "Here the old story begins and goes on, but not for ever after."
    other = "We read: the old story begins and goes on. For ever after!"
    assert shown(one, other) == [["the old story begins and goes on"], ["the old story begins and goes on"]]
    assert shown(one, other, 3)[0] == ["the old story begins and goes on", "for ever after"]


def test_case_accents_punctuation_and_digits_make_no_difference():
    assert shown("Café No. 17 is OPEN", "cafe, no 2025: is open") == [
        ["Café No. 17 is OPEN"],
        ["cafe, no 2025: is open"],
    ]


def test_a_word_in_between_parts_a_passage():
    words = list("abcdefghij")
    assert shown(" ".join(words), " ".join([*words[:5], "x", *words[5:]]))[1] == ["a b c d e", "f g h i j"]


def test_in_scripts_without_spaces_every_character_is_a_word():
    assert shown("我们今天去海边散步吧", "他说我们今天去海边") == [["我们今天去海边"], ["我们今天去海边"]]


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "a b c d e f"), ("...", "- -"), ("a b", "c d e f g h")])
def test_texts_that_share_nothing_share_nothing(one, other):
    assert shared_passages(one, other) == ([], [])


def test_short_texts_share_all_they_have():
    assert shown("one word", "one word more") == [["one word"], ["one word"]]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_text_shares_all_with_itself(text):
    (found, again) = shared_passages(text, text)
    assert found == again
    assert len(found) <= 1


WORD = st.sampled_from(["a", "b", "Cé", "12", "-", "中", "文x", "e\u0301", " ", "\n", "0", "\u00ad"])


def plain_words(text):
    """Start, end and normal form of each word, a character at a time."""
    words, inside, digits = [], False, False
    for place, character in enumerate(text):
        code = int(normal_characters()[ord(character)])
        if code == -2 or (digits and code == ord("0")):
            if code != -2:
                words[-1][1] = place + 1
            continue
        digits = code == ord("0")
        if code < 0:
            inside = False
        elif inside and code < 1 << 24:
            words[-1][1:] = [place + 1, words[-1][2] + chr(code)]
        else:
            words.append([place, place + 1, chr(code & 0xFFFFFF)])
            inside = code < 1 << 24
    return words


def plain_passages(one, other, length):
    cut = [plain_words(text) for text in (one, other)]
    length = min(length, *map(len, cut))
    runs = [[tuple(word[2] for word in words[k : k + length]) for k in range(len(words) - length + 1)] for words in cut]
    found = []
    for words, mine, theirs in zip(cut, runs, reversed(runs), strict=True):
        covered = {k + i for k, run in enumerate(mine) for i in range(length) if run in set(theirs)}
        firsts = [k for k in sorted(covered) if k - 1 not in covered]
        lasts = [k for k in sorted(covered) if k + 1 not in covered]
        found.append([(words[a][0], words[b][1]) for a, b in zip(firsts, lasts, strict=True)])
    return tuple(found)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORD, max_size=14).map("".join), st.lists(WORD, max_size=14).map("".join), st.integers(1, 3))
def test_passages_are_those_of_comparing_all_runs_of_words(one, other, words):
    assert shared_passages(one, other, words) == plain_passages(one, other, words)


def test_a_long_text_takes_a_moment():
    draw = random.Random(3)
    words = [f"w{chr(97 + draw.randrange(26))}{chr(97 + draw.randrange(26))}" for _ in range(20_000)]
    text = " ".join(words)
    assert shared_passages(text, text) == ([(0, len(text))],) * 2
