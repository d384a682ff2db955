"""One document explained: its fate, every reason for it, its text with all that was done to it, its survivor."""

import os
from dataclasses import dataclass, replace
from typing import Any, Final

from filters.documents import document_key, split_earlier, split_key
from filters.errors import OutputError
from reports.configured_rules import configured_rules
from reports.finished_run import FinishedRun, open_run
from reports.history import History, histories
from reports.marked_text import Mark, Segment, apply_marks, plain_text
from reports.shared_passages import shared_passages
from reports.words import reason_in_words

__all__ = ["Explained", "Explanation", "Survivor", "explain"]

SHARED: Final = "shared"


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
    """The document that was kept instead, with what it shares marked.

    Attributes:
        key: ``shard:row``, of one that an earlier output kept ``output:shard:row``.
        segments: its text; None where that cannot be read any more.
        lacking: why not.
    """

    key: str
    kind: str | None
    similarity: float | None
    segments: tuple[Segment, ...] | None = None
    id: str | None = None
    url: str | None = None
    lacking: str | None = None

    @property
    def text(self) -> str | None:
        """As it stands there."""
        return None if self.segments is None else plain_text(self.segments)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a run knows of one document.

    Attributes:
        key: ``shard:row``.
        id: the user's.
        action: ``keep`` or ``drop``.
        stopped_at: the gate, ``step/rule``, after which it was not measured further.
        segments: its text as extracted, every edit and flagged span marked, and what it shares with the survivor.
        survivor: where it was removed as a duplicate, or because of one in another split.
        split: where it is kept, and the corpus is divided.
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
    split: str | None


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
    segments, survivor = _beside_survivor(run, history)
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
        segments=tuple(segments),
        survivor=survivor,
        split=decision["split"],
    )


def _beside_survivor(run: FinishedRun, history: History) -> tuple[list[Segment], Survivor | None]:
    """The document's text, and what was kept instead of it; the passages that both have marked in both."""
    reasons = history.decision["reasons"]
    found = next((reason for reason in reasons if reason["survivor"] is not None), None)
    if found is None:
        return history.segments, None
    survivor = Survivor(found["survivor"], found["kind"], found["similarity"])
    try:
        other = _history_of(run, survivor.key)
    except OutputError as error:
        return history.segments, replace(survivor, lacking=str(error))
    text, kept = plain_text(history.segments), plain_text(other.segments)
    own, theirs = ([Mark(a, b, SHARED, kind=SHARED) for a, b in passages] for passages in shared_passages(text, kept))
    beside = tuple(apply_marks([Segment(kept)], theirs))
    survivor = replace(survivor, segments=beside, id=other.document["id"], url=other.document["url"])
    return apply_marks(history.segments, own), survivor


def _history_of(run: FinishedRun, key: str) -> History:
    """What became of a document of this output, or of the earlier one that its key names.

    Raises:
        OutputError: the earlier output is not there any more, or holds another document there.
    """
    name, key = split_earlier(key)
    shard, row = split_key(key)
    if name is None:
        return histories(run, shard, [row])[row]
    place = run.against[name]
    earlier = open_run(place)
    if shard not in earlier.ordinals:
        raise OutputError(f"{place} has no shard {shard!r} any more; `tamis run` it again as it was")
    try:
        found = histories(earlier, shard, [row])
    except OSError as error:
        raise OutputError(f"{place} cannot be read: {error}; `tamis run` it again as it was") from error
    if row not in found:
        raise OutputError(f"{place} has no document {key} any more; `tamis run` it again as it was")
    return found[row]
