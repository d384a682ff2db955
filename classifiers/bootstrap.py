"""Intervals of any figure, by drawing the clusters of a sample again.

Rows of one template or domain resemble each other: drawn one by one they would count as more evidence than they are.
Efron and Tibshirani 1993, chapter 13 (percentile interval); Field and Welsh 2007 (clusters drawn whole).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["REPLICATES", "cluster_numbers", "intervals"]

Numbers = npt.NDArray[np.int64]

REPLICATES = 1000
LEAST_DEFINED = 0.9
"""An interval of fewer replicates than this share would be of the lucky draws alone."""


def cluster_numbers(clusters: pa.Array | pa.ChunkedArray | None, rows: int) -> Numbers:
    """The cluster of each row, numbered from 0; a row without one (null), or every row, is a cluster of its own."""
    if clusters is None:
        return np.arange(rows)
    if isinstance(clusters, pa.ChunkedArray):
        clusters = clusters.combine_chunks()
    known = clusters.dictionary_encode()
    numbers: Numbers = known.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    alone = numbers < 0
    numbers[alone] = len(known.dictionary) + np.arange(int(alone.sum()))
    return numbers


def intervals(
    figures: Callable[[Numbers], Sequence[float | None]],
    clusters: Numbers,
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> list[tuple[float, float] | None]:
    """The 95% percentile interval of each figure.

    Args:
        figures: from how often each row was drawn to the figures, in a fixed order, None where undefined.
        clusters: the cluster of each row, as of `cluster_numbers`.
        replicates: how many samples are drawn.
        seed: another seed, other draws; the same seed gives the same interval.

    Returns:
        None for a figure that is undefined in more than a tenth of the draws, and where there are fewer than two
        clusters: a single one says nothing of others.
    """
    names, numbers = np.unique(clusters, return_inverse=True)
    count = len(names)
    drawn = np.random.default_rng(seed)
    values = [
        figures(np.bincount(drawn.integers(0, count, count), minlength=count)[numbers])
        for _ in range(replicates if count > 1 else 0)
    ]
    columns = zip(*values, strict=True) if values else ([] for _ in figures(np.ones(len(clusters), np.int64)))
    return [_interval([value for value in column if value is not None], replicates) for column in columns]


def _interval(defined: list[float], replicates: int) -> tuple[float, float] | None:
    if not defined or len(defined) < LEAST_DEFINED * replicates:
        return None
    low, high = np.quantile(defined, (0.025, 0.975))
    return float(low), float(high)
