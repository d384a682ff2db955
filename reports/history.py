"""What became of a document's text: every edit and flagged span of it, marked in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reports.finished_run import FinishedRun
from reports.marked_text import Mark, Segment, apply_marks

__all__ = ["History", "histories", "mark_history"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """A document, its decision, and its marked text.

    Attributes:
        document: its row of documents/.
        decision: its row of decisions/.
        stopped_at: the gate that ended its measuring.
        segments: the text as extracted, with the edits of cleaners, then those of span rules, marked.
    """

    document: Row
    decision: Row
    stopped_at: str | None
    segments: list[Segment]


def histories(run: FinishedRun, shard: str, rows: Sequence[int]) -> dict[int, History]:
    """The histories of some documents of a shard, by row."""
    documents, annotations, decisions = (
        {row["row"]: row for row in run.rows(folder, shard, rows, columns).to_pylist()}
        for folder, columns in (
            ("documents", ["row", "id", "text", "url", "host"]),
            ("annotations", ["row", "edits", "stopped_at"]),
            ("decisions", ["row", "id", "action", "reasons", "edits", "tags", "split"]),
        )
    )
    return {
        row: History(
            document,
            decisions[row],
            annotations[row]["stopped_at"],
            mark_history(document["text"], annotations[row]["edits"], decisions[row]),
        )
        for row, document in documents.items()
    }


def mark_history(text: str, edits: Sequence[Row] | None, decision: Row) -> list[Segment]:
    """Replays edits over a text, pass by pass, and marks what span rules did to the text that is left.

    Flagged spans are marked first: that changes no text, so that edits within them still find their places.
    """
    segments = [Segment(text)]
    for step, group in groupby(edits or [], key=lambda edit: edit["step"]):
        segments = apply_marks(segments, [_edit(e, f"{step}/{e['reason']}") for e in group])
    flags = [Mark(r["start"], r["end"], r["rule"]) for r in decision["reasons"] if _flags(r)]
    segments = apply_marks(segments, sorted(flags, key=lambda mark: (mark.start, mark.end)))
    return apply_marks(segments, [_edit(edit, edit["rule"]) for edit in decision["edits"]])


def _edit(edit: Row, reason: str) -> Mark:
    return Mark(edit["start"], edit["end"], reason, edit["replacement"])


def _flags(reason: Row) -> bool:
    """A span that is pointed at, and that no edit takes out."""
    return reason["start"] is not None and reason["action"] not in ("remove", "mask")
