"""Measuring: a batch of documents goes through the steps of a plan, and every number is kept.

Nothing is decided here but where to stop: a gate ends the measuring of a document that fails it.
"""

from collections.abc import MutableMapping
from typing import cast

import pyarrow as pa

from filters.batch_progress import Progress, scattered
from filters.counted import PIECES, Counted
from filters.counting_plan import counts_of, turns_before
from filters.documents import Batch
from filters.kept_memory import keep_freed_memory
from filters.plan import Plan
from filters.signals import Cleaner
from filters.text_hash import text_digests, url_digests

__all__ = ["count_pieces", "measure", "pieces_schema"]


def measure(batch: Batch, plan: Plan, spent: MutableMapping[str, float] | None = None) -> pa.RecordBatch:
    """Annotate a batch.

    Args:
        batch: documents, with the text as extracted.
        plan: what to measure.
        spent: gets the seconds that each cleaner and annotator took added, by ``step/name``.

    Returns:
        As many rows in the same order, in the columns of ``plan.measured_schema``.

    Raises:
        AnnotatorError: an annotator or cleaner raised.
        RunError: one gave other columns than it promised.
    """
    keep_freed_memory()
    progress = Progress(batch, {} if spent is None else spent)
    for step in plan.steps:
        for name, cleaner in step.cleaners:
            progress.clean(f"{step.name}/{name}", step.name, cleaner)
        for measurement in step.measurements:
            if measurement.annotator is not None:
                progress.annotate(step.name, measurement.annotator)
            for gate in measurement.gates:
                progress.stop_at(step.name, gate)
        if step.name == plan.signed_step:
            progress.keep("text_hash", text_digests(progress.texts))
            progress.keep("url_hash", url_digests(progress.batch.column("url")))
            if plan.near is not None:
                progress.sign(plan.near)
    if plan.tokens is not None:
        progress.count_tokens(plan.tokens)
    return progress.annotations(plan.measured_schema)


def count_pieces(
    batch: Batch, plan: Plan, round_: int, spent: MutableMapping[str, float] | None = None
) -> pa.RecordBatch:
    """What a batch gives to a round of counting over the corpus, with as little measured as that needs.

    Args:
        batch: documents, with the text as extracted.
        plan: with the counts of the rounds before.
        round_: which one.
        spent: as for `measure`.

    Returns:
        As many rows in the same order, in the columns of `pieces_schema`; null for what a gate has stopped.

    Raises:
        AnnotatorError: an annotator or cleaner raised.
    """
    keep_freed_memory()
    progress = Progress(batch, {} if spent is None else spent)
    counts = [count for count in counts_of(plan) if count.round == round_]
    for turn in turns_before(plan, round_):
        mine = [count for count in counts if count.place == turn.place]
        if mine:
            progress.count(turn.name, mine[0].number, cast(Counted, turn.source))
        elif isinstance(turn.source, Cleaner):
            progress.clean(turn.name, turn.step, turn.source)
        elif turn.source is not None:
            progress.annotate(turn.step, turn.source)
        for gate in turn.gates:
            progress.stop_at(turn.step, gate)
    ready = {"row": batch.column("row")}
    schema = pieces_schema(plan, round_)
    arrays = [ready[n] if n in ready else scattered(*progress.measured[n], batch.num_rows) for n in schema.names]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def pieces_schema(plan: Plan, round_: int) -> pa.Schema:
    """The row, and for each count of a round by its number the text's name and the hashes of its pieces."""
    numbers = [count.number for count in counts_of(plan) if count.round == round_]
    fields = [f for n in numbers for f in (pa.field(f"text{n}", pa.uint64()), pa.field(f"pieces{n}", PIECES))]
    return pa.schema([pa.field("row", pa.int64(), nullable=False), *fields])
