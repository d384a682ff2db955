"""What each rule did, for the report: counts, the distribution of its signal, documents near its limit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import ceil, floor
from typing import Any

from filters.intervals import wilson
from reports.configured_rules import ConfiguredRule, limits_in_words
from reports.examples import excerpts, near_examples
from reports.finished_run import FinishedRun
from reports.histogram import Histogram
from reports.ledger import Ledger, RuleCounts
from reports.survey import RuleSurvey

__all__ = ["removals", "rule_reports"]

TEXT_VALUES_SHOWN = 20
BESIDE_RULES = {
    "duplicates": "duplicate of a kept document",
    "edits": "nearly empty after edits",
    "splits": "no split could take it",
}

Row = dict[str, Any]


def rule_reports(
    run: FinishedRun, rules: Sequence[ConfiguredRule], surveys: Mapping[str, RuleSurvey], totals: Ledger
) -> list[Row]:
    """One report for each configured rule, in the order of the policy."""
    near = [n for s in surveys.values() for n in (*s.removed.found, *s.kept.found)]
    texts = excerpts(run, {(n.ordinal, n.row) for n in near})
    reports = []
    for configured in rules:
        report = _described(configured, totals)
        if found := surveys.get(configured.key):
            histogram = found.tally.histogram(list(configured.limits.values()))
            report["histogram"] = None if histogram is None else asdict(histogram)
            report["limits"] = [
                {"group": group, "value": value, "place": _place(histogram, configured, group, value)}
                for group, value in configured.limits.items()
            ]
            report["text_values"] = _text_values(found)
            report["removed_examples"] = near_examples(texts, found.removed.found)
            report["kept_examples"] = near_examples(texts, found.kept.found)
        reports.append(report)
    return reports


def removals(totals: Ledger, actions: Mapping[str, str], *, sampled: bool) -> list[Row]:
    """What removed documents, most first; shares are of the documents, intervals only for samples."""
    documents = totals["records"]["removed"] + totals["records"]["kept"]
    rows = [
        {
            "key": key,
            "title": BESIDE_RULES.get(key, key),
            "documents": counts["documents"],
            "alone": counts["alone"],
            "with_others": counts["documents"] - counts["alone"],
            "characters": counts["characters"],
            "tokens": counts["tokens"],
            "share": counts["documents"] / documents if documents else None,
            "interval": wilson(counts["documents"], documents) if sampled else None,
            "lower_bound": sampled and key == "duplicates",
        }
        for key, counts in totals["rules"].items()
        if counts["documents"] and actions.get(key, "drop") == "drop"
    ]
    return sorted(rows, key=lambda row: (-row["documents"], row["key"]))


def _place(histogram: Histogram | None, configured: ConfiguredRule, group: str, limit: float) -> float | None:
    """Where a limit is drawn: between whole numbers that have a bin each, else at its value."""
    if histogram is None or histogram.scale != "whole":
        return None if histogram is None else histogram.place(limit)
    is_maximum = group.startswith("maximum") or configured.rule.keep_bottom is not None
    return histogram.place(floor(limit) + 0.5 if is_maximum else ceil(limit) - 0.5)


def _described(configured: ConfiguredRule, totals: Ledger) -> Row:
    none: RuleCounts = {
        "judged": 0, "nulls": 0, "documents": 0, "alone": 0, "characters": 0, "tokens": 0, "spans": 0,
    }  # fmt: skip
    rule = configured.rule
    return {
        "key": configured.key,
        "step": configured.step,
        "name": rule.name,
        "column": configured.column,
        "spans_rule": rule.spans,
        "action": rule.action,
        "gate": rule.gate,
        "tag": rule.tag,
        "languages": list(rule.languages) if rule.languages is not None else None,
        "passes": limits_in_words(configured),
        "minimum_fails": rule.minimum is not None or rule.keep_top is not None,
        "maximum_fails": rule.maximum is not None or rule.keep_bottom is not None,
        **totals["rules"].get(configured.key, none),
        "limits": [],
        "histogram": None,
        "text_values": [],
        "removed_examples": [],
        "kept_examples": [],
    }


def _text_values(found: RuleSurvey) -> list[Row]:
    most = sorted(found.texts.items(), key=lambda item: (-item[1], item[0]))[:TEXT_VALUES_SHOWN]
    return [{"value": value, "failed": failed, "documents": count} for (value, failed), count in most]
