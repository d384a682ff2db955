"""The decide stage: a shard's decisions, its clean and removed documents, and its ledger."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.deciding import Decided, decide_batch
from filters.decisions import DECISIONS
from filters.edits import apply_edits
from filters.judging import Quantiles, judge_batch
from filters.measured import first_column, replay
from filters.reasons import Duplicated
from filters.tagging import with_tokens
from pipelines.counting import Counts
from pipelines.electing_stage import losers_of, placements_of
from pipelines.flagged_spans import flagged_spans
from pipelines.job import Job, Tools, fingerprint, tools
from pipelines.marked import once
from pipelines.placing import placed
from pipelines.reading import annotation_batches, document_batches, groups_of, places_of
from pipelines.token_counts import TokenCounts, token_counts
from storage.files import read_json
from storage.jsonl_output import jsonl_output
from storage.layout import CLEAN_FIELDS, REASON
from storage.parquet_output import ParquetOutput, parquet_output

__all__ = ["clean_schema", "decide_shard"]


def clean_schema(kit: Tools) -> pa.Schema:
    """The columns of clean/: the fixed ones, the user's declared columns, the signals asked for."""
    signals = [kit.plan.schema.field(name) for name in kit.configuration.output.signals]
    return pa.schema([*CLEAN_FIELDS, *kit.declared, *signals])


def decide_shard(job: Job, ordinal: int, elected: Iterable[bytes], quantiles: Quantiles) -> dict[str, Any]:
    """Decide over a shard, unless that is done.

    Args:
        job: the run.
        ordinal: of the shard.
        elected: packed rows of `filters.survivors.LOSERS` and `filters.split_elections.PLACEMENTS` of this shard.
        quantiles: the limits resolved over the whole corpus.

    Returns:
        The shard's ledger.
    """
    kit = tools(job)
    shard = kit.shards[ordinal]
    elected = list(elected)
    lost, moved = _named(kit, losers_of(elected)), _named(kit, placements_of(elected))
    measured = read_json(kit.source("documents", shard, ".json"))
    grouped = read_json(kit.source("groups", shard, ".json"))["digests"] if kit.policy.duplicates is not None else None
    facts = [measured["digests"], grouped, lost.to_pydict(), moved.to_pydict(), quantiles]
    wanted = fingerprint(kit.decide_fingerprint, *facts, job.text)

    def make() -> dict[str, Any]:
        counts = Counts(kit.policy)
        _write(kit, shard, lost, moved, quantiles, counts)
        ledger = counts.ledger(shard, wanted, measured["counts"])
        kit.journal.count(kept=ledger["records"]["kept"], decided=measured["counts"]["documents"])
        return ledger

    return once(kit.output("ledger", shard, ".json"), wanted, kit.journal.task("decide", shard), make)


def _write(kit: Tools, shard: str, lost: pa.Table, moved: pa.Table, quantiles: Quantiles, counts: Counts) -> None:
    groups = groups_of(kit, shard) if kit.policy.duplicates is not None else None
    tokens_written = bool(kit.policy.control_tokens)
    columns = None if kit.job.text else ["row", "id", "host", *(["text"] if tokens_written else [])]
    compression = kit.configuration.output.compression
    with ExitStack() as files:
        decisions = files.enter_context(parquet_output(kit.output("decisions", shard), DECISIONS))
        texts = _TextOutputs(kit, shard, files, compression) if kit.job.text else None
        flagged = kit.job.text and kit.configuration.output.flagged_spans
        spans = files.enter_context(jsonl_output(kit.output("spans", shard, ".jsonl.gz"))) if flagged else None
        batches = zip(document_batches(kit, shard, columns), annotation_batches(kit, shard), strict=True)
        for documents, annotations in batches:
            findings = judge_batch(kit.policy, kit.measured, annotations, quantiles)
            if tokens_written:
                findings = with_tokens(kit.policy, kit.measured, documents.column("text"), annotations, findings)
            duplicated = _duplicated(lost, documents.column("row")) if groups is not None else None
            divided = None
            if kit.policy.splits is not None:
                component, _ = _components(documents.column("row"), groups)
                divided = placed(kit.policy.splits, shard, documents, component, moved)
            decided = decide_batch(kit.policy, kit.measured, documents, findings, duplicated, divided)
            tokens = token_counts(annotations, findings)
            decisions.write(decided.decisions)
            kept = texts.write(documents, annotations, groups, decided, tokens) if texts is not None else None
            counts.add(annotations, findings, decided, tokens, kept)
            if spans is not None:
                spans.write(flagged_spans(shard, kit.measured, documents, annotations, findings, decided))
        if spans is not None:
            counts.flagged_spans = spans.line_count


def _named(kit: Tools, found: pa.Table) -> pa.Table:
    """Losers or placements with the keys of their survivors: numbers are others where one more shard is read."""
    pairs = zip(found.column("survivor_shard").to_pylist(), found.column("survivor_row").to_pylist(), strict=True)
    survivors = pa.array([None if row is None else kit.corpus.key(number, row) for number, row in pairs], pa.string())
    return found.drop_columns(["shard", "survivor_shard", "survivor_row"]).append_column("survivor", survivors)


def _duplicated(lost: pa.Table, rows: pa.Array) -> Duplicated:
    """The losers among the rows of a batch."""
    places, which = places_of(lost.column("row"), rows)
    found = lost.take(pa.array(which))
    return Duplicated(
        places=places,
        survivors=found.column("survivor").combine_chunks(),
        kinds=found.column("kind").combine_chunks(),
        similarity=found.column("similarity").to_numpy(),
    )


class _TextOutputs:
    """clean/ and removed/ of a shard."""

    def __init__(self, kit: Tools, shard: str, files: ExitStack, compression: str) -> None:
        self._kit = kit
        self._schema = clean_schema(kit)
        self._removed_schema = self._schema.append(pa.field("reasons", pa.list_(REASON), nullable=False))
        self._clean = files.enter_context(parquet_output(kit.output("clean", shard), self._schema, compression))
        removed = parquet_output(kit.output("removed", shard), self._removed_schema, compression)
        self._removed: ParquetOutput = files.enter_context(removed)

    def write(
        self,
        documents: pa.RecordBatch,
        annotations: pa.RecordBatch,
        groups: pa.Table | None,
        decided: Decided,
        tokens: TokenCounts,
    ) -> pa.StringArray:
        """Write a batch; returns the texts of kept documents as they were written."""
        columns = _columns(documents, annotations, groups, decided, tokens, self._schema)
        whole = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        kept, dropped = pa.array(decided.kept), pa.array(~decided.kept)
        clean = whole.filter(kept)
        texts = replay(clean.column("text"), annotations.column("edits").filter(kept), self._kit.measured.passes)
        texts = apply_edits(texts, decided.decisions.column("edits").filter(kept))
        clean = clean.set_column(self._schema.get_field_index("text"), self._schema.field("text"), texts)
        self._clean.write(clean)
        removed = whole.filter(dropped)
        reasons = decided.decisions.column("reasons").filter(dropped)
        self._removed.write(pa.RecordBatch.from_arrays([*removed.columns, reasons], schema=self._removed_schema))
        return texts


def _columns(
    documents: pa.RecordBatch,
    annotations: pa.RecordBatch,
    groups: pa.Table | None,
    decided: Decided,
    tokens: TokenCounts,
    schema: pa.Schema,
) -> list[pa.Array]:
    """The columns of clean/ for all documents of a batch, with the text as extracted."""
    component, size = _components(documents.column("row"), groups)
    made = {
        "language": first_column(annotations, "language"),
        "language_score": first_column(annotations, "language_score"),
        "token_count": pa.array(np.where(decided.kept, tokens.after, tokens.before)),
        "token_count_estimated": pa.array(np.where(decided.kept, tokens.estimated, tokens.before_estimated)),
        "component": component,
        "component_size": size,
        "tags": decided.decisions.column("tags"),
        "split": decided.decisions.column("split"),
    }
    there = (made, _by_name(documents), _by_name(annotations))
    return [next(c[field.name] for c in there if field.name in c).cast(field.type) for field in schema]


def _by_name(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _components(rows: pa.Array, groups: pa.Table | None) -> tuple[pa.Array, pa.Array]:
    """Component and its size of each document: null and 1 for one without duplicates."""
    if groups is None or groups.num_rows == 0:
        return pa.nulls(len(rows), pa.string()), pa.repeat(pa.scalar(1, pa.int64()), len(rows))
    places = pc.index_in(rows, groups.column("row").combine_chunks())
    component, size = (groups.column(name).combine_chunks().take(places) for name in ("component", "component_size"))
    return component, size.fill_null(1)
