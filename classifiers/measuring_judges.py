"""A judge measured on labelled texts that it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from classifiers.counterfactual_testing import AxisFigures, judge_counterfactuals
from classifiers.evaluation import LabelFigures, evaluate
from classifiers.judge_files import read_judge
from classifiers.labelled import CLUSTER, GROUP, TEXT, NamedColumns
from classifiers.metrics import Floats
from classifiers.scoring import label_scores

__all__ = ["Measured", "measure_judge"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A judge's figures."""

    figures: tuple[LabelFigures, ...]
    axes: tuple[AxisFigures, ...]


def measure_judge(
    folder: Path,
    table: pa.Table,
    named: NamedColumns,
    axes: Sequence[str] = (),
    *,
    any_language: bool = False,
    screen: bool = True,
    seed: int = 0,
) -> Measured:
    """The figures of a judge's labels that have a column, at its own thresholds.

    Args:
        folder: of the judge.
        table: as `classifiers.labelled.read_labelled` gives it.
        named: what the table was read by.
        axes: of identity, whose words are swapped to see what changes.
        any_language: judge texts whatever the language is found to be.
        screen: False lets an encoder read every window.
        seed: of the bootstrap.
    """
    files = read_judge(folder)

    def score(texts: Sequence[str]) -> dict[str, Floats]:
        found = label_scores(folder, texts, any_language=any_language, screen=screen)
        return {label: found[label] for label in named.labels}

    texts = table[TEXT].to_pylist()
    figures = evaluate(
        score(texts),
        {label: table[label] for label in named.labels},
        thresholds=files.thresholds,
        groups=table[GROUP] if named.group is not None else None,
        clusters=table[CLUSTER] if named.cluster is not None else None,
        seed=seed,
    )
    swapped = judge_counterfactuals(score, texts, axes, files.thresholds, seed=seed) if axes else ()
    return Measured(figures, swapped)
