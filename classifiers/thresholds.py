"""At which probability a judge says yes: by what its two errors cost, or by how much it must find."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from classifiers.metrics import Floats, Mask
from filters.errors import ConfigurationError

__all__ = ["Cost", "Fixed", "Recall", "Rule", "choose"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a false alarm and a miss cost, in any unit: only their ratio counts.

    Flagging pays where ``p > c_FP / (c_FP + c_FN)``, if p is calibrated (Elkan 2001).
    """

    false_positive: float
    false_negative: float


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of what is so that must be found."""

    least: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """A probability that the user has chosen."""

    probability: float


Rule: TypeAlias = Cost | Recall | Fixed


def choose(rule: Rule, probabilities: Floats, truth: Mask) -> float:
    """The threshold: a text is flagged whose probability is at least so high.

    For a recall it is the greatest that finds the share in these rows; on other texts the share will differ.

    Raises:
        ConfigurationError: a recall is asked for and no row is so.
    """
    match rule:
        case Fixed(probability):
            return probability
        case Cost(false_positive, false_negative):
            return false_positive / (false_positive + false_negative)
        case Recall(least):
            found = np.sort(probabilities[truth].astype(np.float64))[::-1]
            if not len(found):
                raise ConfigurationError(
                    f"a recall of {least} cannot be reached: no held-out text has the label; "
                    "hold out more rows, or give a threshold or costs"
                )
            return float(found[max(1, math.ceil(least * len(found) - 1e-9)) - 1])
