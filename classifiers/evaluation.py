"""How far to trust a judge: its figures on labelled texts, by label and group, each with its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from classifiers.bootstrap import REPLICATES, Numbers, cluster_numbers, intervals
from classifiers.group_metrics import GroupRankings, final_score, group_masks
from classifiers.metrics import Floats, Mask, Ranking, calibration_error, confusion
from filters.intervals import wilson

__all__ = ["LEAST_ROWS", "MOST_GROUPS", "Figure", "GroupFigures", "LabelFigures", "evaluate", "rate_figure"]

Interval: TypeAlias = tuple[float, float] | None
Column: TypeAlias = pa.Array | pa.ChunkedArray
Unit: TypeAlias = Literal["cluster", "group", "text"]

LEAST_ROWS, MOST_GROUPS = 10, 50
"""A group of fewer rows has no figures of its own, nor has any beyond the largest so many."""
LEAST_CLUSTERS = 20
"""Intervals drawn by fewer groups would be poor (Cameron, Gelbach and Miller 2008)."""
_GROUP_REPLICATES = 200  # of REPLICATES: there may be many groups, and three AUCs in each


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, None where it is undefined, and its 95% interval, None where the sample cannot give one."""

    value: float | None
    interval: Interval = None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group's rows: how often innocent ones are flagged, and the AUCs of `classifiers.group_metrics`."""

    group: str
    rows: int
    positives: int
    false_positive_rate: Figure
    subgroup_auc: Figure
    bpsn_auc: Figure
    bnsp_auc: Figure


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """What is said of one label.

    Attributes:
        threshold: the probability from which a text is flagged.
        rows: texts with a truth and a score.
        positives: those for which the label holds.
        unjudged: texts with a truth that the judge gave no score, such as those in a language it does not know.
        drawn_by: of what samples are drawn for the intervals.
        clusters: how many there are of these.
        groups: by name; those with too few rows are left out.
        groups_left_out: how many these are.
        final: `classifiers.group_metrics.final_score` over `groups`.
    """

    label: str
    threshold: float
    rows: int
    positives: int
    unjudged: int
    drawn_by: Unit
    clusters: int
    auc: Figure
    macro_f1: Figure
    f1: Figure
    precision: Figure
    recall: Figure
    false_positive_rate: Figure
    calibration_error: Figure
    groups: tuple[GroupFigures, ...] = ()
    groups_left_out: int = 0
    final: float | None = None


def evaluate(
    scores: Mapping[str, Floats],
    truth: Mapping[str, Column],
    *,
    thresholds: Mapping[str, float],
    groups: Column | None = None,
    clusters: Column | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> tuple[LabelFigures, ...]:
    """The figures of every label.

    Intervals are drawn by `clusters`; without them those of all texts are drawn by group, if there are `LEAST_CLUSTERS`
    groups and no text is in several, else by text, and those within a group by text. The rate of a group without
    clusters has Wilson's interval. A rate that is the same in every draw, such as no false alarm at all, has Wilson's
    interval with each cluster as one draw. An AUC of 1 has the interval from 1 to 1, which is too narrow.

    Args:
        scores: by label, probabilities, NaN where a text was not judged.
        truth: by label, true or false, or a share of judges, which counts as so from one half; null or NaN where it
            is unknown.
        thresholds: by label.
        groups: names, or lists of names; null is no group.
        clusters: what rows have in common that resemble each other.
        replicates: of the bootstrap.
        seed: of the bootstrap.
    """
    masks: dict[str, Mask] = {} if groups is None else group_masks(groups)
    rows = len(next(iter(scores.values())))
    by_group = groups is not None and not pa.types.is_list(groups.type) and len(masks) >= LEAST_CLUSTERS
    drawn_by: Unit = "cluster" if clusters is not None else "group" if by_group else "text"
    whole = cluster_numbers({"cluster": clusters, "group": groups, "text": None}[drawn_by], rows)
    inner = None if clusters is None else cluster_numbers(clusters, rows)
    draws = _Draws(drawn_by, whole, inner, replicates, seed)
    return tuple(
        _label(label, values, truth[label], thresholds[label], masks, draws) for label, values in scores.items()
    )


class _Draws(NamedTuple):
    """What intervals are drawn by, of all texts and within a group (None: texts), how often, and a seed."""

    drawn_by: Unit
    whole: Numbers
    inner: Numbers | None
    replicates: int
    seed: int


def _label(
    label: str, scores: Floats, truth: Column, threshold: float, masks: Mapping[str, Mask], draws: _Draws
) -> LabelFigures:
    values = truth.cast(pa.float64()).to_numpy(zero_copy_only=False)  # NaN where it is null
    labelled = ~np.isnan(values)
    known = labelled & ~np.isnan(scores)
    s, t = scores[known].astype(np.float64), values[known] >= 0.5
    if len(s) and not (s.min() >= 0 and s.max() <= 1):
        raise ValueError(f"scores of {label} are no probabilities: they lie between {s.min()} and {s.max()}")
    flagged, ranking, clusters = s >= threshold, Ranking(s, t), draws.whole[known]

    def figures(weights: Numbers) -> list[float | None]:
        found = confusion(flagged, t, weights)
        rates = [found.precision, found.recall, found.false_positive_rate]
        return [ranking.auc(weights), found.macro_f1, found.f1, calibration_error(s, t, weights), *rates]

    found = figures(np.ones(len(s), np.int64))
    bounds = intervals(figures, clusters, replicates=draws.replicates, seed=draws.seed)
    auc, macro_f1, f1, error = (Figure(*pair) for pair in zip(found[:4], bounds[:4], strict=True))
    precision, recall, false_positive_rate = (
        rate_figure(value, interval, clusters[of])
        for value, interval, of in zip(found[4:], bounds[4:], (flagged, t, ~t), strict=True)
    )
    here = {name: mask[known] for name, mask in masks.items()}
    shown = sorted(here, key=lambda name: (-int(here[name].sum()), name))[:MOST_GROUPS]
    kept = sorted(name for name in shown if here[name].sum() >= LEAST_ROWS)
    within = draws._replace(whole=clusters, inner=None if draws.inner is None else draws.inner[known])
    of_groups = tuple(_group(name, s, t, flagged, here[name], within) for name in kept)
    aucs = [(group.subgroup_auc.value, group.bpsn_auc.value, group.bnsp_auc.value) for group in of_groups]
    return LabelFigures(
        label=label, threshold=threshold, rows=len(s), positives=int(t.sum()),
        unjudged=int((labelled & ~known).sum()), drawn_by=draws.drawn_by, clusters=len(np.unique(clusters)),
        auc=auc, macro_f1=macro_f1, f1=f1, precision=precision, recall=recall,
        false_positive_rate=false_positive_rate, calibration_error=error,
        groups=of_groups, groups_left_out=sum(bool(mask.any()) for mask in here.values()) - len(kept),
        final=final_score(auc.value, aucs),
    )  # fmt: skip


def _group(name: str, scores: Floats, truth: Mask, flagged: Mask, group: Mask, draws: _Draws) -> GroupFigures:
    rankings, innocent = GroupRankings(scores, truth, group), group & ~truth
    drawn = np.arange(len(scores)) if draws.inner is None else draws.inner

    def figures(weights: Numbers) -> list[float | None]:
        return [confusion(flagged[group], truth[group], weights[group]).false_positive_rate, *rankings.aucs(weights)]

    values = figures(np.ones(len(scores), np.int64))
    bounds = intervals(figures, drawn, replicates=min(draws.replicates, _GROUP_REPLICATES), seed=draws.seed)
    rate = rate_figure(values[0], bounds[0], drawn[innocent])
    if draws.inner is None:
        rate = Figure(values[0], wilson(int(flagged[innocent].sum()), int(innocent.sum())))
    aucs = (Figure(*pair) for pair in zip(values[1:], bounds[1:], strict=True))
    return GroupFigures(name, int(group.sum()), int((truth & group).sum()), rate, *aucs)


def rate_figure(value: float | None, interval: Interval, clusters: Numbers) -> Figure:
    """A rate over rows of these clusters; where every draw gave the same, with Wilson's interval, clusters as draws."""
    if value is None or interval is None or interval[0] < interval[1]:
        return Figure(value, interval)
    count = len(np.unique(clusters))
    return Figure(value, wilson(round(value * count), count))
