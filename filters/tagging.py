"""Tagging: the control tokens that tag rules write into texts, and what is escaped for them, as edits."""

from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.control_tokens import ESCAPES, Escaping
from filters.decisions import SPAN_EDITS
from filters.edits import apply_edits, characters_added
from filters.judging import Findings
from filters.measured import Measured, last_lengths, replay
from filters.policy import ControlTokens, Policy
from filters.rules import SpanVerdict, Verdict
from filters.sentence_cuts import sentences_of
from filters.tagged_places import Line, Stretches

__all__ = ["with_tokens"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class _Order(IntEnum):
    """What stands first where several edits begin at one place."""

    ESCAPE = 0
    CLOSE = 1
    DOCUMENT = 2
    SENTENCE = 3
    OPEN = 4
    CUT = 5


class _Written(NamedTuple):
    """One text put in at places of a line, on behalf of a rule."""

    places: Ints
    order: _Order
    text: str
    rule: str


def with_tokens(
    policy: Policy, measured: Measured, texts: pa.StringArray, annotations: pa.RecordBatch, findings: Findings
) -> Findings:
    """The findings with the edits that write and escape control tokens in every document that passes.

    What is taken out or masked is not tagged: a flagged span ends where that begins. Flagged spans that overlap are
    one, with the tokens of the rule that stands first. Sentences are those of `filters.sentences.SENTENCE`. Of the
    tokens at one place that which closes a span stands first, then those of the document, of the sentence, and of the
    next span, each in the order of the rules. Tokens are no text: they make no document nearly empty, nor save one.

    Args:
        policy: writes control tokens.
        measured: how the annotations came about.
        texts: as extracted.
        annotations: of the same rows.
        findings: of the policy in them.
    """
    passes = pa.array(findings.passes)
    cleaned, cuts = (
        pc.if_else(passes, edits, pa.scalar([], edits.type)).cast(edits.type)
        for edits in (annotations.column("edits"), findings.edits)
    )
    last = replay(pc.if_else(passes, texts, ""), cleaned, measured.passes)
    lengths = last_lengths(annotations)
    line = Line(lengths, cuts)
    written = [_escapes(policy, last, cuts, line)]
    written += _of_documents(findings, line)
    written += _of_spans(findings, line)
    written += _of_sentences(findings, line, last)
    edits = _joined(cuts, line, written)
    marks = pc.subtract(pc.list_value_length(edits), pc.list_value_length(cuts)).to_numpy(zero_copy_only=False)
    added = characters_added(edits) - characters_added(cuts)
    characters = findings.characters + added
    return replace(findings, edits=edits, characters=characters, marks=marks.astype(np.int64), mark_characters=added)


def _escapes(policy: Policy, last: pa.StringArray, cuts: pa.ListArray, line: Line) -> _Written:
    """Backslashes where a token stands in what cuts leave of a text, put in where its first character comes from."""
    rows, places = Escaping(policy.control_tokens).places(apply_edits(last, cuts))
    for row in np.unique(rows).tolist():
        edits = cuts[row].values
        start, end = (edits.field(name).to_numpy(zero_copy_only=False) for name in ("start", "end"))
        added = pc.utf8_length(edits.field("replacement")).to_numpy(zero_copy_only=False)
        lost = np.concatenate([[0], np.cumsum(end - start - added)]).astype(np.int64)
        here = rows == row
        places[here] += lost[np.searchsorted(end - lost[1:], places[here], side="left")]
    return _Written(line.at(rows, places), _Order.ESCAPE, "\\", ESCAPES)


def _of_documents(findings: Findings, line: Line) -> Iterator[_Written]:
    for name, tokens, verdict in _writing(findings, "document"):
        for token, mask in ((tokens.flagged, verdict.failed), (tokens.clean, _judged(verdict) & ~verdict.failed)):
            if token is not None:
                rows = np.flatnonzero(mask & findings.passes)
                yield _Written(line.at(rows, np.zeros(len(rows), np.int64)), _Order.DOCUMENT, token, name)


def _of_spans(findings: Findings, line: Line) -> Iterator[_Written]:
    rules = [*_writing(findings, "span"), *_writing(findings, None)]
    order = [name for name, *_ in findings.spans]
    rules.sort(key=lambda rule: order.index(rule[0]))
    flagged = [_flagged(verdict, findings, line) for _, _, verdict in rules]
    merged, rank = Stretches.merged(flagged)
    for place, (name, tokens, _) in enumerate(rules):
        mine = rank == place
        if (token := tokens.flagged or tokens.open) is not None:
            yield _Written(merged.starts[mine], _Order.OPEN, token, name)
        if tokens.close is not None:
            yield _Written(merged.ends[mine], _Order.CLOSE, tokens.close, name)


def _of_sentences(findings: Findings, line: Line, last: pa.StringArray) -> Iterator[_Written]:
    rules = list(_writing(findings, "sentence"))
    if not rules:
        return
    rows, starts, ends = sentences_of(last)
    sentences = line.left_of(Stretches(line.at(rows, starts), line.at(rows, ends)))
    rows = line.rows(sentences.starts)
    for name, tokens, verdict in rules:
        flagged, _ = Stretches.merged([_flagged(verdict, findings, line)])
        bad = sentences.overlapping(flagged)
        for token, mask in ((tokens.flagged, bad), (tokens.clean, ~bad & _judged(verdict)[rows])):
            if token is not None:
                yield _Written(sentences.starts[mask], _Order.SENTENCE, token, name)


def _writing(findings: Findings, before: str | None) -> Iterator[tuple[str, ControlTokens, SpanVerdict | Verdict]]:
    """``step/rule``, tokens and verdict of every rule that writes tokens before this; None: around spans."""
    for name, rule, verdict in findings.outcomes:
        if rule.tokens is not None and rule.tokens.before == before:
            yield name, rule.tokens, verdict


def _judged(verdict: SpanVerdict | Verdict) -> Bools:
    """Documents of which the rule could say something."""
    return verdict.judged & ~verdict.nulls


def _flagged(verdict: SpanVerdict | Verdict, findings: Findings, line: Line) -> Stretches:
    """What is left of the spans of a verdict in documents that pass."""
    assert isinstance(verdict, SpanVerdict)
    chosen = findings.passes[verdict.rows] & (verdict.end > verdict.start)
    rows, starts, ends = verdict.rows[chosen], verdict.start[chosen], verdict.end[chosen]
    return line.left_of(Stretches(line.at(rows, starts), line.at(rows, ends)))


def _joined(cuts: pa.ListArray, line: Line, written: list[_Written]) -> pa.ListArray:
    """The edits that cut, and those that write, by place."""
    flat = cuts.flatten()
    sizes = [len(each.places) for each in written]
    place = np.concatenate([each.places for each in written])
    starts = np.concatenate([place, line.cuts.starts])
    ends = np.concatenate([place, line.cuts.ends])
    order = np.repeat([*(each.order for each in written), _Order.CUT], [*sizes, len(flat)])
    which = np.concatenate([np.repeat(np.arange(len(written)), sizes), len(written) + np.arange(len(flat))])
    sorting = np.lexsort((order, starts))  # stable: rules stand in their order
    starts, ends, which = starts[sorting], ends[sorting], pa.array(which[sorting])
    rows = line.rows(starts)
    fields = (("replacement", [each.text for each in written]), ("rule", [each.rule for each in written]))
    texts = [pa.concat_arrays([pa.array(new, pa.string()), flat.field(name)]).take(which) for name, new in fields]
    places = [pa.array(line.places(at, rows)) for at in (starts, ends)]
    edits = pa.StructArray.from_arrays([*places, *texts], fields=list(SPAN_EDITS.value_type))
    bounds = np.searchsorted(rows, np.arange(len(cuts) + 1))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), edits).cast(SPAN_EDITS)
