"""The limits that stand on what a judge of windows says, and the places nearest to each on either side of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.rules import Verdict, judge, judge_spans
from reports.configured_rules import ConfiguredRule
from reports.judge_columns import JudgeColumns
from reports.nearest import Nearest
from reports.survey import RuleSurvey

__all__ = ["EXAMPLES", "JudgeLimit", "limits_of"]

EXAMPLES = 2

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass
class JudgeLimit:
    """A limit, and who is near it.

    Attributes:
        labels: of spans that it is about; None where it is about all.
        unit: of these spans; None: of any.
        rule: the rule that sets it; None for a judge's own limit, from which a window counts for ``<label>_share``.
        fired: the nearest of those that the rule acts upon, or that reach the limit.
        passed: the nearest of the others.
    """

    labels: tuple[str, ...] | None
    unit: str | None
    rule: ConfiguredRule | None = None
    fired: Nearest = field(default_factory=lambda: Nearest(EXAMPLES))
    passed: Nearest = field(default_factory=lambda: Nearest(EXAMPLES))

    @property
    def by_score(self) -> bool:
        """Whether the value that is judged is the score of a place; not a mean or a share of many."""
        return self.rule is None or self.rule.rule.spans or self.rule.column.partition("@")[0].endswith("_score")

    def add_spans(
        self, ordinal: int, rows: Ints, spans: pa.ListArray, measured: Bools, languages: pa.StringArray
    ) -> None:
        """Look at the spans of a window of documents, which the limit's own span rule judges."""
        assert self.rule is not None
        rule = self.rule.rule
        everything = judge_spans(replace(rule, minimum=None, when_null="pass"), spans, measured, languages)
        plain = replace(rule, spans=False, labels=None, unit=None)
        limits = judge(plain, pa.array(np.zeros(len(spans))), measured, languages).minimum[everything.rows]
        reached = np.ones(len(limits), np.bool_) if rule.minimum is None else everything.scores >= limits
        of, scores = rows[everything.rows], everything.scores
        for side, chosen in ((self.fired, reached), (self.passed, ~reached & ~np.isnan(limits))):
            distances = np.abs(scores - limits) if rule.minimum is not None else np.zeros(len(scores))
            _add(side, ordinal, of, chosen, distances, scores, limits)

    def add_scores(self, ordinal: int, rows: Ints, scores: pa.Array, shares: pa.Array) -> None:
        """Look at a window of documents and the judge's own limit: where it lies is told by the shares."""
        known = np.asarray(scores.is_valid().to_numpy(zero_copy_only=False), np.bool_)
        values = np.asarray(scores.fill_null(0).to_numpy(zero_copy_only=False), np.float64)
        reached = np.asarray(pc.greater(shares.fill_null(0), 0).to_numpy(zero_copy_only=False), np.bool_)
        nothing = np.full(len(values), np.nan)
        _add(self.fired, ordinal, rows, known & reached, values, values, nothing)
        _add(self.passed, ordinal, rows, known & ~reached & (values > 0), 1 - values, values, nothing)


def limits_of(
    judge: JudgeColumns, rules: Sequence[ConfiguredRule], surveys: Mapping[str, RuleSurvey]
) -> list[JudgeLimit]:
    """The limits of rules on a judge of windows, then its own on each label that no rule names.

    Rules on numbers have been surveyed, and their neighbours are known.
    """
    limits = []
    named: set[str] = set()
    for rule in rules:
        if rule.column not in judge.columns:
            continue
        if rule.rule.spans:
            limits.append(JudgeLimit(rule.rule.labels, rule.rule.unit, rule))
            named.update(rule.rule.labels or judge.scores)
        elif (label := judge.label_of(rule.column)) is not None:
            found = surveys[rule.key]
            limits.append(JudgeLimit((label,), "window", rule, found.removed, found.kept))
            named.add(label)
    return limits + [JudgeLimit((label,), "window") for label in judge.scores if label not in named]


def _add(
    side: Nearest, ordinal: int, rows: Ints, chosen: Bools, distances: Floats, values: Floats, limits: Floats
) -> None:
    """Show one place of each document, the nearest."""
    places = np.flatnonzero(chosen)
    places = places[np.lexsort((places, distances[places], rows[places]))]
    places = places[np.unique(rows[places], return_index=True)[1]]
    everyone, nothing = np.ones(len(places), np.bool_), np.full(len(places), np.nan)
    verdict = Verdict(everyone, ~everyone, everyone, values[places], None, limits[places], nothing)
    side.add(ordinal, rows[places], everyone, distances[places], verdict)
