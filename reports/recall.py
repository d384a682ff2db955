"""How much of what a judge would flag its cascade finds, estimated from windows that were read for an audit."""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

__all__ = ["WIDEST", "Recall", "cascade_recall", "exact_interval"]

WIDEST = 0.2
"""A recall whose interval is wider is not named."""

_TAIL = 0.025  # beyond either end of a 95% interval
_MOST = 10**10  # windows; nobody audits more
_STEPS = 60  # halvings of an interval of probabilities
_TERMS = 10_000
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of the windows flagged by the transformer that lie among those that the screen let through.

    Attributes:
        audited: windows held back that were read all the same; how sure the estimate is depends on them.
        found: of these, the flagged ones.
        value: the estimate; None where it is not named, or where nothing is known to be flagged.
        low: lower end of the 95% interval.
        high: upper end.
        wanted: how many audited windows would make the interval narrow enough, as many of them being flagged as now;
            None where it is.
    """

    audited: int
    found: int
    value: float | None
    low: float
    high: float
    wanted: int | None


def cascade_recall(flagged: int, held_back: int, audited: int, found: int) -> Recall | None:
    """The recall of a cascade beside its transformer on every window.

    ``flagged / (flagged + held_back * found / audited)``: the share of the held-back windows that are audited is taken
    as it came out, not as it was asked for. Its interval is that of ``found / audited`` by Clopper and Pearson, which
    holds for no misses too, where a bootstrap would call the recall sure to be 1. It takes windows as independent
    draws; in truth equal windows are drawn together, because a hash of their bytes chooses.

    Args:
        flagged: windows that were read to decide, and flagged.
        held_back: windows that the screen held back.
        audited: of these, the ones that were read for the audit.
        found: of these, the flagged ones.

    Returns:
        None where there is nothing to estimate: no window was held back, or none flagged anywhere.
    """
    if not held_back or not (flagged or found):
        return None
    low, high = _interval(flagged, held_back, audited, found)
    if not audited or high - low > WIDEST:
        return Recall(audited, found, None, low, high, _wanted(flagged, held_back, audited, found))
    missed = held_back * found / audited
    return Recall(audited, found, flagged / (flagged + missed), low, high, None)


def exact_interval(count: float, total: float) -> tuple[float, float]:
    """The 95% interval of a rate by Clopper and Pearson, Biometrika 26 (1934), 404-413, from the beta distribution.

    Counts need not be whole, so that the interval of a larger sample of the same rate can be told. Nothing
    is known where nothing was drawn: 0 to 1.
    """
    if total <= 0:
        return 0.0, 1.0
    rest = total - count
    low = 0.0 if count <= 0 else _beta_quantile(_TAIL, count, rest + 1)
    high = 1.0 if rest <= 0 else _beta_quantile(1 - _TAIL, count + 1, rest)
    return low, high


def _interval(flagged: float, held_back: float, audited: float, found: float) -> tuple[float, float]:
    """Of the recall; what the audit found is missed for sure."""
    least, most = (max(rate * held_back, found) for rate in exact_interval(found, audited))
    return flagged / (flagged + most), 1.0 if not flagged + least else flagged / (flagged + least)


def _wanted(flagged: int, held_back: int, audited: int, found: int) -> int:
    """The least audited windows of a larger corpus of the same rates whose interval is narrow enough."""

    def wide(windows: int) -> bool:
        part = windows / audited if audited else 1.0  # without an audit only the ratio of the others counts
        low, high = _interval(flagged * part, held_back * part, windows, found * part)
        return high - low > WIDEST

    few, many = audited, max(2 * audited, 2)
    while wide(many) and many < _MOST:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if wide(middle) else (few, middle)
    return many


def _beta_quantile(share: float, a: float, b: float) -> float:
    """Where the beta distribution reaches a share, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_share(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22, evaluated as Lentz does)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _fraction(1 - x, b, a) / b
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    upper = 1.0
    value = lower = 1 / _nonzero(1 - (a + b) * x / (a + 1))
    for m in range(1, _TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            lower = 1 / _nonzero(1 + term * lower)
            upper = _nonzero(1 + term / upper)
            value *= upper * lower
        if abs(upper * lower - 1) < 1e-14:
            break
    return value


def _nonzero(number: float) -> float:
    return number if abs(number) > _SMALLEST else _SMALLEST
