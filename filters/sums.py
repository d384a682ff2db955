"""Sums over the pieces of each row, and the shares that are made of them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["share", "sum_by_row"]

Ints = npt.NDArray[np.int64]


def share(part: Ints, whole: Ints) -> pa.DoubleArray:
    """Part / whole, null where the whole is 0."""
    return pa.array(part / np.maximum(whole, 1), pa.float64(), mask=whole == 0)


def sum_by_row(amounts: Ints, bounds: Ints) -> Ints:
    """The sum of each row's amounts; row i has those from ``bounds[i]`` up to ``bounds[i + 1]``."""
    totals = np.concatenate([[0], np.cumsum(amounts)])
    return np.asarray(np.diff(totals[bounds]), np.int64)
