"""Places that a judge of windows marked near a limit, with the text around them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from filters.documents import document_key
from filters.measured import Measured, replay
from reports.examples import by_shard
from reports.finished_run import FinishedRun
from reports.judge_columns import JudgeColumns
from reports.judge_limits import JudgeLimit
from reports.marked_text import Segment
from reports.nearest import Near

__all__ = ["place_examples"]

CONTEXT = 100
LONGEST = 320

Row = dict[str, Any]
Place = tuple[int, int]


def place_examples(
    run: FinishedRun, judge: JudgeColumns, limits: Sequence[JudgeLimit]
) -> list[tuple[list[Row], list[Row]]]:
    """For each limit the examples on which it acts and the others, nearest first.

    The place that is shown is the one whose score was judged; for a mean or a share of windows, and for a document, the
    one with the highest score. Below the least score that is kept no place is known: the text's beginning stands there.
    """
    near = [n for limit in limits for n in (*limit.fired.found, *limit.passed.found)]
    texts = _texts(run, judge, {(n.ordinal, n.row) for n in near})

    def shown(limit: JudgeLimit, found: Sequence[Near]) -> list[Row]:
        return [_example(texts[n.ordinal, n.row], limit, n) for n in found]

    return [(shown(limit, limit.fired.found), shown(limit, limit.passed.found)) for limit in limits]


def _texts(run: FinishedRun, judge: JudgeColumns, places: Iterable[Place]) -> Mapping[Place, Row]:
    """Key, id, URL, spans and the text at the judge's step, by (ordinal, row)."""
    found: dict[Place, Row] = {}
    for ordinal, rows in by_shard(places):
        shard = run.shards[ordinal]
        measured = Measured.of(run.schema("annotations", shard))
        before = measured.steps[: measured.steps.index(judge.step) + 1]
        passes = tuple(name for name in measured.passes if name.partition("/")[0] in before)
        documents = run.rows("documents", shard, rows, ["row", "id", "url", "text"])
        annotations = run.rows("annotations", shard, rows, ["row", "edits", str(judge.spans)])
        extracted, edits = (pa.concat_arrays(c.chunks) for c in (documents["text"], annotations["edits"]))
        texts = replay(extracted, edits, passes)
        columns = (documents["row"], documents["id"], documents["url"], annotations[str(judge.spans)])
        for row, name, url, spans, text in zip(*(c.to_pylist() for c in columns), texts.to_pylist(), strict=True):
            key = document_key(shard, row)
            found[ordinal, row] = {"key": key, "id": name, "url": url, "spans": spans or [], "text": text}
    return found


def _example(document: Row, limit: JudgeLimit, near: Near) -> Row:
    span = _place(document["spans"], limit, near.value)
    told = {name: document[name] for name in ("key", "id", "url")}
    told |= {"value": near.value, "label": None, "unit": None, "score": None}
    if span is None:
        return {**told, "segments": [asdict(Segment(_head(document["text"])))]}
    start, end, text = span["start"], span["end"], document["text"]
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    segments = [
        Segment(("… " if start > CONTEXT else "") + before),
        Segment(_head(text[start:end]), "flagged", f"{span['label']} {span['score']:.3f}"),
        Segment(after + (" …" if end + CONTEXT < len(text) else "")),
    ]
    told |= {"label": span["label"], "unit": span["unit"], "score": span["score"]}
    return {**told, "segments": [asdict(segment) for segment in segments if segment.text]}


def _place(spans: Sequence[Row], limit: JudgeLimit, value: float) -> Row | None:
    """The span of the limit's labels and unit with the value, or the highest of them."""
    own = [
        span
        for span in spans
        if (limit.labels is None or span["label"] in limit.labels) and limit.unit in (None, span["unit"])
    ]
    if limit.by_score:
        return min(own, key=lambda span: (abs(span["score"] - value), span["start"]), default=None)
    return max(own, key=lambda span: (span["score"], -span["start"]), default=None)


def _head(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
