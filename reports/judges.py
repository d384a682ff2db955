"""What each judge of a run did: whom it judged, how its scores are spread, what stands on either side of a limit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from filters.measured import Measured
from reports.configured_rules import ConfiguredRule, limits_in_words
from reports.finished_run import FinishedRun
from reports.judge_columns import JudgeColumns, judges_of
from reports.judge_examples import place_examples
from reports.judge_limits import JudgeLimit, limits_of
from reports.judge_survey import COUNTS, JudgeSurvey, LabelSurvey, survey_judges
from reports.recall import cascade_recall
from reports.survey import RuleSurvey

__all__ = ["judge_reports"]

LABELS_TOLD = 20

Row = dict[str, Any]


def judge_reports(run: FinishedRun, rules: Sequence[ConfiguredRule], surveys: Mapping[str, RuleSurvey]) -> list[Row]:
    """One report for each judge at each step, in the order in which they measured.

    Args:
        run: the run.
        rules: its rules.
        surveys: of the rules on numbers, by key.
    """
    if not run.shards:
        return []
    found = [
        JudgeSurvey(judge, limits_of(judge, rules, surveys) if judge.by_windows else [])
        for judge in judges_of(Measured.of(run.schema("annotations", run.shards[0])))
    ]
    survey_judges(run, found)
    return [_report(run, survey, rules) for survey in found]


def _report(run: FinishedRun, survey: JudgeSurvey, rules: Sequence[ConfiguredRule]) -> Row:
    judge = survey.judge
    unjudged, told = _most(survey.unjudged), _most(survey.told)
    return {
        "kind": judge.kind,
        "name": judge.name,
        "step": judge.step,
        "by_windows": judge.by_windows,
        "documents": survey.documents,
        "stopped": survey.stopped,
        "judged": survey.judged,
        "unjudged": [{"language": language, "documents": count} for language, count in unjudged],
        "windows": _windows(survey) if judge.counts is not None else None,
        "labels": [_label(judge, label, found) for label, found in survey.labels.items()],
        "told": [{"label": label, "documents": n} for label, n in told[:LABELS_TOLD]],
        "told_more": max(0, len(survey.told) - LABELS_TOLD),
        "rules": [rule.key for rule in rules if rule.column in judge.columns],
        "limits": _limits(run, judge, survey.limits),
    }


def _most(counts: Mapping[str | None, int]) -> list[tuple[str | None, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))


def _windows(survey: JudgeSurvey) -> Row:
    """Sums over the documents that were judged, and the estimate that is made of them."""
    counts = {name: int(survey.windows[name]) for name in COUNTS}
    held_back = counts["windows"] - counts["scored_windows"]
    recall = cascade_recall(counts["flagged_windows"], held_back, counts["audited_windows"], counts["audit_found"])
    return {
        **counts,
        "held_back": held_back,
        "read": counts["scored_windows"] + counts["audited_windows"],
        "recall": None if recall is None else asdict(recall),
    }


def _label(judge: JudgeColumns, label: str, found: LabelSurvey) -> Row:
    histogram = found.tally.histogram()
    return {
        "label": label,
        "column": judge.scores[label],
        "median": None if histogram is None else histogram.median,
        "histogram": None if histogram is None or judge.by_windows else asdict(histogram),
        "bins": found.bins.tolist() if judge.by_windows else None,
        "flagged_documents": found.flagged_documents,
        "flagged_windows": found.flagged_windows if judge.counts is not None else None,
    }


def _limits(run: FinishedRun, judge: JudgeColumns, limits: Sequence[JudgeLimit]) -> list[Row]:
    """Limits with somebody near them; a judge's own limit only where it is reached."""
    told = [limit for limit in limits if limit.fired.found or (limit.rule is not None and limit.passed.found)]
    if not told:
        return []
    return [
        {
            "rule": None if limit.rule is None else limit.rule.key,
            "action": None if limit.rule is None else limit.rule.rule.action,
            "passes": None if limit.rule is None else limits_in_words(limit.rule),
            "labels": None if limit.labels is None else list(limit.labels),
            "by_score": limit.by_score,
            "fired": fired,
            "passed": passed,
        }
        for limit, (fired, passed) in zip(told, place_examples(run, judge, told), strict=True)
    ]
