import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.components import bucket_edges, components

PAIR = np.dtype([("hash", "<u8"), ("payload", "<u8"), ("document", "<u8")])
GREATEST = 2**64 - 1


def ends_of(pairs):
    return [np.array([pair[end] for pair in pairs], np.uint64) for end in (0, 1)]


def twin(pairs):
    """Component of each document by merging sets."""
    sets = {}
    for a, b in pairs:
        merged = sets.get(a, {a}) | sets.get(b, {b})
        for member in merged:
            sets[member] = merged
    return sets


NODES = st.one_of(st.integers(0, 12), st.integers(GREATEST - 3, GREATEST))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NODES, NODES).filter(lambda pair: pair[0] != pair[1]), max_size=30))
def test_components_are_those_of_merged_sets(pairs):
    documents, smallest, sizes = components(*ends_of(pairs))
    sets = twin(pairs)
    assert documents.tolist() == sorted(sets)
    assert smallest.tolist() == [min(sets[d]) for d in sorted(sets)]
    assert sizes.tolist() == [len(sets[d]) for d in sorted(sets)]


@settings(max_examples=50, deadline=None)
@given(st.permutations(list(range(40))))
def test_a_long_chain_in_any_order_is_one_component(order):
    pairs = [(place, place + 1) for place in order]
    _, smallest, sizes = components(*ends_of(pairs))
    assert set(smallest.tolist()) == {0}
    assert set(sizes.tolist()) == {41}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=25))
def test_a_bucket_is_a_star_around_its_smallest_document(keys):
    pairs = np.array([(h, p, d) for d, (h, p) in enumerate(keys)], PAIR)
    np.random.default_rng(0).shuffle(pairs)
    edges = bucket_edges(pairs, 1)
    wanted = set()
    for key in set(keys):
        first, *others = [d for d, k in enumerate(keys) if k == key]
        wanted |= {(first, d) for d in others}
    assert {(int(e["low"]), int(e["high"])) for e in edges} == wanted
    assert len(edges) == len(wanted)
    assert set(edges["kind"].tolist()) <= {1}
    assert set(edges["similarity"].tolist()) <= {1.0}


def test_equal_hashes_with_other_payloads_are_no_duplicates():
    assert len(bucket_edges(np.array([(7, 1, 0), (7, 2, 1)], PAIR), 0)) == 0


def test_a_hot_bucket_has_one_edge_less_than_members():
    pairs = np.zeros(1_000_000, PAIR)
    pairs["document"] = np.arange(len(pairs))[::-1]
    edges = bucket_edges(pairs, 0)
    assert len(edges) == len(pairs) - 1
    assert not edges["low"].any()
    documents, smallest, sizes = components(edges["low"], edges["high"])
    assert len(documents) == len(pairs)
    assert not smallest.any()
    assert (sizes == len(pairs)).all()


def test_nothing_has_no_edges_and_no_components():
    assert len(bucket_edges(np.empty(0, PAIR), 0)) == 0
    documents, smallest, sizes = components(np.empty(0, np.uint64), np.empty(0, np.uint64))
    assert len(documents) == len(smallest) == len(sizes) == 0
