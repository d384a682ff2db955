"""The contract of annotators and cleaners, as checks that a user's own can be put through as well.

::

    from filters.contract import check_annotator
    check_annotator(MyAnnotator())
"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import PAGE_FIELDS, SCHEMA, Batch
from filters.edits import apply_edits
from filters.hostile_texts import HOSTILE_TEXTS, LONG_TEXTS
from filters.signals import EDITS, SPANS, Annotator, Cleaner, Columns, Signal

__all__ = ["HOSTILE_TEXTS", "LONG_TEXTS", "batch_of", "check_annotator", "check_batch", "check_cleaner"]

LONG = 50_000  # bytes


def batch_of(texts: Sequence[str], **columns: Sequence[object]) -> Batch:
    """Documents of these texts.

    Args:
        texts: one a document.
        columns: further columns of `SCHEMA`, or ``page`` and ``headers``; null where not given.

    Returns:
        Documents numbered from 0, with ``id`` and ``source`` made up.
    """
    rows = range(len(texts))
    given = {
        "row": rows,
        "id": [f"test:{row}" for row in rows],
        "text": texts,
        "source": ["test"] * len(texts),
    } | columns
    fields = [*SCHEMA, *(field for field in PAGE_FIELDS if field.name in columns)]
    arrays = [pa.array(list(given.get(field.name, [None] * len(texts))), field.type) for field in fields]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def check_annotator(annotator: Annotator, texts: Sequence[str] = (*HOSTILE_TEXTS, *LONG_TEXTS)) -> None:
    """Asserts that an annotator keeps its contract on any text: shape, range, independence of rows, stable values.

    Args:
        annotator: the one to check.
        texts: what it is tried on. An annotator that reads the page gets them as pages.

    Raises:
        AssertionError: it does not; the message names the signal.
    """
    assert isinstance(annotator, Annotator), f"{annotator!r} lacks signals, reads, fingerprint or annotate()"
    assert annotator.reads in ("text", "page"), f"reads is {annotator.reads!r}; it is text or page"
    check_description(annotator)
    check_batch(annotator, documents(texts, annotator.reads))


def check_cleaner(cleaner: Cleaner, texts: Sequence[str] = (*HOSTILE_TEXTS, *LONG_TEXTS)) -> None:
    """Asserts that a cleaner keeps its contract on any text: the same, and edits that can be replayed.

    Raises:
        AssertionError: it does not; the message names the signal, or says edits.
    """
    assert isinstance(cleaner, Cleaner), f"{cleaner!r} lacks signals, fingerprint or clean()"
    check_description(cleaner)
    check_batch(cleaner, documents(texts, "text"))


def check_batch(subject: Annotator | Cleaner, batch: Batch) -> None:
    """The contract on documents of one's own making: what `check_annotator` and `check_cleaner` ask of theirs.

    Raises:
        AssertionError: it is not kept; the message names the signal, or says edits.
    """

    def compute(part: Batch, cuts: Cuts | None = None) -> Columns:
        cuts = cuts or Cuts(part["text"])
        if isinstance(subject, Annotator):
            return subject.annotate(part, cuts)
        edits, columns = subject.clean(part, cuts)
        assert "edits" not in columns, "edits: the name is not free for a signal"
        return {**columns, "edits": edits}

    columns = dict(compute(batch))
    if not isinstance(subject, Annotator):
        check_edits(columns.pop("edits"), batch["text"])
    check_columns(subject.signals, columns, batch)
    check_independence(compute, batch)


def documents(texts: Sequence[str], reads: str) -> Batch:
    """A batch of texts that are their own URLs, or of pages: each as it is and within HTML, and one that is null."""
    if reads == "text":
        return batch_of(texts, url=[text if 0 < len(text) < LONG else None for text in texts])
    bare = [text.encode() for text in texts if len(text) < LONG]
    pages = [None, *bare, *(f"<html><body><p>{text}</p>".encode() for text in texts)]
    headers = [None, *['{"content-type": "text/html"}'] * (len(pages) - 1)]
    return batch_of([""] * len(pages), page=pages, headers=headers)


def check_description(subject: Annotator | Cleaner) -> None:
    """Signals are named once, described and stored as a type that a column can have; there is a fingerprint."""
    assert isinstance(subject.fingerprint, str), "fingerprint is not a string"
    assert subject.fingerprint, "fingerprint is empty"
    names = [signal.name for signal in subject.signals]
    assert len(set(names)) == len(names), f"a signal is declared twice: {sorted(names)}"
    for signal in subject.signals:
        allowed = (pa.float64(), pa.int64(), pa.string(), pa.bool_(), SPANS)
        assert signal.type in allowed, f"{signal.name} is {signal.type}; allowed are {', '.join(map(str, allowed))}"
        assert signal.unit, f"{signal.name} has no unit"
        assert signal.formula, f"{signal.name} has no formula"
        assert signal.source, f"{signal.name} has no source"
        assert "@" not in signal.name, f"{signal.name}: @ is for the step"


def check_columns(signals: Sequence[Signal], columns: Columns, batch: Batch) -> None:
    """Declared names, types, lengths; fractions from 0 to 1; numbers that are numbers; spans in order."""
    declared, found = sorted(signal.name for signal in signals), sorted(columns)
    assert found == declared, f"the columns are {found}, declared are {declared}"
    for signal in signals:
        values = columns[signal.name]
        assert values.type == signal.type, f"{signal.name} is {values.type}, declared is {signal.type}"
        assert len(values) == len(batch), f"{signal.name} has {len(values)} values for {len(batch)} documents"
        values.validate(full=True)
        if signal.type == pa.float64():
            check_numbers(signal, values)
        if signal.type == SPANS:
            check_places(signal.name, values, batch["text"], overlap=True)
            check_scores(signal, values)


def check_numbers(signal: Signal, values: pa.Array) -> None:
    """Undefined is null, not NaN; a fraction is one."""
    numbers = values.drop_null().to_pylist()
    wrong = [number for number in numbers if number != number or number in (float("inf"), -float("inf"))]
    assert not wrong, f"{signal.name} is {wrong[0]}; what is not defined is null"
    if signal.unit == "fraction":
        wrong = [number for number in numbers if not 0 <= number <= 1]
        assert not wrong, f"{signal.name} is {wrong[0]}, a fraction is from 0 to 1"


def check_scores(signal: Signal, spans: pa.ListArray) -> None:
    """The score of a span is a number, and not below the floor."""
    scores = spans.flatten().field("score").to_numpy()
    floor = -float("inf") if signal.floor is None else signal.floor
    wrong = scores[~((scores >= floor) & (scores < float("inf")))]
    assert not len(wrong), f"{signal.name} has a score of {wrong[0]}; the least is {floor}"


def check_edits(edits: pa.ListArray, texts: pa.StringArray) -> None:
    """Edits are of their type, one list a text, in order, each with a reason; they can be replayed."""
    assert edits.type == EDITS, f"edits are {edits.type}, not {EDITS}"
    assert len(edits) == len(texts), f"edits has {len(edits)} values for {len(texts)} documents"
    assert not edits.null_count, "edits are null for a text; where there are none, the list is empty"
    edits.validate(full=True)
    check_places("edits", edits, texts, overlap=False)
    assert pa.compute.all(pa.compute.not_equal(edits.flatten().field("reason"), "")).as_py() in (True, None), (
        "an edit has no reason"
    )
    assert len(apply_edits(texts, edits)) == len(texts)


def check_places(name: str, places: pa.ListArray, texts: pa.StringArray, overlap: bool) -> None:
    """Spans, or edits, are sorted and within their text; edits do not overlap."""
    rows = np.asarray(pa.compute.list_parent_indices(places))
    starts, ends = (places.flatten().field(side).to_numpy() for side in ("start", "end"))
    lengths = np.asarray(pa.compute.utf8_length(texts).fill_null(0))[rows]
    same, later = rows[1:] == rows[:-1], np.diff(starts)
    for row in rows[1:][same & ((later < 0) | ((later == 0) & (np.diff(ends) < 0)))]:
        raise AssertionError(f"{name} of text {row} are not sorted by start, then end")
    for wrong in np.flatnonzero((starts < 0) | (starts > ends) | (ends > lengths)):
        bounds = f"{starts[wrong]} to {ends[wrong]} of {lengths[wrong]} characters"
        raise AssertionError(f"{name} of text {rows[wrong]}: {bounds}")
    for wrong in np.flatnonzero(same & (starts[1:] < ends[:-1])) + 1:
        assert overlap, f"{name} of text {rows[wrong]} overlap at {starts[wrong]}"


def check_independence(compute: Callable[..., Columns], batch: Batch) -> None:
    """Values are the same twice over, and however the batch is cut; long texts are left out here, for time."""
    short = pa.compute.less(pa.compute.binary_length(batch["text"]), LONG)
    if "page" in batch.schema.names:
        short = pa.compute.and_(short, pa.compute.less(pa.compute.binary_length(batch["page"]).fill_null(0), LONG))
    batch = batch.filter(short)
    cuts = Cuts(batch["text"])
    whole = compute(batch, cuts)
    middle, size = len(batch) // 2, len(batch)
    ways = {
        "cut in two": [batch.slice(0, middle), batch.slice(middle)],
        "cut into rows": [batch.slice(row, 1) for row in range(size)] or [batch],
        "cut with an empty part": [batch.slice(0, 0), batch],
        "part of a larger one": [pa.concat_batches([batch, batch, batch]).slice(size, size)],
    }
    computed = {how: [compute(part) for part in parts] for how, parts in ways.items()}
    computed["measured again with the same cuts"] = [compute(batch, cuts)]
    for how, parts in computed.items():
        for name, values in whole.items():
            same = pa.concat_arrays([columns[name] for columns in parts]).equals(values)
            assert same, f"{name} depends on the batch: it differs when the batch is {how}"
