"""Judging a batch by a policy: every rule but the duplicate ones, and what edits leave of a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.annotations import column
from filters.edits import characters_added, characters_cut, has_edits
from filters.measured import Measured, first_column, languages, last_lengths
from filters.policy import Policy, Rule
from filters.rules import SpanVerdict, Verdict, judge, judge_spans
from filters.spans import span_edits

__all__ = ["Findings", "Quantiles", "is_quantile", "judge_batch"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Quantiles = Mapping[str, Mapping[str, float]]
"""Resolved limits of quantile rules: ``step/rule``, then the group (the empty string without ``by``)."""


@dataclass(frozen=True)
class Findings:
    """What a policy finds in a batch, duplicates aside.

    Attributes:
        verdicts: (``step/rule``, column, rule, verdict) of each document rule, in the policy's order.
        spans: the same of each span rule.
        edits: what remove and mask rules do to the last text, type `filters.decisions.SPAN_EDITS`.
        characters: of the text after all edits, as if the document were kept.
        edited: documents that a cleaner or a span rule changes.
        nearly_empty: edited documents with fewer characters left than the policy asks for.
        passes: documents that no rule drops and that are not nearly empty.
        marks: control tokens and escapes that `filters.tagging.with_tokens` wrote into each text.
        mark_characters: those of `characters` that they are.
    """

    verdicts: tuple[tuple[str, str, Rule, Verdict], ...]
    spans: tuple[tuple[str, str, Rule, SpanVerdict], ...]
    edits: pa.ListArray
    characters: Ints
    edited: Bools
    nearly_empty: Bools
    passes: Bools
    marks: Ints
    mark_characters: Ints

    @property
    def outcomes(self) -> Iterator[tuple[str, Rule, Verdict | SpanVerdict]]:
        """(``step/rule``, rule, verdict) of document rules, then of span rules."""
        yield from ((name, rule, verdict) for name, _, rule, verdict in self.verdicts)
        yield from ((name, rule, verdict) for name, _, rule, verdict in self.spans)


def is_quantile(rule: Rule) -> bool:
    """Whether a rule's limit depends on the whole corpus."""
    return rule.keep_top is not None or rule.keep_bottom is not None


def judge_batch(
    policy: Policy, measured: Measured, annotations: pa.RecordBatch, quantiles: Quantiles | None = None
) -> Findings:
    """Judge every document of a batch by every rule.

    Args:
        policy: its columns are all in `annotations`.
        measured: how the annotations came about.
        annotations: the batch.
        quantiles: resolved limits; None passes over the rules that need them, to resolve them from
            the documents that pass the others.
    """
    spoken = languages(annotations)
    verdicts, spans = [], []
    for step in policy.steps:
        for rule in step.rules:
            name, source = f"{step.name}/{rule.name}", column(rule.signal, step.name)
            values, there = annotations.column(source), measured.mask(source, annotations)
            if rule.spans:
                spans.append((name, source, rule, judge_spans(rule, values, there, spoken)))
            elif not is_quantile(rule):
                verdicts.append((name, source, rule, judge(rule, values, there, spoken)))
            elif quantiles is not None:
                groups = first_column(annotations, rule.by) if rule.by else None
                verdicts.append((name, source, rule, judge(rule, values, there, spoken, quantiles[name], groups)))
    edits = span_edits([(name, rule, verdict) for name, _, rule, verdict in spans], annotations.num_rows)
    characters = last_lengths(annotations) - characters_cut(edits) + characters_added(edits)
    edited = has_edits(annotations.column("edits")) | has_edits(edits)
    nearly_empty = edited & (characters < policy.least_characters)
    passes = ~nearly_empty
    fired = [(rule, v.failed) for _, _, rule, v in verdicts] + [(rule, v.failed) for _, _, rule, v in spans]
    for failed in (failed for rule, failed in fired if rule.action == "drop"):
        passes &= ~failed
    none = np.zeros_like(characters)
    return Findings(tuple(verdicts), tuple(spans), edits, characters, edited, nearly_empty, passes, none, none)
