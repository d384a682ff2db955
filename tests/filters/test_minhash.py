import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.minhash import EMPTY, Permutations, resemblance, signatures
from filters.shingles import Shingling


def signed(sets, permutations):
    bounds = np.cumsum([0, *map(len, sets)]).astype(np.int64)
    return signatures(bounds, np.array([h for of_text in sets for h in of_text], np.uint32), permutations)


@given(
    st.lists(st.lists(st.integers(0, EMPTY), max_size=600), max_size=4),
    st.sampled_from([Permutations(1), Permutations(112), Permutations(260, seed=7)]),
)
@settings(max_examples=60)
def test_a_signature_is_datasketchs_value_for_value(sets, permutations):
    for of_text, signature in zip(sets, signed(sets, permutations), strict=True):
        theirs = MinHash(permutations.count, permutations.seed, scheme="affine32", hashfunc=int)
        for value in of_text:
            theirs.update(value)
        assert signature.tolist() == theirs.hashvalues.tolist()


def test_a_text_without_a_shingle_has_the_empty_signature():
    assert set(signed([[]], Permutations(8))[0].tolist()) == {EMPTY}


def test_repeats_and_order_change_nothing():
    one, other = signed([[3, 1, 2, 1], [1, 2, 3]], Permutations(32))
    assert one.tolist() == other.tolist()


@pytest.mark.parametrize("shared", [0, 50, 80, 100])
def test_the_share_of_equal_values_estimates_the_jaccard_similarity(shared):
    words = [f"w{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(300)]
    common, mine, yours = words[:shared], words[100 : 200 - shared], words[200 : 300 - shared]
    texts = pa.array([" ".join(common + mine), " ".join(common + yours)])
    one, other = signatures(*Shingling("words", 1).hashes(texts), Permutations(4096))
    jaccard = shared / (200 - shared)
    assert abs(resemblance(one, other) - jaccard) <= 4 * np.sqrt(jaccard * (1 - jaccard) / 4096)
