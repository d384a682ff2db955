"""The spans that rules act upon, with their text and what stands around it: material for fine-tuning."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from filters.deciding import Decided
from filters.judging import Findings
from filters.measured import Measured, replay

__all__ = ["CONTEXT", "flagged_spans"]

CONTEXT = 200
"""Characters of the text that stand before and after a span."""


def flagged_spans(
    shard: str,
    measured: Measured,
    documents: pa.RecordBatch,
    annotations: pa.RecordBatch,
    findings: Findings,
    decided: Decided,
) -> Iterator[dict[str, Any]]:
    """A mapping for each span that a rule acts upon, in the order of documents, places and rules.

    Places and texts are those of the last step, before anything is taken out, masked or written. Spans of removed
    documents are among them: ``kept`` says which are not.

    Args:
        shard: its name.
        measured: how the annotations came about.
        documents: columns ``row``, ``id`` and ``text``.
        annotations: of the same rows.
        findings: of the policy in them.
        decided: what became of them.
    """
    places = np.unique(np.concatenate([np.empty(0, np.int64), *(spans.rows for *_, spans in findings.spans)]))
    here = pa.array(places)
    texts = replay(documents.column("text").take(here), annotations.column("edits").take(here), measured.passes)
    found: dict[int, list[dict[str, Any]]] = {place: [] for place in places.tolist()}
    for name, _, rule, spans in findings.spans:
        columns = (spans.rows, spans.start, spans.end, spans.labels, spans.scores, spans.units)
        for place, start, end, label, score, unit in zip(*(c.tolist() for c in columns), strict=True):
            span = {"start": start, "end": end, "label": label, "score": score, "unit": unit}
            found[place].append({**span, "rule": name, "action": rule.action, "tag": rule.tag})
    rows, names = (documents.column(name).take(here).to_pylist() for name in ("row", "id"))
    for place, row, name, text in zip(places.tolist(), rows, names, texts.to_pylist(), strict=True):
        document = {"id": name, "shard": shard, "row": row, "kept": bool(decided.kept[place])}
        for span in sorted(found[place], key=lambda span: (span["start"], span["end"])):
            start, end = span["start"], span["end"]
            around = {"before": text[max(0, start - CONTEXT) : start], "after": text[end : end + CONTEXT]}
            yield {**document, **span, "text": text[start:end], **around}
