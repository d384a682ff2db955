"""Intervals for rates that were measured on a sample."""

from math import sqrt

__all__ = ["wilson"]

Z = 1.959963984540054  # two-sided 95%


def wilson(count: int, total: int) -> tuple[float, float] | None:
    """The 95% Wilson score interval of a rate; None where nothing was drawn.

    ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``, E. B. Wilson, JASA 22 (1927), 209-212. It
    takes the documents of a sample as independent draws.
    """
    if total <= 0:
        return None
    rate = count / total
    square = Z * Z / total
    middle = rate + square / 2
    half = Z * sqrt(rate * (1 - rate) / total + square / (4 * total))
    low, high = (middle - half) / (1 + square), (middle + half) / (1 + square)
    return max(0.0, min(low, rate)), min(1.0, max(high, rate))
