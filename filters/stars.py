"""Components by rounds of stars, where the links of a graph do not fit one worker.

The alternating algorithm of Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii, "Connected Components in MapReduce
and Beyond" (SoCC 2014): a round is one large-star and one small-star operation. Every node is handled where all of its
links are, so that a part of the graph is all the links of some of its nodes. Neither operation parts what is connected,
joins what is not, or makes more links than there were; rounds end where every component is one star around its smallest
node. A line of n nodes in ascending order takes log2 n rounds (14 for 10,000, 20 for a million), in random order some
four fewer, a random graph of a million nodes and links 6.

Deviations: links are kept once and not as duplicates; the paper's copies of nodes of many links are not made, so that a
component costs time and memory linear in its size where its smallest node is handled.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from filters.components import components

__all__ = ["LINK", "both_ends", "forest", "large_star", "members", "small_star", "unsettled"]

LINK = np.dtype([("node", "<u8"), ("other", "<u8")])
"""A link as one of its two nodes sees it."""

Links = npt.NDArray[np.void]
Nodes = npt.NDArray[np.uint64]


def forest(ones: Nodes, others: Nodes) -> Links:
    """Fewer links that connect the same: of each component, every other node with its smallest.

    Args:
        ones: one end of each link.
        others: its other end.

    Returns:
        Links whose node is the greater of the two, ascending.
    """
    nodes, smallest, _ = components(ones, others)
    greater = nodes != smallest
    return _links(nodes[greater], smallest[greater])


def both_ends(links: Links) -> Links:
    """Every link twice, as each of its nodes sees it."""
    nodes, others = links["node"], links["other"]
    return _links(np.concatenate([nodes, others]), np.concatenate([others, nodes]))


def large_star(links: Links) -> Links:
    """Connect the greater neighbours of every node with the smallest of it and all its neighbours.

    Args:
        links: all of some nodes, as those see them, smaller and greater neighbours alike.

    Returns:
        Links whose node is the greater of the two, each once.
    """
    links = _unique(links)
    smallest = np.minimum(_first_of_node(links), links["node"])
    greater = links["other"] > links["node"]
    return _unique(_links(links["other"][greater], smallest[greater]))


def small_star(links: Links) -> Links:
    """Connect every node and its smaller neighbours with the smallest of them.

    Args:
        links: all of some nodes with smaller neighbours.

    Returns:
        Links whose node is the greater of the two, each once.
    """
    links = _unique(links)
    smallest = _first_of_node(links)
    first = links["other"] == smallest
    return _unique(_links(np.where(first, links["node"], links["other"]), smallest))


def unsettled(links: Links) -> int:
    """How many nodes show that a graph is not yet made of stars around the smallest: none where it is.

    In such a graph a node has either greater neighbours only or a single, smaller one.

    Args:
        links: all of some nodes, as those see them.
    """
    links = _unique(links)
    begins = _starts_of_nodes(links)
    counts = np.diff(np.append(begins, len(links)))
    smaller = np.add.reduceat(links["other"] < links["node"], begins, dtype=np.int64) if len(begins) else counts
    return int(((smaller > 0) & (counts > 1)).sum())


def members(links: Links) -> tuple[Nodes, Nodes, npt.NDArray[np.int64]]:
    """The components whose smallest node is among those that are handled here; of a graph made of stars.

    Args:
        links: all of some nodes, as those see them.

    Returns:
        Nodes, smallest node of their component and its size, as `filters.components.components` returns them.
    """
    links = _unique(links)
    links = links[links["other"] > links["node"]]
    begins = _starts_of_nodes(links)
    counts = np.diff(np.append(begins, len(links)))
    nodes = np.concatenate([links["node"][begins], links["other"]])
    smallest = np.concatenate([links["node"][begins], links["node"]])
    sizes = np.concatenate([counts, np.repeat(counts, counts)]) + 1
    order = np.argsort(nodes)
    return nodes[order], smallest[order], sizes[order].astype(np.int64)


def _links(nodes: Nodes, others: Nodes) -> Links:
    links = np.empty(len(nodes), LINK)
    links["node"], links["other"] = nodes, others
    return links


def _unique(links: Links) -> Links:
    """Each link once, by node, then by neighbour."""
    links = links[np.lexsort((links["other"], links["node"]))]
    new = np.ones(len(links), np.bool_)
    new[1:] = (links["node"][1:] != links["node"][:-1]) | (links["other"][1:] != links["other"][:-1])
    return links[new]


def _starts_of_nodes(links: Links) -> npt.NDArray[Any]:
    """Where the links of each node begin."""
    return np.flatnonzero(np.concatenate([[True], links["node"][1:] != links["node"][:-1]])[: len(links)])


def _first_of_node(links: Links) -> Nodes:
    """The smallest neighbour of each link's node."""
    begins = _starts_of_nodes(links)
    return np.repeat(links["other"][begins], np.diff(np.append(begins, len(links))))
