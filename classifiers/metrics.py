"""How well scores tell what holds from what does not: AUC, errors at a threshold, calibration, spans.

Every function takes arrays of one row a text, without missing truth, and optional weights of the rows (how often a
bootstrap drew each). What is undefined, such as the precision of a judge that flags nothing, is None.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "CALIBRATION_BINS",
    "Confusion",
    "Ranking",
    "auc",
    "calibration_error",
    "character_f1",
    "character_f1_of_each",
    "characters",
    "confusion",
]

Floats = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.floating] | npt.NDArray[np.integer]

CALIBRATION_BINS = 15
"""Bins of equal width: the number of Guo et al. 2017 (arXiv 1706.04599)."""


class Ranking:
    """Scores sorted once, so that many bootstrap replicates can have their AUC in linear time.

    Args:
        scores: higher for what is rather so.
        truth: whether it is so.
    """

    def __init__(self, scores: Floats, truth: Mask) -> None:
        self._order = np.argsort(scores, kind="stable")
        self._truth = truth[self._order]
        ordered = scores[self._order]
        self._starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])  # of runs of equal scores

    def auc(self, weights: Weights | None = None) -> float | None:
        """The area under the ROC curve: the share of pairs in the right order, ties as one half.

        Mann and Whitney 1947; Hanley and McNeil, Radiology 143 (1982). None without both kinds of row.
        """
        if not len(self._order):
            return None
        weight = np.ones(len(self._order)) if weights is None else weights[self._order].astype(np.float64)
        positive = np.add.reduceat(np.where(self._truth, weight, 0.0), self._starts)
        negative = np.add.reduceat(np.where(self._truth, 0.0, weight), self._starts)
        pairs = positive.sum() * negative.sum()
        if pairs == 0:
            return None
        below = np.cumsum(negative) - negative
        return float((positive * (below + negative / 2)).sum() / pairs)


def auc(scores: Floats, truth: Mask, weights: Weights | None = None) -> float | None:
    """`Ranking.auc` of scores that are ranked once."""
    return Ranking(scores, truth).auc(weights)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a decision and the truth met: counts, or sums of weights."""

    true_positives: float
    false_positives: float
    false_negatives: float
    true_negatives: float

    @property
    def precision(self) -> float | None:
        """The share of what was flagged that is so; None where nothing was flagged."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """The share of what is so that was flagged; None where nothing is so."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def false_positive_rate(self) -> float | None:
        """The share of what is not so that was flagged; None where all is so."""
        return _share(self.false_positives, self.false_positives + self.true_negatives)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where nothing is so and nothing was flagged."""
        return _f1(self.true_positives, self.false_positives + self.false_negatives)

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the two classes; of one, where the other neither occurs nor was said; None without rows."""
        other = _f1(self.true_negatives, self.false_positives + self.false_negatives)
        both = [value for value in (self.f1, other) if value is not None]
        return sum(both) / len(both) if both else None


def confusion(flagged: Mask, truth: Mask, weights: Weights | None = None) -> Confusion:
    """Decisions (``scores >= threshold``) against the truth."""
    kinds = np.bincount(truth * 2 + flagged, weights, minlength=4)
    return Confusion(float(kinds[3]), float(kinds[1]), float(kinds[2]), float(kinds[0]))


def calibration_error(probabilities: Floats, truth: Mask, weights: Weights | None = None) -> float | None:
    """The expected calibration error: how far stated probabilities lie from what happened, bin by bin.

    ``sum_b n_b / n |mean truth_b - mean probability_b|`` over `CALIBRATION_BINS` bins of equal width, each with its
    lower end (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017). None without rows.
    """
    weight = np.ones(len(truth)) if weights is None else weights.astype(np.float64)
    total = weight.sum()
    if total == 0:
        return None
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weight * (truth - probabilities.astype(np.float64)), minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / total)


def character_f1(predicted: Sequence[Collection[int]], truth: Sequence[Collection[int]]) -> float | None:
    """The mean over texts of the F1 of the characters that were marked; None without texts.

    Pavlopoulos et al., SemEval-2021 task 5 (after Da San Martino et al. 2019): a text without a marked character in
    the truth counts 1 if none was predicted, else 0.
    """
    values = character_f1_of_each(predicted, truth)
    return float(values.mean()) if len(values) else None


def character_f1_of_each(
    predicted: Sequence[Collection[int]], truth: Sequence[Collection[int]]
) -> npt.NDArray[np.float64]:
    """The F1 of each text, as in `character_f1`: for intervals."""
    pairs = ((set(ours), set(theirs)) for ours, theirs in zip(predicted, truth, strict=True))
    return np.array([_f1(len(a & b), len(a ^ b)) if a or b else 1.0 for a, b in pairs], np.float64)


def characters(spans: Iterable[tuple[int, int]]) -> set[int]:
    """The offsets that spans (start, end) cover."""
    return {place for start, end in spans for place in range(start, end)}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _f1(right: float, wrong: float) -> float | None:
    return _share(2 * right, 2 * right + wrong)
