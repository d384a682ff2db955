"""What a judge says when only the identity in a text changes: each text is turned to other groups, and scored again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from classifiers.bootstrap import REPLICATES, Numbers, intervals
from classifiers.counterfactual import counterfactual_sets
from classifiers.counterfactual_metrics import CounterfactualSets
from classifiers.evaluation import Figure, rate_figure
from classifiers.metrics import Floats

__all__ = ["AxisFigures", "judge_counterfactuals"]

Scores = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class AxisFigures:
    """One label on one axis of identity; see `classifiers.counterfactual_metrics.CounterfactualSets`.

    Attributes:
        sets: texts that name one group of the axis and could be turned to another.
        gaps: by group, its score less that of the others of its sets.
    """

    label: str
    axis: str
    sets: int
    gap: Figure
    flips: Figure
    uneven: Figure
    gaps: Mapping[str, float | None]


def judge_counterfactuals(
    score: Callable[[Sequence[str]], Scores],
    texts: Sequence[str],
    axes: Sequence[str],
    thresholds: Mapping[str, float],
    *,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> tuple[AxisFigures, ...]:
    """The figures of every label on every axis that a text is on.

    Args:
        score: gives the probabilities of texts, by label, NaN where one is not judged.
        texts: are turned to other groups by `classifiers.counterfactual`.
        axes: of identity.
        thresholds: by label.
        replicates: of the bootstrap, which draws whole sets.
        seed: of the bootstrap.

    Raises:
        ConfigurationError: there is no list for an axis.
    """
    made = counterfactual_sets(texts, axes)
    scores = score(made["text"].to_pylist())
    found = []
    for label, values in scores.items():
        for axis in axes:
            known = pa.compute.equal(made["axis"], axis).to_numpy() & ~np.isnan(values)
            if known.any():
                part = made.filter(pa.array(known))
                found.append(_axis(label, axis, part, values[known], thresholds[label], replicates, seed))
    return tuple(found)


def _axis(
    label: str, axis: str, made: pa.Table, scores: Floats, threshold: float, replicates: int, seed: int
) -> AxisFigures:
    numbers: Numbers = np.unique(made["set"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    sets = CounterfactualSets(numbers, scores, scores >= threshold)

    def figures(weights: Numbers) -> list[float | None]:
        return [sets.gap(weights), sets.flips(weights), sets.uneven(weights)]

    bounds = intervals(figures, numbers, replicates=replicates, seed=seed)
    groups = made["group"].combine_chunks()
    gaps = {
        group: sets.of_identity(pa.compute.equal(groups, group).to_numpy(zero_copy_only=False)).gap
        for group in sorted(groups.unique().to_pylist())
    }
    values = figures(np.ones(len(scores), np.int64))
    flips, uneven = (rate_figure(values[place], bounds[place], numbers) for place in (1, 2))
    return AxisFigures(label, axis, len(sets.first), Figure(values[0], bounds[0]), flips, uneven, gaps)
