import math

import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.hostile_texts import HOSTILE_TEXTS
from filters.splits import Splits

SHARES = (("train", 0.98), ("validation", 0.01), ("test", 0.01))


def names(*values):
    return pa.array(values, pa.string())


def fraction(name, seed=0):
    return xxhash.xxh3_64_intdigest(name.encode(), seed=seed) / 2**64


def plainly(splits, name):
    """The slow twin: the first split whose end lies beyond the hash."""
    end = 0.0
    for split, share in splits.shares:
        end += share
        if fraction(name, splits.seed % 2**64) < end:
            return split
    return splits.shares[-1][0]


def test_the_hash_of_a_name_says_its_split():
    keys = [f"cc/a.warc.gz:{row}" for row in range(4)]
    assert [round(fraction(key), 4) for key in keys] == [0.9899, 0.7855, 0.1584, 0.3078]
    assert Splits(SHARES).of(names(*keys)).to_pylist() == ["validation", "train", "train", "train"]
    quarters = Splits((("a", 0.25), ("b", 0.25), ("c", 0.25), ("d", 0.25)))
    assert quarters.of(names(*keys)).to_pylist() == ["d", "d", "a", "b"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(max_size=8), max_size=20),
    st.lists(st.integers(1, 20), min_size=2, max_size=5),
    st.integers(-3, 2**65),
)
def test_of_any_names_the_plain_twin_says_the_same(texts, weights, seed):
    splits = Splits(tuple((f"s{k}", weight / sum(weights)) for k, weight in enumerate(weights)), seed=seed)
    assert splits.of(names(*texts)).to_pylist() == [plainly(splits, text) for text in texts]


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_near_those_asked_for(seed):
    splits = Splits((("train", 0.9), ("validation", 0.07), ("test", 0.03)), seed=seed)
    found = splits.of(names(*(f"cc/{k % 7}.jsonl:{k}" for k in range(20_000)))).to_pylist()
    for name, share in splits.shares:
        assert abs(found.count(name) / len(found) - share) < 5 * math.sqrt(share * (1 - share) / len(found))


def test_another_seed_is_another_division_of_the_same_shares():
    many = names(*(str(k) for k in range(1000)))
    one, other = (Splits((("a", 0.5), ("b", 0.5)), seed=seed).of(many).to_pylist() for seed in (1, 2))
    assert 400 < sum(x == y for x, y in zip(one, other, strict=True)) < 600


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=5), max_size=20), st.lists(st.text(max_size=5), max_size=20))
def test_names_beside_it_move_nobody(first, more):
    splits = Splits((("a", 0.5), ("b", 0.3), ("c", 0.2)))
    assert splits.of(names(*first, *more)).to_pylist()[: len(first)] == splits.of(names(*first)).to_pylist()


def test_hostile_names_get_a_split_too():
    found = Splits(SHARES).of(names(*HOSTILE_TEXTS, "")).to_pylist()
    assert len(found) == len(HOSTILE_TEXTS) + 1
    assert set(found) <= {"train", "validation", "test"}
    assert Splits(SHARES).of(names()).to_pylist() == []


def test_shares_that_do_not_quite_reach_one_leave_nobody_out():
    thirds = Splits(tuple((name, 1 / 3 - 1e-12) for name in "abc"))
    assert thirds.of(names(*(str(k) for k in range(100)))).null_count == 0
