import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.winnowing import grams, winnow

WORDS = st.lists(st.integers(0, 4), max_size=40)


def bounds_of(texts):
    return np.cumsum([0, *map(len, texts)]).astype(np.int64)


def items_of(texts):
    return np.array([word * 7919 + 3 for text in texts for word in text], np.uint64)


def kept_of(hashes, w):
    hashes = np.array(hashes, np.uint64)
    _, kept, chosen = winnow(np.array([0, len(hashes)]), hashes, w)
    return kept.tolist(), chosen.tolist()


def test_the_example_of_the_paper():
    """Section 3, figure 2: windows of four over the hashes of a do run run run."""
    hashes = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
    assert kept_of(hashes, 4)[0] == [17, 17, 8, 39, 17]


def test_each_window_knows_its_own():
    kept, chosen = kept_of([5, 3, 4, 1, 9, 9, 9], 3)
    assert (kept, [kept[c] for c in chosen]) == ([3, 1, 9], [3, 1, 1, 1, 9])


def test_fewer_hashes_than_a_window_keep_none():
    assert kept_of([1, 2], 3) == ([], [])
    assert kept_of([], 3) == ([], [])


@given(st.lists(WORDS, max_size=4), st.integers(1, 6))
def test_a_gram_of_the_same_words_has_the_same_hash_wherever_it_stands(texts, n):
    bounds, hashes = grams(bounds_of(texts), items_of(texts), n)
    wanted = [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]
    assert np.diff(bounds).tolist() == [max(len(text) - n + 1, 0) for text in texts]
    assert len(wanted) == len(hashes)
    assert len(set(zip(wanted, hashes.tolist(), strict=True))) == len(set(wanted)) == len(set(hashes.tolist()))


@settings(max_examples=200)
@given(WORDS, WORDS, WORDS, WORDS, st.lists(st.integers(0, 4), min_size=12, max_size=20), st.integers(1, 12))
def test_texts_that_share_k_and_w_words_less_one_keep_an_equal_hash(a, b, c, d, shared, k):
    w = 12 - k + 1
    texts = [a + shared + b, c + shared + d]
    bounds, hashes = grams(bounds_of(texts), items_of(texts), k)
    windows, kept, chosen = winnow(bounds, hashes, w)
    mine = [{int(h) for h in kept[chosen[windows[i] : windows[i + 1]]]} for i in range(2)]
    within = set(grams(bounds_of([shared]), items_of([shared]), k)[1].tolist())
    assert mine[0] & mine[1] & within


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 9))
def test_of_every_window_the_least_is_kept_and_no_other(hashes, w):
    kept, chosen = kept_of(hashes, w)
    assert [kept[c] for c in chosen] == [min(hashes[i : i + w]) for i in range(len(hashes) - w + 1)]
    assert sorted(set(chosen)) == list(range(len(kept)))


def test_random_hashes_are_kept_at_the_rate_of_the_paper():
    """Section 3.2: 2 / (w + 1)."""
    hashes = np.random.default_rng(7).integers(0, 1 << 63, 200_000).astype(np.uint64)
    kept = winnow(np.array([0, len(hashes)]), hashes, 26)[1]
    assert abs(len(kept) / len(hashes) - 2 / 27) < 0.001
