"""How much a judge's answer changes when only the identity in a sentence changes.

Rows that differ in nothing but an identity form a set, such as one filled template. Garg et al. 2019
(arXiv 1809.10610), counterfactual token fairness; deviation: the gap is over all pairs of a set, since no sentence of
a template is the original one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from classifiers.bootstrap import Numbers
from classifiers.metrics import Floats, Mask, Weights

__all__ = ["CounterfactualSets", "IdentityFigures", "mcnemar"]


class CounterfactualSets:
    """Scores and decisions, seen set by set; a set of one row says nothing and is left out.

    Args:
        sets: the set of each row, numbered from 0.
        scores: of each row.
        flagged: the decision on each row.
    """

    def __init__(self, sets: Numbers, scores: Floats, flagged: Mask) -> None:
        sizes = np.bincount(sets)
        rows = np.flatnonzero(sizes[sets] > 1)
        rows = rows[np.lexsort((scores[rows], sets[rows]))]
        self.first = rows[np.r_[True, sets[rows][1:] != sets[rows][:-1]]] if len(rows) else rows
        """One row of each set: its weight, in a bootstrap that draws whole sets, is that of the set."""
        self._sets, self._scores, self._flagged, self._sizes = sets, scores.astype(np.float64), flagged, sizes
        size = sizes[sets[self.first]].astype(np.float64)
        pairs = size * (size - 1) / 2
        starts = np.cumsum(size) - size
        rank = np.arange(len(rows)) - np.repeat(starts, size.astype(np.int64))
        # The sum of |a - b| over the pairs of an ascending list is the sum of its values times (2 rank - size + 1).
        spread = self._scores[rows] * (2 * rank - np.repeat(size, size.astype(np.int64)) + 1)
        self._gaps = _sums(spread, starts) / pairs
        flags = _sums(flagged[rows].astype(np.float64), starts)
        self._flips = flags * (size - flags) / pairs

    @property
    def flips_of_each(self) -> npt.NDArray[np.float64]:
        """For each set, the share of its pairs that are decided differently."""
        return self._flips

    def gap(self, weights: Weights | None = None) -> float | None:
        """The counterfactual token fairness gap: the mean over sets of the mean ``|f(x) - f(x')|`` over their pairs."""
        return self._mean(self._gaps, weights)

    def flips(self, weights: Weights | None = None) -> float | None:
        """The mean over sets of the share of pairs that are decided differently."""
        return self._mean(self._flips, weights)

    def uneven(self, weights: Weights | None = None) -> float | None:
        """The share of sets in which not every row is decided alike: a stricter figure, and higher in large sets."""
        return self._mean((self._flips > 0).astype(np.float64), weights)

    def of_identity(self, rows: Mask) -> "IdentityFigures":
        """How the rows of one identity stand to the other rows of their sets."""
        mine = np.flatnonzero(rows & (self._sizes[self._sets] > 1))
        own, sums, flags = (
            np.bincount(self._sets[where], values[where], minlength=len(self._sizes))
            for where, values in ((mine, self._scores), (slice(None), self._scores), (slice(None), self._flagged))
        )
        counts = np.bincount(self._sets[mine], minlength=len(self._sizes))
        own_flags = np.bincount(self._sets[mine], self._flagged[mine], minlength=len(self._sizes))
        told = (counts > 0) & (counts < self._sizes)
        others = self._sizes[told] - counts[told]
        gap = own[told] / counts[told] - (sums[told] - own[told]) / others
        here = own_flags[told] * 2 > counts[told]
        there = (flags[told] - own_flags[told]) * 2 > others
        only, spared = int((here & ~there).sum()), int((there & ~here).sum())
        return IdentityFigures(
            int(told.sum()), float(gap.mean()) if len(gap) else None, only, spared, mcnemar(only, spared)
        )

    def _mean(self, values: npt.NDArray[np.float64], weights: Weights | None) -> float | None:
        weight = np.ones(len(values)) if weights is None else weights[self.first]
        return float((values * weight).sum() / weight.sum()) if weight.sum() else None


@dataclass(frozen=True, slots=True)
class IdentityFigures:
    """One identity beside the others of its sets.

    Attributes:
        sets: sets that hold it and another.
        gap: mean over them of its score less the mean of the others: above 0 it is scored higher.
        flagged_alone: sets in which it is flagged and most of the others are not.
        spared_alone: the reverse.
        p: of McNemar's test that the two are equally likely.
    """

    sets: int
    gap: float | None
    flagged_alone: int
    spared_alone: int
    p: float


def mcnemar(one: int, other: int) -> float:
    """The exact two-sided McNemar test: how likely so uneven a split of discordant pairs is if both ways are alike."""
    total = one + other
    tail = ways = 1
    for count in range(min(one, other)):
        ways = ways * (total - count) // (count + 1)
        tail += ways
    return min(1.0, float(Fraction(2 * tail, 1 << total)))


def _sums(values: npt.NDArray[np.float64], starts: Floats | Sequence[int]) -> npt.NDArray[np.float64]:
    places = np.asarray(starts, np.int64)
    return np.add.reduceat(values, places) if len(places) else np.zeros(0)
