"""Near duplicates of one partition of the hash range: buckets of bands, and edges between verified members."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from filters.components import EDGE, unique_edges
from filters.near import Near
from filters.near_kernels import LEADERS
from filters.shingle_sets import spans
from filters.survivors import KINDS
from pipelines.documents import Documents
from pipelines.job import Tools
from pipelines.kept_signatures import signatures_of
from pipelines.shingle_sets import HELD_SHINGLES, ShingleSets

__all__ = ["near_edges"]

Values = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.void]


def near_edges(kit: Tools, near: Near, pairs: Pairs) -> npt.NDArray[np.void]:
    """The near edges of a partition, each once, as `filters.components.EDGE`.

    Documents of the same text are joined as such already; of those in one bucket only the smallest stands for them.
    Within a bucket every member is compared with the smallest, and what does not resemble that with the smallest of
    the rest, for a few rounds; by signature, or by the sets of shingles, of which a bounded part is in memory.

    Args:
        kit: of the run.
        near: what resembles what.
        pairs: fields ``hash`` of a band, ``payload`` of the text and ``document``.
    """
    from filters.near_kernels import star_edges

    members, bounds = _buckets(pairs)
    documents, places = np.unique(members, return_inverse=True)
    if near.verify == "off":
        sizes = np.diff(bounds)
        leaders, others = np.repeat(places[bounds[:-1]], sizes - 1), np.delete(places, bounds[:-1])
        similarity = np.full(len(others), np.nan)
    elif near.verify == "exact":
        leaders, others, similarity = _exact_stars(kit, near, documents, bounds, places)
    else:
        values = signatures_of(kit.corpus, near, documents)
        leaders, others, equals = star_edges(bounds, places, values, near.least_equal)
        similarity = equals / near.permutations.count
    edges = np.empty(len(others), EDGE)
    edges["low"], edges["high"] = documents[leaders], documents[others]
    edges["kind"], edges["similarity"] = KINDS.index("near"), similarity
    return unique_edges(edges)


def _buckets(pairs: Pairs) -> tuple[Documents, npt.NDArray[np.int64]]:
    """Members of buckets of two texts or more, ascending within each, and the first of each bucket."""
    pairs = pairs[np.lexsort((pairs["document"], pairs["payload"], pairs["hash"]))]
    copies = (pairs["hash"][1:] == pairs["hash"][:-1]) & (pairs["payload"][1:] == pairs["payload"][:-1])
    pairs = pairs[np.concatenate([[True], ~copies])[: len(pairs)]]
    pairs = pairs[np.lexsort((pairs["document"], pairs["hash"]))]
    follows = pairs["hash"][1:] == pairs["hash"][:-1]
    alone = ~np.concatenate([[False], follows]) & ~np.concatenate([follows, [False]]) if len(pairs) else follows
    pairs = pairs[~alone]
    begins = np.flatnonzero(np.concatenate([[True], pairs["hash"][1:] != pairs["hash"][:-1]])[: len(pairs)])
    return pairs["document"], np.append(begins, len(pairs))


def _exact_stars(
    kit: Tools, near: Near, documents: Documents, bounds: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Leader, member and similarity of each edge, part by part of the buckets' members."""
    from filters.set_kernels import exact_stars

    sets = ShingleSets(kit.corpus.index, near, documents)
    buckets = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    leaders, state = np.zeros(LEADERS, np.int64), np.array([-1, 0])
    parts = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for first, last in pairwise(spans(sets.sizes[places], HELD_SHINGLES)):
        sets.hold(np.concatenate([leaders[: state[1]], places[first:last]]))
        numbers = (buckets[first:last], places[first:last], sets.starts, sets.sizes)
        parts.append(exact_stars(*numbers, sets.hashes, near.similarity, leaders, state))
    one, other, similarity = (np.concatenate(column) for column in zip(*parts, strict=True))
    return one, other, similarity
