"""From which probability a judge marks a word: that which marks the texts to calibrate with best."""

from collections.abc import Callable, Collection, Sequence

import pyarrow as pa

from classifiers.metrics import character_f1, characters

__all__ = ["WORD_THRESHOLDS", "best_word_threshold", "marked_characters"]

WORD_THRESHOLDS = (0.15, 0.25, 0.35, 0.45, 0.55)


def best_word_threshold(
    spans_from: Callable[[float], pa.ChunkedArray], truth: Sequence[Collection[int]], report: Callable[[str], None]
) -> float:
    """The one of `WORD_THRESHOLDS` with the highest mean character F1 (`classifiers.metrics.character_f1`).

    Spans of words are joined where their words reach the threshold, so that each is asked for by itself. Words are
    marked in windows alone that reach the threshold of a label: those must be set before.

    Args:
        spans_from: the spans of the marked texts, as `classifiers.judge.Judge.score` gives them, at a threshold.
        truth: the code points that are marked in each.
        report: is given a line for each threshold.
    """
    found = []
    for threshold in WORD_THRESHOLDS:
        value = character_f1(marked_characters(spans_from(threshold)), truth) or 0.0
        found.append((value, threshold))
        report(f"words from {threshold}: character F1 {value:.3f} on {len(truth):,} marked texts")
    return max(found)[1]


def marked_characters(spans: pa.ChunkedArray) -> list[set[int]]:
    """The code points of the words that a judge marked in each text."""
    return [
        characters((at["start"], at["end"]) for at in found or () if at["unit"] == "word")
        for found in spans.to_pylist()
    ]
