"""Examples for the report: the text near a limit, and edited text with its edits marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from filters.control_tokens import ESCAPES
from filters.documents import document_key
from reports.finished_run import FinishedRun
from reports.history import histories
from reports.ledger import Ledger
from reports.marked_text import excerpt
from reports.nearest import Near

__all__ = ["by_shard", "excerpts", "marked_examples", "near_examples"]

EXCERPT_CHARACTERS = 320
MARKED_EXAMPLES = 2
MARKED_CHARACTERS = 320
MARK_CONTEXT = 100
LABELS = 3
SCAN_ROWS = 2_048

Place = tuple[int, int]
Row = dict[str, Any]


def by_shard(places: Iterable[Place]) -> list[tuple[int, list[int]]]:
    """The rows that are asked for, shard by shard."""
    found: dict[int, list[int]] = {}
    for ordinal, row in places:
        found.setdefault(ordinal, []).append(row)
    return sorted(found.items())


def excerpts(run: FinishedRun, places: Iterable[Place]) -> dict[Place, Row]:
    """Key, id, URL and the first characters of documents, by (ordinal, row)."""
    found: dict[Place, Row] = {}
    for ordinal, rows in by_shard(places):
        shard = run.shards[ordinal]
        table = run.rows("documents", shard, rows, ["row", "id", "url", "text"])
        lengths = pc.utf8_length(table["text"])
        texts = pc.utf8_slice_codeunits(table["text"], 0, EXCERPT_CHARACTERS)
        columns = (table["row"], table["id"], table["url"], texts, lengths)
        for row, name, url, text, length in zip(*(c.to_pylist() for c in columns), strict=True):
            text += " …" if length > EXCERPT_CHARACTERS else ""
            key = document_key(shard, row)
            found[ordinal, row] = {"key": key, "id": name, "url": url, "text": text, "characters": length}
    return found


def near_examples(texts: Mapping[Place, Row], near: Sequence[Near]) -> list[Row]:
    """Documents near a limit, nearest first, with their value and the limits that held for them."""
    return [
        {
            **texts[n.ordinal, n.row],
            "value": _known(n.value),
            "text_value": n.text_value,
            "minimum": _known(n.minimum),
            "maximum": _known(n.maximum),
        }
        for n in near
    ]


def marked_examples(run: FinishedRun, ledgers: Sequence[Ledger]) -> dict[str, list[Row]]:
    """The first documents that each cleaner's reason or rule changed or flagged, by ``step/...`` or ``escapes``.

    Only shards whose ledger says that they hold such a document are opened, and read until enough are found.
    """
    found: dict[str, list[Place]] = {}
    for ordinal, (shard, ledger) in enumerate(zip(run.shards, ledgers, strict=True)):
        edits = {key for key, counts in ledger["edits"].items() if counts["documents"]}
        decided = {key for key in edits if key == ESCAPES or key in ledger["rules"]}
        edits -= decided
        spans = decided | {key for key, counts in ledger["rules"].items() if counts["spans"]}
        _seek(found, ordinal, edits, _edited_rows(run, shard))
        _seek(found, ordinal, spans, _span_rows(run, shard))
    return _marked(run, found)


def _seek(
    found: dict[str, list[Place]], ordinal: int, keys: set[str], windows: Iterator[list[tuple[str, int]]]
) -> None:
    """Add places of a shard until every key that it holds has enough."""
    wanted = {key for key in keys if len(found.setdefault(key, [])) < MARKED_EXAMPLES}
    while wanted and (window := next(windows, None)) is not None:
        for key, row in window:
            places = found.get(key, [])
            if key in wanted and len(places) < MARKED_EXAMPLES and (ordinal, row) not in places:
                places.append((ordinal, row))
        wanted = {key for key in wanted if len(found[key]) < MARKED_EXAMPLES}


def _edited_rows(run: FinishedRun, shard: str) -> Iterator[list[tuple[str, int]]]:
    """Which cleaner's reasons changed which kept rows, a window at a time."""
    decisions = run.tables("decisions", shard, ["row", "action"], SCAN_ROWS)
    for table, decided in zip(run.tables("annotations", shard, ["row", "edits"], SCAN_ROWS), decisions, strict=True):
        rows, edits = _flat(table.filter(pc.equal(decided["action"], "keep")), "edits")
        names = pc.binary_join_element_wise(edits.field("step"), edits.field("reason"), "/").to_pylist()
        yield list(dict.fromkeys(zip(names, rows, strict=True)))


def _span_rows(run: FinishedRun, shard: str) -> Iterator[list[tuple[str, int]]]:
    """Which rules flagged or edited spans of which rows, or put something in, a window at a time."""
    for table in run.tables("decisions", shard, ["row", "reasons", "edits"], SCAN_ROWS):
        rows, reasons = _flat(table, "reasons")
        spans = reasons.field("start").is_valid()
        names = reasons.field("rule").filter(spans).to_pylist()
        edited, edits = _flat(table, "edits")
        found = [*zip(names, pa.array(rows).filter(spans).to_pylist(), strict=True)]
        found += zip(edits.field("rule").to_pylist(), edited, strict=True)
        yield list(dict.fromkeys(sorted(found, key=lambda pair: pair[1])))


def _flat(table: pa.Table, name: str) -> tuple[list[int], pa.StructArray]:
    """The structs of a list column, and the row that each belongs to."""
    column = table[name].combine_chunks()
    return table["row"].take(pc.list_parent_indices(column)).to_pylist(), column.flatten()


def _marked(run: FinishedRun, found: Mapping[str, list[Place]]) -> dict[str, list[Row]]:
    examples: dict[str, list[Row]] = {key: [] for key in found}
    for ordinal, shard in enumerate(run.shards):
        rows = {row for places in found.values() for o, row in places if o == ordinal}
        read = histories(run, shard, sorted(rows)) if rows else {}
        for key, places in sorted(found.items()):
            for row in (row for o, row in places if o == ordinal):
                history = read[row]
                shown = [asdict(segment) for segment in excerpt(history.segments, MARK_CONTEXT, MARKED_CHARACTERS, key)]
                url, name = history.document["url"], history.document["id"]
                found_as = [
                    r["text_value"] for r in history.decision["reasons"] if r["rule"] == key and r["text_value"]
                ]
                examples[key].append({"key": document_key(shard, row), "id": name, "url": url, "segments": shown,
                                      "labels": list(dict.fromkeys(found_as))[:LABELS]})  # fmt: skip
    return examples


def _known(number: float) -> float | None:
    return None if isnan(number) else number
