"""Quantile limits: counts by value that merge in any order, and the limit that a share asks for.

Values are counted by the upper 32 bits of an order-preserving image of their float64 bits: sign, exponent
and 20 bits of mantissa. Whole numbers up to two million are told apart; others to one part in a million.
The limit is exact for what was counted, and the same however the counts were merged.
"""

from fractions import Fraction
from math import ceil

import numpy as np
import numpy.typing as npt

__all__ = ["COUNT", "count_values", "merge_counts", "quantile_limit"]

COUNT = np.dtype([("key", "<u4"), ("count", "<i8")])
SIGN = np.uint64(1 << 63)
LEAST = 0x000FFFFF_FFFFFFFF
"""The image of minus infinity."""


def count_values(values: npt.NDArray[np.float64]) -> npt.NDArray[np.void]:
    """Values counted by key, ascending; there must be no NaN among them."""
    bits = (values + 0.0).view(np.uint64)  # + 0.0 makes -0.0 the same as 0.0
    ordered = np.where(bits & SIGN, ~bits, bits | SIGN)
    keys, counts = np.unique((ordered >> np.uint64(32)).astype(np.uint32), return_counts=True)
    return _counts(keys, counts)


def merge_counts(parts: list[npt.NDArray[np.void]]) -> npt.NDArray[np.void]:
    """The counts of all parts together."""
    together = np.concatenate([np.empty(0, COUNT), *parts])
    keys, places = np.unique(together["key"], return_inverse=True)
    return _counts(keys, np.bincount(places, weights=together["count"], minlength=len(keys)).astype(np.int64))


def quantile_limit(counts: npt.NDArray[np.void], share: float, *, top: bool) -> float:
    """The tightest limit that lets at least a share of the values pass.

    Args:
        counts: at least one value.
        share: in (0, 1], taken as the decimal it is written as: 0.1 is a tenth of any number of values.
        top: the limit is a minimum and the greatest values pass; else a maximum and the smallest do.
    """
    ordered = counts[::-1] if top else counts
    passing = np.cumsum(ordered["count"])
    least = ceil(Fraction(repr(float(share))) * int(passing[-1]))  # in floats, shares of many values are off by one
    key = int(ordered["key"][int(np.searchsorted(passing, least))])
    return _least(key) if top else -_least(0xFFFFFFFF - key)  # the image of -x is the complement of that of x


def _counts(keys: npt.NDArray[np.uint32], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
    result = np.empty(len(keys), COUNT)
    result["key"], result["count"] = keys, counts
    return result


def _least(key: int) -> float:
    """The least number with that key; the images below that of minus infinity are of no number."""
    ordered = np.uint64(max(key << 32, LEAST))
    bits = ordered ^ SIGN if ordered & SIGN else ~ordered
    return float(np.array([bits], np.uint64).view(np.float64)[0])
