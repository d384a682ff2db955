"""Scoring texts outside of a pipeline.

::

    import classifiers
    judge = classifiers.load("embedded")
    table = judge.score(["You are all wonderful.", "..."])
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from classifiers.cascade import MOST_AUDITED, Cascade, load_cascade
from classifiers.fasttext_judge import FastTextJudge
from classifiers.given_texts import text_array
from classifiers.judge_files import JudgeFiles, judge_folder, read_judge
from classifiers.judged import judged, label_columns, spans, window_counts
from filters.cuts import Cuts

__all__ = ["Judge", "load"]


class Judge:
    """A learned judge of texts, as `load` gives it.

    Attributes:
        files: what it is made of: labels, languages, thresholds.
        cascade: what scores.
    """

    def __init__(self, files: JudgeFiles, cascade: Cascade) -> None:
        self.files, self.cascade = files, cascade

    @property
    def labels(self) -> tuple[str, ...]:
        """What it judges, in the order of its outputs."""
        return self.files.labels

    def score(self, texts: Iterable[str | None], any_language: bool = False) -> pa.Table:
        """What the judge says of each text, a row each; the same whatever the other texts.

        Args:
            texts: whole documents of any length, or sentences.
            any_language: judge whatever the language is found to be: for texts that are known to be in one of the
                judge's, such as comments of few words, of which lid.176 is unsure.

        Returns:
            For each label ``<label>_score`` (highest probability of a window), ``<label>_top3`` (mean of the three
            highest) and ``<label>_share`` (of windows that reach the threshold); ``windows``, ``seen_windows``,
            ``flagged_windows``; and ``spans`` (type `filters.signals.SPANS`): windows and sentences with each label
            that reaches `JudgeFiles.floor`, and words of the label that stands first. All null for a text without a
            letter, or surely in another language than the judge's.

        Raises:
            InputError: an item is no text.
        """
        cuts = Cuts(text_array(texts))
        found = judged(cuts, self.cascade, any_language=any_language)
        columns = dict(label_columns(found, self.labels, self.files.thresholds))
        windows, seen, flagged, *_ = window_counts(found, self.labels, self.files.thresholds)
        columns |= {"windows": windows, "seen_windows": seen, "flagged_windows": flagged}
        columns["spans"] = spans(found, self.labels, self.labels, self.files.floor, self.labels[0])
        return pa.table(columns)


def load(
    path: str | Path, sha256: str | None = None, screen: bool = False, audit: float = MOST_AUDITED
) -> Judge | FastTextJudge:
    """The judge in a folder, once a process; of fastText models one that judges texts as a whole.

    Args:
        path: a folder that `tamis train` wrote, or ``embedded``, the judge that is installed.
        sha256: of its judge.json, which names the other files by theirs.
        screen: True lets the transformer read what the screen lets through alone, as a run does: some ten times faster
            on web pages, and what is held back counts as 0. Outside of a run every window is read.
        audit: the share of the windows held back that the transformer reads all the same; at most 0.005.

    Raises:
        ConfigurationError: the share of the audit is not allowed.
        InputError: a file is missing, truncated, another, or of another version.
    """
    files = read_judge(judge_folder(str(path)), sha256)
    if files.kind == "fasttext":
        return FastTextJudge(files)
    return Judge(files, load_cascade(files.folder, files.digest, screen, audit))
