import numpy as np
import pyarrow as pa
import pytest

from classifiers.split import Shares, relatives, split

WORDS = ["red", "green", "blue", "round", "square", "heavy", "light", "warm", "cold", "early", "late", "high", "low"]


def random_texts(count, words=12, seed=0):
    drawn = np.random.default_rng(seed)
    return [" ".join(drawn.choice(WORDS, words)) for _ in range(count)]


def together(table):
    numbers = relatives(table).tolist()
    return {frozenset(row for row, number in enumerate(numbers) if number == each) for each in numbers}


def test_near_copies_belong_together_and_other_texts_do_not():
    [text, other] = random_texts(2, words=20)
    copies = [text, text.upper() + "!", f"{text[:60]}other{text[60:]}", other, ""]
    assert together(pa.table({"text": copies})) == {frozenset({0, 1, 2}), frozenset({3}), frozenset({4})}


def test_short_texts_belong_together_where_their_words_are_the_same():
    table = pa.table({"text": ["You fool", "you fool!", "you fools", "fool"]})
    assert together(table) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}


def test_rows_of_a_group_belong_together_unless_a_cluster_is_named():
    texts = random_texts(6)
    groups = pa.array(["a", "b", "a", None, None, "b"])
    assert frozenset({0, 2}) in together(pa.table({"text": texts, "group": groups}))
    assert len(together(pa.table({"text": texts, "group": groups}))) == 4
    clusters = pa.array(["x", "x", "y", "y", "z", "z"])
    assert together(pa.table({"text": texts, "group": groups, "cluster": clusters})) == {
        frozenset({0, 1}), frozenset({2, 3}), frozenset({4, 5})
    }  # fmt: skip


def test_groups_and_copies_join_what_they_share():
    texts = random_texts(4)
    table = pa.table({"text": [texts[0], texts[1], texts[1], texts[3]], "group": ["a", "a", "b", "b"]})
    assert together(table) == {frozenset({0, 1, 2, 3})}


def test_lists_of_groups_join_nothing():
    table = pa.table({"text": random_texts(3), "group": pa.array([["a"], ["a"], ["a", "b"]])})
    assert len(together(table)) == 3


@pytest.fixture
def table():
    texts = random_texts(300)
    texts[50:80] = [text + " again" for text in texts[:30]]
    return pa.table({"text": texts, "group": [f"g{n % 40}" if n < 100 else None for n in range(300)]})


def test_parts_are_of_their_shares_and_share_nothing(table):
    parts = split(table, Shares(0.2, 0.1), seed=1)
    assert sorted(np.concatenate(parts).tolist()) == list(range(300))
    assert 50 <= len(parts.validation) <= 60
    assert 25 <= len(parts.test) <= 30
    kin = relatives(table)
    sides = [set(kin[part].tolist()) for part in parts]
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]


def test_the_order_of_rows_changes_nothing_and_the_seed_does(table):
    def test_texts(table, seed):
        return set(table.take(split(table, Shares(), seed).test)["text"].to_pylist())

    shuffled = table.take(np.random.default_rng(3).permutation(300))
    assert test_texts(shuffled, 1) == test_texts(table, 1)
    assert test_texts(table, 2) != test_texts(table, 1)


def test_what_is_too_large_for_a_share_is_trained_on():
    table = pa.table({"text": random_texts(20), "group": ["large"] * 15 + ["a", "b", "c", "d", "e"]})
    parts = split(table, Shares(0.1, 0.1), seed=1)
    assert set(range(15)) <= set(parts.train.tolist())
    assert len(parts.validation) == len(parts.test) == 2


def test_nothing_is_parted_into_nothing():
    parts = split(pa.table({"text": pa.array([], pa.string())}), Shares(), seed=1)
    assert [len(part) for part in parts] == [0, 0, 0]
