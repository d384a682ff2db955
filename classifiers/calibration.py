"""From a judge's raw score to a probability that comes true: Platt's sigmoid.

Platt 1999, "Probabilistic outputs for support vector machines", fitted as Lin, Lin and Weng 2007 ("A note on Platt's
probabilistic outputs") do: Newton's method with a line search, which always ends.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.metrics import Floats, Mask
from filters.errors import ConfigurationError

__all__ = ["IDENTITY", "Platt", "fit_platt", "logits"]

_STEPS, _ENOUGH, _RIDGE, _LEAST_STEP = 100, 1e-8, 1e-12, 1e-10
_LEAST = 1e-7  # a float32 probability nearer to 0 or 1 says no more


@dataclass(frozen=True, slots=True)
class Platt:
    """``p = 1 / (1 + exp(-(slope x + intercept)))`` of a score x in log-odds."""

    slope: float = 1.0
    intercept: float = 0.0

    def probabilities(self, scores: Floats) -> npt.NDArray[np.float64]:
        """The probability of each score; NaN where there is none."""
        known = ~np.isnan(scores)
        found = np.full(scores.shape, np.nan)
        found[known] = _sigmoid(self.slope * scores[known].astype(np.float64) + self.intercept)
        return found


IDENTITY = Platt()
"""Scores are log-odds as they stand."""


def logits(probabilities: Floats) -> npt.NDArray[np.float64]:
    """``log(p / (1 - p))``, with p held within 1e-7 of 0 and 1."""
    p = np.clip(probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.log(p) - np.log1p(-p)


def fit_platt(scores: Floats, truth: Mask) -> Platt:
    """The sigmoid that makes the truth most likely, its targets drawn in as Platt does: (n + 1) / (n + 2).

    Raises:
        ConfigurationError: all rows are alike, or higher scores are not more often so: no sigmoid can mend that.
    """
    x = scores.astype(np.float64)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        raise ConfigurationError(
            f"a judge cannot be calibrated on {positive} texts that have the label and {negative} that have not; "
            "hold out more rows, or name a validation file that has both"
        )
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    slope, intercept = 0.0, float(np.log((positive + 1) / (negative + 1)))
    loss = _loss(slope, intercept, x, target)
    for _ in range(_STEPS):
        p = _sigmoid(slope * x + intercept)
        error, weight = p - target, p * (1 - p)
        gradient = np.array([(error * x).sum(), error.sum()])
        if np.abs(gradient).max() < _ENOUGH * max(1.0, len(x)):
            break
        cross = (weight * x).sum()
        curvature = np.array([[(weight * x * x).sum() + _RIDGE, cross], [cross, weight.sum() + _RIDGE]])
        direction = -np.linalg.solve(curvature, gradient)
        step, fall = 1.0, float(gradient @ direction)
        while step >= _LEAST_STEP:
            moved = slope + step * float(direction[0]), intercept + step * float(direction[1])
            lower = _loss(*moved, x, target)
            if lower < loss + 1e-4 * step * fall:
                break
            step /= 2
        else:
            break
        (slope, intercept), loss = moved, lower
    if slope <= 0:
        raise ConfigurationError(
            f"a judge cannot be calibrated: on {len(x)} held-out texts higher scores are not more often true "
            f"(slope {slope:.3f}); train longer or on more texts, or see whether the labels are the wrong way round"
        )
    return Platt(slope, intercept)


def _loss(slope: float, intercept: float, x: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> float:
    z = slope * x + intercept
    return float((np.logaddexp(0, z) - target * z).sum())


def _sigmoid(z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.exp(-np.logaddexp(0, -z))
