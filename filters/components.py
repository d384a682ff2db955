"""Components: documents that resemble one another, directly or through others. Facts, no verdict."""

from typing import Any

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel

__all__ = ["EDGE", "bucket_edges", "components", "unique_edges"]

Documents = npt.NDArray[np.uint64]

EDGE = np.dtype([("low", "<u8"), ("high", "<u8"), ("kind", "<u1"), ("similarity", "<f4")])
"""One resemblance: two documents, ``low < high``; a kind, as its place in the list of kinds; 0 to 1, or NaN."""


def bucket_edges(pairs: npt.NDArray[np.void], kind: int) -> npt.NDArray[np.void]:
    """Edges from every member of a bucket to its smallest: a star, linear in the bucket's size.

    Args:
        pairs: fields ``hash``, ``payload`` and ``document``; equal in the first two means the same bucket.
        kind: written into every edge.
    """
    order = np.lexsort((pairs["document"], pairs["payload"], pairs["hash"]))
    pairs = pairs[order]
    same = (pairs["hash"][1:] == pairs["hash"][:-1]) & (pairs["payload"][1:] == pairs["payload"][:-1])
    follows = np.concatenate([[False], same]) if len(pairs) else np.empty(0, np.bool_)
    first = np.maximum.accumulate(np.where(follows, 0, np.arange(len(pairs))))
    edges = np.empty(int(follows.sum()), EDGE)
    edges["low"] = pairs["document"][first[follows]]
    edges["high"] = pairs["document"][follows]
    edges["kind"] = kind
    edges["similarity"] = 1.0
    return edges


def unique_edges(edges: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """The edges by high and low end and kind, each once, though several buckets found it."""
    edges = edges[np.lexsort((edges["kind"], edges["low"], edges["high"]))]
    new = np.ones(len(edges), np.bool_)
    new[1:] = False
    for name in ("high", "low", "kind"):
        new[1:] |= edges[name][1:] != edges[name][:-1]
    return edges[new]


def components(ones: Documents, others: Documents) -> tuple[Documents, Documents, npt.NDArray[np.int64]]:
    """The connected components of a graph.

    Args:
        ones: one end of each edge.
        others: its other end.

    Returns:
        documents: every document with an edge, ascending.
        smallest: the smallest document of its component, which names it.
        sizes: how many documents its component has.
    """
    documents, places = np.unique(np.concatenate([ones, others]), return_inverse=True)
    roots = _union(len(documents), places[: len(ones)], places[len(ones) :])
    _, which, counts = np.unique(roots, return_inverse=True, return_counts=True)
    return documents, documents[roots], counts[which].astype(np.int64)


@kernel
def _union(count: int, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Any:
    """Roots by union with the smaller place as root, and path halving."""
    parents = np.arange(count)
    for edge in range(len(left)):
        a, b = left[edge], right[edge]
        while parents[a] != a:
            parents[a] = parents[parents[a]]
            a = parents[a]
        while parents[b] != b:
            parents[b] = parents[parents[b]]
            b = parents[b]
        if a < b:
            parents[b] = a
        elif b < a:
            parents[a] = b
    for node in range(count):  # parents are smaller, so one ascending pass flattens every path
        parents[node] = parents[parents[node]]
    return parents
