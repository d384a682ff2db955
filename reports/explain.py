"""One document explained: its fate, every reason for it, its text with all that was done to it, its survivor."""

import os
from dataclasses import dataclass
from typing import Any

from filters.documents import document_key, split_key
from reports.configured_rules import configured_rules
from reports.finished_run import FinishedRun, open_run
from reports.history import histories
from reports.marked_text import Segment, plain_text
from reports.words import reason_in_words

__all__ = ["Explained", "Explanation", "Survivor", "explain"]


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason, as decided and in words."""

    rule: str
    reason: str
    action: str
    sentence: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Survivor:
    """The document that was kept instead; its text is None where another output holds it."""

    key: str
    kind: str
    similarity: float
    text: str | None = None
    id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a run knows of one document.

    Attributes:
        key: ``shard:row``.
        id: the user's.
        action: ``keep`` or ``drop``.
        stopped_at: the gate, ``step/rule``, after which it was not measured further.
        segments: its text as extracted, every edit and flagged span marked.
        survivor: where it was removed as a duplicate.
    """

    key: str
    id: str
    url: str | None
    host: str | None
    action: str
    reasons: tuple[Explained, ...]
    tags: tuple[str, ...]
    stopped_at: str | None
    segments: tuple[Segment, ...]
    survivor: Survivor | None


def explain(output: str | os.PathLike[str], name: str) -> Explanation:
    """Explain a document.

    Args:
        output: of a finished run.
        name: the user's id, or the key ``shard:row``.

    Raises:
        OutputError: the output is not a finished run, or holds no such document, or several.
    """
    run = open_run(os.fspath(output))
    shard, row = run.find(name)
    history = histories(run, shard, [row])[row]
    rules = {configured.key: configured.rule for configured in configured_rules(run.run)}
    document, decision = history.document, history.decision
    return Explanation(
        key=document_key(shard, row),
        id=decision["id"],
        url=document["url"],
        host=document["host"],
        action=decision["action"],
        reasons=tuple(
            Explained(r["rule"], r["reason"], r["action"], reason_in_words(r, rules), r) for r in decision["reasons"]
        ),
        tags=tuple(decision["tags"]),
        stopped_at=history.stopped_at,
        segments=tuple(history.segments),
        survivor=_survivor(run, decision["reasons"]),
    )


def _survivor(run: FinishedRun, reasons: list[dict[str, Any]]) -> Survivor | None:
    found = next((reason for reason in reasons if reason["survivor"] is not None), None)
    if found is None:
        return None
    survivor = Survivor(found["survivor"], found["kind"], found["similarity"])
    shard, row = split_key(survivor.key)
    if shard not in run.ordinals:
        return survivor
    history = histories(run, shard, [row])[row]
    text = plain_text(history.segments)
    return Survivor(
        survivor.key, survivor.kind, survivor.similarity, text, history.document["id"], history.document["url"]
    )
