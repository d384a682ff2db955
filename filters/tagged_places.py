"""Places in the texts of a batch on one line, and stretches of it: what is left of them beside cuts, and merged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Line", "Stretches"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of a line, end exclusive."""

    starts: Ints
    ends: Ints

    @staticmethod
    def merged(parts: "Sequence[Stretches]") -> "tuple[Stretches, Ints]":
        """All parts as one, in order, overlapping stretches as one; the first part that each of them has a piece of.

        Stretches that only touch stay two.
        """
        starts, ends = (np.concatenate([*(getattr(p, n) for p in parts), _NONE]) for n in ("starts", "ends"))
        rank = np.repeat(np.arange(len(parts)), [len(p.starts) for p in parts])
        order = np.argsort(starts, kind="stable")
        starts, ends, rank = starts[order], ends[order], rank[order]
        if not len(starts):
            return Stretches(starts, ends), rank
        reach = np.maximum.accumulate(ends)
        first = np.flatnonzero(np.concatenate([[True], starts[1:] >= reach[:-1]]))
        last = np.concatenate([first[1:], [len(starts)]]) - 1
        return Stretches(starts[first], reach[last]), np.minimum.reduceat(rank, first)

    def overlapping(self, others: "Stretches") -> Bools:
        """Which of these share a place with one of others that are merged."""
        if not len(others.starts):
            return np.zeros(len(self.starts), np.bool_)
        next_one = np.searchsorted(others.ends, self.starts, side="right")
        there = np.minimum(next_one, len(others.ends) - 1)
        return np.asarray((next_one < len(others.ends)) & (others.starts[there] < self.ends))


class Line:
    """The texts of a batch laid end to end, with room for one place between two of them.

    Args:
        lengths: of the texts, in code points.
        edits: that cut or replace parts of them, sorted and not overlapping within a row.

    Attributes:
        cuts: those parts.
    """

    def __init__(self, lengths: Ints, edits: pa.ListArray) -> None:
        self._starts = np.concatenate([[0], np.cumsum(lengths + 1)]).astype(np.int64)
        flat = edits.flatten()
        rows = np.asarray(pc.list_parent_indices(edits).to_numpy(), np.int64)
        start, end = (flat.field(name).to_numpy(zero_copy_only=False) for name in ("start", "end"))
        self.cuts = Stretches(self.at(rows, start), self.at(rows, end))
        apart = self.cuts.starts[1:] > self.cuts.ends[:-1]
        some = np.ones(min(len(rows), 1), np.bool_)
        starts = self.cuts.starts[np.concatenate([some, apart])]
        self._taken = Stretches(starts, self.cuts.ends[np.concatenate([apart, some])])  # touching cuts as one

    def at(self, rows: Ints, places: Ints) -> Ints:
        """Where places of texts are on the line."""
        return np.asarray(self._starts[rows] + places, np.int64)

    def rows(self, places: Ints) -> Ints:
        """Whose text each place is of."""
        return np.searchsorted(self._starts, places, side="right") - 1

    def places(self, places: Ints, rows: Ints) -> Ints:
        """Places in the texts that they are of."""
        return np.asarray(places - self._starts[rows], np.int64)

    def left_of(self, stretches: Stretches) -> Stretches:
        """Stretches that begin and end outside of cuts: shorter where they did not, gone where nothing is left."""
        starts, ends, taken = stretches.starts, stretches.ends, self._taken
        if len(taken.starts):
            last = len(taken.starts) - 1
            after = np.searchsorted(taken.ends, starts, side="right")  # the first cut that ends behind the start
            cut = np.minimum(after, last)
            starts = np.where((after <= last) & (taken.starts[cut] <= starts), taken.ends[cut], starts)
            before = np.searchsorted(taken.starts, ends, side="left") - 1  # the last cut that begins before the end
            cut = np.maximum(before, 0)
            ends = np.where((before >= 0) & (taken.ends[cut] >= ends), taken.starts[cut], ends)
        some = starts < ends
        return Stretches(starts[some], ends[some])


_NONE = np.empty(0, np.int64)
