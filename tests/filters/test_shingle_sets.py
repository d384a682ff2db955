from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.near_kernels import LEADERS
from filters.set_kernels import exact_stars, jaccard
from filters.shingle_sets import SETS, set_digests, shingle_sets, spans

HASH = st.one_of(st.integers(0, 6), st.integers(0, 2**32 - 1), st.just(2**32 - 1))
TEXTS = st.lists(st.tuples(st.lists(HASH, max_size=12), st.booleans()), max_size=6)


def flat(lists, kind=np.uint32):
    bounds = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return bounds, np.array([item for one in lists for item in one], kind)


@given(TEXTS)
def test_the_set_of_a_text_is_its_distinct_hashes_ascending(texts):
    bounds, hashes = flat([items for items, _ in texts])
    present = np.array([there for _, there in texts], np.bool_)
    found = shingle_sets(bounds, hashes, present)
    assert found.type == SETS
    assert found.to_pylist() == [sorted(set(items)) if there else None for items, there in texts]


@given(st.lists(st.lists(HASH, max_size=5), max_size=6))
def test_the_digest_of_a_set_is_that_of_its_bytes(sets):
    digests = set_digests(*flat(sets))
    wanted = [xxhash.xxh3_128_digest(np.array(one, "<u4").tobytes()) for one in sets]
    assert [row.tobytes() for row in digests] == wanted


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 30))
def test_runs_of_neighbours_cover_all_and_are_as_long_as_they_may_be(sizes, most):
    bounds = spans(np.array(sizes, np.int64), most)
    assert (bounds[0], bounds[-1]) == (0, len(sizes))
    for first, last in pairwise(bounds):
        assert last == first + 1 or sum(sizes[first:last]) <= most
        assert last == len(sizes) or sum(sizes[first : last + 1]) > most


def similarity(one, other):
    return Fraction(len(set(one) & set(other)), len(set(one) | set(other)))


@pytest.mark.parametrize(
    ("one", "other", "least", "found"),
    [
        ([1, 2, 3], [1, 2, 3], 1.0, 1.0),
        ([1, 2, 3], [2, 3, 4], 0.5, 0.5),  # just at the limit
        ([1, 2, 3], [2, 3, 4], 0.51, -1.0),
        ([1], [1, 2, 3, 4], 0.25, 0.25),
        ([1], [1, 2, 3, 4], 0.26, -1.0),  # too small to resemble it, whatever they share
        ([1], [2], 0.01, -1.0),
        ([1], [2], 0.0, 0.0),
        (list(range(7)), list(range(10)), 0.7, 0.7),  # 0.7 * 10 is more than 7 in binary
        ([2**32 - 1], [2**32 - 1], 1.0, 1.0),
    ],
)
def test_a_jaccard_similarity_is_given_from_the_least_on(one, other, least, found):
    hashes = np.array([*one, *other], np.uint32)
    assert jaccard.py_func(hashes, 0, len(one), len(one), len(other), least) == found


def plain_stars(buckets, sets, least):
    """The first of a bucket and all that resemble it; then the same among the rest, for a few rounds."""
    edges = set()
    for bucket in buckets:
        left = list(bucket)
        for _ in range(LEADERS):
            if not left:
                break
            leader, rest = left[0], []
            for member in left[1:]:
                alike = similarity(sets[leader], sets[member])
                if alike >= Fraction(str(least)):
                    edges.add((leader, member, float(alike)))
                else:
                    rest.append(member)
            left = rest
    return edges


SETS_OF_FEW = st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=8).map(sorted), min_size=2, max_size=24)


@settings(max_examples=150, deadline=None)
@given(SETS_OF_FEW, st.sampled_from([0.2, 0.5, 0.75, 1.0]), st.data())
def test_members_that_come_in_parts_make_the_stars_of_rounds(sets, least, data):
    places = st.lists(st.integers(0, len(sets) - 1), unique=True, min_size=2).map(sorted)
    buckets = data.draw(st.lists(places, max_size=4))
    bounds, hashes = flat(sets)
    members = np.array([member for bucket in buckets for member in bucket], np.int64)
    numbers = np.array([number for number, bucket in enumerate(buckets) for _ in bucket], np.int64)
    leaders, state = np.zeros(LEADERS, np.int64), np.array([-1, 0])
    cuts = sorted({0, len(members), *data.draw(st.lists(st.integers(0, len(members)), max_size=3))})
    found = []
    for first, last in pairwise(cuts):
        part = (numbers[first:last], members[first:last], bounds[:-1], np.diff(bounds), hashes, least, leaders, state)
        found += list(zip(*(column.tolist() for column in exact_stars(*part)), strict=True))
    assert set(found) == plain_stars(buckets, sets, least)
    assert len(found) <= len(members)


def test_a_hot_bucket_costs_each_member_eight_comparisons_at_most():
    count = 20_000
    hashes, places = np.arange(count, dtype=np.uint32), np.arange(count)
    leaders, state = np.zeros(LEADERS, np.int64), np.array([-1, 0])
    numbers = (np.zeros(count, np.int64), places, places, np.ones(count, np.int64))
    assert len(exact_stars(*numbers, hashes, 0.5, leaders, state)[0]) == 0
    assert state.tolist() == [0, LEADERS]
