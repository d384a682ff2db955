"""The documents nearest to a rule's limit on either side of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filters.rules import Verdict

__all__ = ["Near", "Nearest", "distance_to_limit"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEPS = 100  # documents within a hundredth of the limit are equally near


@dataclass(frozen=True, slots=True, order=True)
class Near:
    """A document near a limit; ordered by nearness in hundredths of the limit, then by key.

    So of many equally near documents the first are shown, and few row groups of text are read for them.
    """

    nearness: int
    ordinal: int
    row: int
    value: float = 0.0
    minimum: float = np.nan
    maximum: float = np.nan
    text_value: str | None = None


class Nearest:
    """The nearest few of all the documents that it is shown."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.found: list[Near] = []

    def add(self, ordinal: int, rows: Ints, chosen: Bools, distances: Floats, verdict: Verdict) -> None:
        """Show it the chosen documents of a window.

        Args:
            ordinal: of the shard.
            rows: of the window's documents.
            chosen: which to consider.
            distances: from the limit, as shares of it; NaN counts as at the limit.
            verdict: what the rule says of the window.
        """
        places = np.flatnonzero(chosen)
        if not len(places):
            return
        steps = np.floor(np.nan_to_num(distances[places]) * STEPS).clip(0, 2**52)
        if len(places) > self.wanted:
            reach = np.partition(steps, self.wanted - 1)[self.wanted - 1]
            places, steps = places[steps <= reach], steps[steps <= reach]
            order = np.argsort(steps, kind="stable")[: self.wanted]
            places, steps = places[order], steps[order]
        texts = [None] * len(places) if verdict.texts is None else verdict.texts.take(places).to_pylist()
        near = [
            Near(
                int(step), ordinal, int(rows[i]), float(verdict.values[i]),
                float(verdict.minimum[i]), float(verdict.maximum[i]), text,
            )
            for i, step, text in zip(places, steps, texts, strict=True)
        ]  # fmt: skip
        self.found = sorted([*self.found, *near], key=lambda n: (n.nearness, n.ordinal, n.row))[: self.wanted]


def distance_to_limit(verdict: Verdict) -> Floats:
    """How far each value lies from its nearest limit, as a share of that limit (of 1 where it is 0)."""
    below, above = (np.abs(verdict.values - limit) / _scale(limit) for limit in (verdict.minimum, verdict.maximum))
    return np.asarray(np.fmin(below, above))


def _scale(limit: Floats) -> Floats:
    return np.asarray(np.where(limit == 0, 1.0, np.abs(limit)))
