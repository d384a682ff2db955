"""One pass over what the judges of a run measured: documents, windows, scores, and who is near a limit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.annotations import column
from filters.measured import Measured, first_column, languages
from reports.finished_run import FinishedRun
from reports.histogram import Tally
from reports.judge_columns import JudgeColumns
from reports.judge_limits import JudgeLimit

__all__ = ["COUNTS", "SCORE_BINS", "JudgeSurvey", "LabelSurvey", "survey_judges"]

COUNTS = ("windows", "scored_windows", "flagged_windows", "audited_windows", "audit_found")
"""The counts of windows that a cascade keeps: all; read to decide; flagged; read for the audit; flagged there."""

SCORE_BINS = 20
"""Equal parts of 0 to 1 in which probabilities are counted; 1 is in the last."""

Bools = npt.NDArray[np.bool_]


@dataclass
class LabelSurvey:
    """What a judge says of one label.

    Attributes:
        tally: scores of documents.
        bins: the same by `SCORE_BINS`, where scores are probabilities.
        flagged_documents: with a window that reaches the judge's own limit.
        flagged_windows: such windows, where windows are counted.
    """

    tally: Tally = field(default_factory=Tally)
    bins: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(SCORE_BINS, np.int64))
    flagged_documents: int = 0
    flagged_windows: int = 0


@dataclass
class JudgeSurvey:
    """What one judge did at one step.

    Attributes:
        judge: its columns.
        limits: on what it says; none for a judge of documents as a whole.
        documents: all of the run.
        stopped: of these, the ones that a gate had stopped before.
        judged: the ones of which it says something.
        unjudged: the rest, by language; None: no language was found.
        windows: sums of `COUNTS`.
        labels: by label.
        told: the languages that it found, for a judge of language.
    """

    judge: JudgeColumns
    limits: Sequence[JudgeLimit]
    documents: int = 0
    stopped: int = 0
    judged: int = 0
    unjudged: Counter[str | None] = field(default_factory=Counter)
    windows: Counter[str] = field(default_factory=Counter)
    labels: dict[str, LabelSurvey] = field(default_factory=dict)
    told: Counter[str | None] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.labels = {label: LabelSurvey() for label in self.judge.scores}

    @property
    def wanted(self) -> set[str]:
        """The columns that it looks at."""
        judge = self.judge
        wanted = set(judge.scores.values())
        if judge.by_windows:
            wanted |= {judge.share(label) for label in judge.scores}
        if judge.counts is not None:
            wanted |= {judge.count(name) for name in COUNTS}
        if judge.spans is not None and any(limit.rule is not None and limit.rule.rule.spans for limit in self.limits):
            wanted.add(judge.spans)
        return wanted

    def add(self, ordinal: int, annotations: pa.RecordBatch, measured: Measured) -> None:
        """Count a window of documents."""
        judge = self.judge
        rows = annotations.column("row").to_numpy()
        there = measured.mask(next(iter(judge.scores.values())), annotations)
        known = _valid(annotations.column(next(iter(judge.scores.values())))) & there
        spoken = _languages_at(annotations, judge.step)
        self.documents += annotations.num_rows
        self.stopped += int((~there).sum())
        self.judged += int(known.sum())
        self.unjudged.update(_counted(spoken.filter(pa.array(there & ~known))))
        if judge.kind == "language":
            self.told.update(_counted(spoken.filter(pa.array(known))))
        if judge.counts is not None:
            sums = {name: pc.sum(annotations.column(judge.count(name)), min_count=0).as_py() for name in COUNTS}
            self.windows.update(sums)
        for label, name in judge.scores.items():
            self._add_label(label, annotations, annotations.column(name))
        for limit in self.limits:
            if limit.rule is None:
                (label,) = limit.labels or ()
                scores, shares = (annotations.column(n) for n in (judge.scores[label], judge.share(label)))
                limit.add_scores(ordinal, rows, scores, shares)
            elif limit.rule.rule.spans:
                limit.add_spans(ordinal, rows, annotations.column(judge.spans), there, languages(annotations))

    def _add_label(self, label: str, annotations: pa.RecordBatch, scores: pa.Array) -> None:
        found = self.labels[label]
        values = np.asarray(scores.drop_null().to_numpy(zero_copy_only=False), np.float64)
        found.tally.add(values)
        if not self.judge.by_windows:
            return
        found.bins += np.bincount((values * SCORE_BINS).astype(np.int64).clip(0, SCORE_BINS - 1), minlength=SCORE_BINS)
        shares = annotations.column(self.judge.share(label)).fill_null(0)
        found.flagged_documents += pc.greater(shares, 0).true_count
        if self.judge.counts is not None:
            windows = annotations.column(self.judge.count("windows")).fill_null(0)
            found.flagged_windows += int(pc.sum(pc.round(pc.multiply(shares, windows)), min_count=0).as_py())


def survey_judges(run: FinishedRun, surveys: Sequence[JudgeSurvey]) -> None:
    """Pass over the annotations, shard by shard, a window of documents at a time."""
    if not surveys:
        return
    wanted = {"row", "stopped_at"}.union(*(survey.wanted for survey in surveys))
    for ordinal, shard in enumerate(run.shards):
        schema = run.schema("annotations", shard)
        measured = Measured.of(schema)
        columns = [name for name in schema.names if name in wanted or name.startswith("language@")]
        for table in run.tables("annotations", shard, columns):
            for batch in table.combine_chunks().to_batches():
                for survey in surveys:
                    survey.add(ordinal, batch, measured)


def _languages_at(annotations: pa.RecordBatch, step: str) -> pa.StringArray:
    """The language of each text at a step; where none was told there, at the first step."""
    here = column("language", step)
    if here in annotations.schema.names:
        return annotations.column(here)
    return first_column(annotations, "language")


def _counted(values: pa.StringArray) -> dict[str | None, int]:
    return {entry["values"]: entry["counts"] for entry in pc.value_counts(values).to_pylist()}


def _valid(values: pa.Array) -> Bools:
    return np.asarray(values.is_valid().to_numpy(zero_copy_only=False), np.bool_)
