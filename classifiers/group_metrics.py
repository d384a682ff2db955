"""Whether a judge is as good on texts about one group as on all others.

Borkan et al. 2019 (arXiv 1903.04561), whose authors deprecate the pinned AUC, so that it is not here. A group is a
mask of rows; its background is every other row.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifiers.metrics import Floats, Mask, Ranking, Weights

__all__ = ["GroupRankings", "final_score", "group_masks", "power_mean"]

POWER = -5.0
"""A power mean with this exponent lies near the worst of its values: that of the Jigsaw challenge of 2019."""


class GroupRankings:
    """The three AUCs of one group, sorted once for many replicates.

    Subgroup AUC is of the group's rows alone. BPSN (background positive, subgroup negative) is low where innocent
    texts on the group score as high as harmful ones elsewhere; BNSP (background negative, subgroup positive) is low
    where harm to the group is overlooked.
    """

    def __init__(self, scores: Floats, truth: Mask, group: Mask) -> None:
        self._parts = [
            (rows, Ranking(scores[rows], truth[rows]))
            for mask in (group, group != truth, group == truth)
            for rows in [np.flatnonzero(mask)]
        ]

    def aucs(self, weights: Weights | None = None) -> tuple[float | None, float | None, float | None]:
        """Subgroup AUC, BPSN, BNSP; None where one kind of row is missing."""
        subgroup, bpsn, bnsp = (
            ranking.auc(None if weights is None else weights[rows]) for rows, ranking in self._parts
        )
        return subgroup, bpsn, bnsp


def power_mean(values: Iterable[float | None], power: float = POWER) -> float | None:
    """``(mean m^p)^(1/p)`` of what is defined; 0 where p is negative and a value is 0; None of nothing."""
    defined = np.array([value for value in values if value is not None], np.float64)
    if not len(defined):
        return None
    if power < 0 and (defined == 0).any():
        return 0.0
    return float(np.mean(defined**power) ** (1 / power))


def final_score(overall: float | None, aucs: Iterable[tuple[float | None, float | None, float | None]]) -> float | None:
    """``1/4 AUC + 1/4 sum of the power means of subgroup AUC, BPSN and BNSP``: one figure of the Jigsaw challenge."""
    means = [overall, *(power_mean(column) for column in zip(*aucs, strict=True))]
    defined = [mean for mean in means if mean is not None]
    return sum(defined) / 4 if len(defined) == len(means) == 4 else None


def group_masks(groups: pa.Array | pa.ChunkedArray) -> dict[str, npt.NDArray[np.bool_]]:
    """The rows of each group, by name in order: from a column of names, or of lists of names; null is no group."""
    rows = groups.to_pylist()
    named = [row if isinstance(row, list) else [row] for row in rows]
    names = sorted({name for row in named for name in row if name is not None})
    masks = {name: np.zeros(len(rows), np.bool_) for name in names}
    for number, row in enumerate(named):
        for name in row:
            if name is not None:
                masks[name][number] = True
    return masks
