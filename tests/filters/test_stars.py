import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.components import components
from filters.stars import LINK, both_ends, forest, large_star, members, small_star, unsettled

GREATEST = 2**64 - 1


def links_of(pairs):
    """Links as their greater node sees them."""
    return np.array([(max(pair), min(pair)) for pair in pairs], LINK)


def ends(links):
    return links["node"], links["other"]


def pairs_of(links):
    return [(int(link["other"]), int(link["node"])) for link in links]


def parts_of(links, count):
    """Links by the node that sees them, as the shuffle parts them."""
    return [links[links["node"] % np.uint64(count) == part] for part in range(count)]


def round_of(links, count):
    larger = np.concatenate([large_star(part) for part in parts_of(both_ends(links), count)])
    return np.concatenate([small_star(part) for part in parts_of(larger, count)])


def settled(links, count=1, most=64):
    """The rounds that it takes, and the components then."""
    for rounds in range(most):
        parts = parts_of(both_ends(links), count)
        if sum(map(unsettled, parts)) == 0:
            found = [np.concatenate(column) for column in zip(*map(members, parts), strict=True)]
            order = np.argsort(found[0])
            return rounds, [column[order] for column in found]
        links = round_of(links, count)
    pytest.fail(f"not settled after {most} rounds")


def assert_as_by_union_find(links, count=1):
    rounds, found = settled(links, count)
    for mine, theirs in zip(found, components(*ends(links)), strict=True):
        assert mine.tolist() == theirs.tolist()
        assert mine.dtype == theirs.dtype
    return rounds


NODES = st.one_of(st.integers(0, 12), st.integers(GREATEST - 3, GREATEST))
PAIRS = st.lists(st.tuples(NODES, NODES).filter(lambda pair: pair[0] != pair[1]), max_size=30)


@settings(max_examples=200, deadline=None)
@given(PAIRS, st.integers(1, 4))
def test_rounds_find_the_components_that_union_find_does_whatever_the_parts(pairs, count):
    assert_as_by_union_find(links_of(pairs), count)


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_each_operation_is_that_of_the_paper_and_keeps_what_is_connected(pairs):
    links = links_of(pairs)
    neighbours = {}
    for a, b in pairs:
        neighbours.setdefault(a, {a}).add(b)
        neighbours.setdefault(b, {b}).add(a)
    larger = large_star(both_ends(links))
    assert sorted(pairs_of(larger)) == sorted(
        {(min(around), v) for u, around in neighbours.items() for v in around if v > u}
    )
    below = {}
    for a, b in pairs:
        below.setdefault(max(a, b), {max(a, b)}).add(min(a, b))
    smaller = small_star(links)
    assert sorted(pairs_of(smaller)) == sorted(
        {(min(around), v) for around in below.values() for v in around if v != min(around)}
    )
    for made in (larger, smaller, forest(*ends(links))):
        assert len(made) <= len(set(pairs_of(links)))
        for mine, theirs in zip(components(*ends(made)), components(*ends(links)), strict=True):
            assert mine.tolist() == theirs.tolist()


@pytest.mark.parametrize("order", ["ascending", "shuffled", "zigzag"])
def test_a_line_of_10000_nodes_is_one_component_in_14_rounds_at_most(order):
    nodes = np.arange(10_000)
    if order == "shuffled":
        np.random.default_rng(0).shuffle(nodes)
    if order == "zigzag":
        nodes = np.where(nodes % 2 == 0, nodes, 30_000 - nodes)
    assert assert_as_by_union_find(links_of(zip(nodes[1:].tolist(), nodes[:-1].tolist(), strict=True)), 3) <= 14


@pytest.mark.parametrize("centre", [0, 5_000, 10_000])
def test_a_star_is_settled_in_a_round_whatever_its_centre(centre):
    pairs = [(centre, node) for node in range(10_001) if node != centre]
    assert assert_as_by_union_find(links_of(pairs), 2) <= 1


def test_many_components_settle_together():
    draw = np.random.default_rng(1)
    pairs = draw.integers(0, 20_000, (10_000, 2))
    assert assert_as_by_union_find(links_of([pair for pair in pairs.tolist() if pair[0] != pair[1]]), 5) <= 10


def test_a_million_links_of_one_node_stay_so_many():
    links = np.zeros(1_000_000, LINK)
    links["node"] = np.arange(1, len(links) + 1)[::-1]
    seen = both_ends(links)
    assert unsettled(seen) == 0
    assert len(large_star(seen)) == len(small_star(links)) == len(links)
    nodes, smallest, sizes = members(seen)
    assert nodes.tolist() == list(range(len(links) + 1))
    assert not smallest.any()
    assert set(sizes.tolist()) == {len(links) + 1}


def test_a_line_of_three_is_told_from_a_star():
    assert unsettled(both_ends(links_of([(0, 1), (1, 2)]))) == 1  # the node between has a smaller and a greater one
    assert unsettled(both_ends(links_of([(0, 2), (1, 2)]))) == 1  # the greatest has two that are smaller
    assert unsettled(both_ends(links_of([(0, 1), (0, 2), (0, 2)]))) == 0


def test_nothing_has_no_links():
    nothing = np.empty(0, LINK)
    for made in (forest(*ends(nothing)), both_ends(nothing), large_star(nothing), small_star(nothing)):
        assert made.dtype == LINK
        assert len(made) == 0
    assert unsettled(nothing) == 0
    assert [len(column) for column in members(nothing)] == [0, 0, 0]
