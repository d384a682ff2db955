"""The probabilities that a judge of either kind gives to texts, as arrays."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.judge import load
from classifiers.metrics import Floats

__all__ = ["label_scores"]


def label_scores(
    folder: Path, texts: Sequence[str], *, any_language: bool = False, screen: bool = True
) -> dict[str, Floats]:
    """The score of each label in each text, its highest window's; NaN where a text is not judged.

    Args:
        folder: of the judge.
        texts: whole.
        any_language: as `classifiers.judge.Judge.score`.
        screen: False lets an encoder read every window.
    """
    judge = load(folder, screen=screen)
    table = judge.score(texts, any_language=any_language)
    return {label: table[f"{label}_score"].to_numpy(zero_copy_only=False).astype(np.float64) for label in judge.labels}
