"""The passes behind exact verification: Jaccard similarities of sets of shingles, and the stars of buckets."""

from typing import Any

import numpy as np

from filters.compiled import inner, kernel
from filters.cuts import Ints
from filters.minhash import Values
from filters.near_kernels import LEADERS

__all__ = ["exact_stars", "jaccard"]

ROUNDING = 1e-7  # 0.7 * 10 is a little more than 7


@inner
def jaccard(hashes: Values, one: int, one_size: int, other: int, other_size: int, similarity: float) -> float:
    """The Jaccard similarity of two sets, which begin at `one` and `other`; -1 where it is less than asked for."""
    least, most = min(one_size, other_size), max(one_size, other_size)
    if least < similarity * most - ROUNDING:  # even if one holds the other
        return -1.0
    shared, i, j = 0, 0, 0
    while i < one_size and j < other_size:
        a, b = hashes[one + i], hashes[other + j]
        shared += a == b
        i += a <= b
        j += b <= a
    union = one_size + other_size - shared
    return shared / union if shared >= similarity * union - ROUNDING else -1.0


@kernel
def exact_stars(
    buckets: Ints,
    members: Ints,
    starts: Ints,
    sizes: Ints,
    hashes: Values,
    similarity: float,
    leaders: Ints,
    state: Ints,
) -> Any:
    """Each member joined to the first leader of its bucket that it resembles; it leads too, where it resembles none.

    A bucket has `LEADERS` leaders at most. That joins what `filters.near_kernels.star_edges` joins in rounds, in one
    pass, so that the members may come in parts.

    Args:
        buckets: of each member, those of a bucket beside each other.
        members: numbers of sets.
        starts: of each set, its place in `hashes`.
        sizes: of each set.
        hashes: of the sets of these members and of the leaders so far.
        similarity: the least that makes a resemblance.
        leaders: room for `LEADERS` sets; those of the bucket that is open, from an earlier part.
        state: that bucket, and how many leaders it has.

    Returns:
        Leader, member and similarity of each edge.
    """
    joined, others = np.empty(len(members), np.int64), np.empty(len(members), np.int64)
    found = np.empty(len(members))
    count = 0
    for place in range(len(members)):
        if buckets[place] != state[0]:
            state[0], state[1] = buckets[place], 0
        mine, alike = members[place], -1.0
        for k in range(state[1]):
            one = leaders[k]
            alike = jaccard(hashes, starts[one], sizes[one], starts[mine], sizes[mine], similarity)
            if alike >= 0:
                joined[count], others[count], found[count] = one, mine, alike
                count += 1
                break
        if alike < 0 and state[1] < LEADERS:
            leaders[state[1]] = mine
            state[1] += 1
    return joined[:count], others[:count], found[:count]
