"""Histograms of a signal over a whole corpus: one pass, bounded memory, the same counts in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Histogram", "Tally"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MANTISSA_BITS = 10
_SHIFT = 52 - MANTISSA_BITS
_SIGN_FREE = np.int64(0x7FFF_FFFF_FFFF_FFFF)
BINS = 48
TAIL = 0.005  # share at each end that is drawn into the outermost bin
LONG_TAIL = 20.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How a signal is distributed.

    Attributes:
        edges: n + 1 increasing bounds; bin i counts ``edges[i] <= value < edges[i + 1]``, and the outermost
            bins count all that lies beyond them too.
        counts: n counts.
        scale: how the edges are spaced; ``log`` is of 1 + value, ``whole`` has a bin for each whole number, which
            lies in its middle.
        documents: values counted.
        minimum, median, maximum: to one part in 1,024.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    scale: Literal["linear", "log", "whole"]
    documents: int
    minimum: float
    median: float
    maximum: float

    def place(self, value: float) -> float:
        """Where a value lies between the first edge (0) and the last (1), on the drawn scale; clipped."""
        low, high, at = (np.log1p(v) if self.scale == "log" else v for v in (self.edges[0], self.edges[-1], value))
        return float(np.clip((at - low) / (high - low), 0.0, 1.0))


class Tally:
    """Counts of values by their sign, exponent and first ten binary places: at most one part in 1,024 off.

    So the range need not be known before, and tallies of shards add up. Integers up to 2,048 are exact.
    """

    def __init__(self) -> None:
        self._keys: Ints = np.zeros(0, np.int64)
        self._counts: Ints = np.zeros(0, np.int64)

    def add(self, values: Floats) -> None:
        """Count values; those that are not finite are passed over."""
        bits = (values[np.isfinite(values)] + 0.0).view(np.int64)
        ordered = np.where(bits < 0, bits ^ _SIGN_FREE, bits) >> _SHIFT
        keys, counts = np.unique(ordered.astype(np.int32), return_counts=True)
        merged, places = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
        self._counts = np.bincount(places, np.concatenate([self._counts, counts]), len(merged)).astype(np.int64)
        self._keys = merged

    def histogram(self, limits: Sequence[float] = (), bins: int = BINS) -> Histogram | None:
        """The counts in about `bins` bins wide enough to show every limit; None where nothing was counted.

        A bin begins at the first limit, so that no bin lies on both sides of it. The scale is logarithmic
        where the tail is long (values over 100 and over twenty times the median or a limit).
        """
        if not len(self._keys):
            return None
        values = _lower_bounds(self._keys)
        low, median, high = (self._quantile(values, q) for q in (TAIL, 0.5, 1 - TAIL))
        shown = [limit for limit in limits if np.isfinite(limit)]
        low, high = min([low, *shown]), max([high, *shown])
        small = min([median, *(limit for limit in shown if limit > 0)])
        scale: Literal["linear", "log", "whole"] = "linear"
        if high - low < bins and np.all(values == np.floor(values)):
            scale = "whole"
        elif low >= 0 and high > max(100.0, LONG_TAIL * small):
            scale = "log"
        edges = _edges(low, high, shown[0] if shown else low, scale, bins)
        places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
        counts = np.bincount(places, self._counts, len(edges) - 1).astype(np.int64)
        return Histogram(
            edges=tuple(edges.tolist()),
            counts=tuple(counts.tolist()),
            scale=scale,
            documents=int(self._counts.sum()),
            minimum=float(values[0]),
            median=median,
            maximum=float(values[-1]),
        )

    def _quantile(self, values: Floats, share: float) -> float:
        cumulative = np.cumsum(self._counts)
        return float(values[np.searchsorted(cumulative, share * cumulative[-1])])


def _lower_bounds(keys: Ints) -> Floats:
    """The least value that falls under each key."""
    ordered = keys << _SHIFT
    return np.where(ordered < 0, ordered ^ _SIGN_FREE, ordered).view(np.float64)


def _edges(low: float, high: float, anchor: float, scale: str, bins: int) -> Floats:
    """Evenly spaced bounds from low to high, one of them at the anchor; no sliver of a bin at either end."""
    if scale == "whole":
        return np.arange(np.floor(low), np.ceil(high) + 2) - 0.5
    if high <= low:
        high = low + max(abs(low), 1.0)
    if scale == "log":
        drawn = _edges(np.log1p(low), np.log1p(high), np.log1p(anchor), "linear", bins)
        return np.unique(np.expm1(drawn).clip(low, high))
    width = (high - low) / bins
    between = anchor + width * np.arange(np.ceil((low - anchor) / width), np.floor((high - anchor) / width) + 1)
    far = (between - low > width / 2) & (high - between > width / 2)
    at_anchor = (between == anchor) & (low < anchor < high)
    return np.concatenate([[low], between[far | at_anchor], [high]])
