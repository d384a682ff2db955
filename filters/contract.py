"""The contract of annotators and cleaners, as checks that a user's own can be put through as well.

::

    from filters.contract import check_annotator
    check_annotator(MyAnnotator())
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import PAGE_FIELDS, SCHEMA, Batch
from filters.edits import apply_edits
from filters.signals import EDITS, SPANS, Annotator, Cleaner, Columns, Signal

__all__ = ["HOSTILE_TEXTS", "LONG_TEXTS", "batch_of", "check_annotator", "check_cleaner"]

HOSTILE_TEXTS: Sequence[str] = (
    "",
    " ",
    "a",
    "本",
    "🥇",
    "\n",
    "\n" * 1000,
    "\r\n\r\n\t\v\f",
    "\0",
    "".join(map(chr, range(33))),
    "\x7f\x80\x85\x9f\ufeff\u200b\u200d\u2028\u2029\ufffe\uffff",
    "\U0010ffff\U000e0001",
    "nospaces" * 2000,
    "#" * 500 + "..." * 500,
    "… • - .\n- .\n•",
    "שלום עולם، مرحبا بالعالم \u202eevil\u202c",
    "Z\u0351\u0343a\u0348\u0310l\u0489\u0338g\u0327o\u0352 " * 50,
    "\u0301\u0301\u0301",
    "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪 " * 100,
    "你好，世界。這是一個沒有空格的句子。" * 50,
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "a@b.co 192.0.2.1 http://[::1]/%zz?{lorem ipsum} <script>javascript",
    "The quick brown fox, to be or not to be, and that of it.\nThe quick brown fox.\n\nThe end.",
    "word " * 5000,
    "İstanbul ẞ ﬁ ǅ ſ K Å\u030a",
)
"""Texts that have broken filters before."""

LONG_TEXTS: Sequence[str] = ("x" * 10_000_000, "a b " * 2_500_000, "é\n" * 2_000_000)
"""Six megabytes and more: without a space, on one line, on two million lines."""

LONG = 1_000_000  # bytes


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
    batch = documents(texts, annotator.reads)

    def annotate(part: Batch) -> Columns:
        return annotator.annotate(part, Cuts(part["text"]))

    check_columns(annotator.signals, annotate(batch), batch)
    check_independence(annotate, batch)


def check_cleaner(cleaner: Cleaner, texts: Sequence[str] = (*HOSTILE_TEXTS, *LONG_TEXTS)) -> None:
    """Asserts that a cleaner keeps its contract on any text: the same, and edits that can be replayed.

    Raises:
        AssertionError: it does not; the message names the signal, or says edits.
    """
    assert isinstance(cleaner, Cleaner), f"{cleaner!r} lacks signals, fingerprint or clean()"
    check_description(cleaner)
    batch = batch_of(texts)

    def clean(part: Batch) -> Columns:
        edits, columns = cleaner.clean(part, Cuts(part["text"]))
        assert "edits" not in columns, "edits: the name is not free for a signal"
        return {**columns, "edits": edits}

    columns = dict(clean(batch))
    edits = columns.pop("edits")
    assert edits.type == EDITS, f"edits are {edits.type}, not {EDITS}"
    check_columns(cleaner.signals, columns, batch)
    check_places("edits", edits, batch["text"], overlap=False)
    assert len(apply_edits(batch["text"], edits)) == len(batch)
    check_independence(clean, batch)


def documents(texts: Sequence[str], reads: str) -> Batch:
    """A batch of texts that are their own URLs, or of pages: each as it is and within HTML, and one that is null."""
    if reads == "text":
        return batch_of(texts, url=[text if 0 < len(text) < LONG else None for text in texts])
    pages = [None, *(text.encode() for text in texts), *(f"<html><body><p>{text}</p>".encode() for text in texts)]
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
        if signal.type == pa.float64():
            check_numbers(signal, values)
        if signal.type == SPANS:
            check_places(signal.name, values, batch["text"], overlap=True)


def check_numbers(signal: Signal, values: pa.Array) -> None:
    """Undefined is null, not NaN; a fraction is one."""
    numbers = values.drop_null().to_pylist()
    wrong = [number for number in numbers if number != number or number in (float("inf"), -float("inf"))]
    assert not wrong, f"{signal.name} is {wrong[0]}; what is not defined is null"
    if signal.unit == "fraction":
        wrong = [number for number in numbers if not 0 <= number <= 1]
        assert not wrong, f"{signal.name} is {wrong[0]}, a fraction is from 0 to 1"


def check_places(name: str, places: pa.ListArray, texts: pa.StringArray, overlap: bool) -> None:
    """Spans, or edits, are sorted and within their text; edits do not overlap."""
    for row, (listed, length) in enumerate(
        zip(places.to_pylist(), pa.compute.utf8_length(texts).to_pylist(), strict=True)
    ):
        bounds = [(place["start"], place["end"]) for place in listed or []]
        assert bounds == sorted(bounds), f"{name} of text {row} are not sorted by start, then end"
        for start, end in bounds:
            assert 0 <= start <= end <= length, f"{name} of text {row}: {start} to {end} of {length} characters"
        for (_, end), (start, _) in pairwise(bounds):
            assert overlap or end <= start, f"{name} of text {row} overlap at {start}"


def check_independence(compute: Callable[[Batch], Columns], batch: Batch) -> None:
    """Values are the same twice over, and however the batch is cut; long texts are left out here, for time."""
    short = batch.filter(pa.compute.less(pa.compute.binary_length(batch["text"]), LONG))
    whole, middle = compute(short), len(short) // 2
    cuts = {
        "computed again": [short],
        "cut in two": [short.slice(0, middle), short.slice(middle)],
        "cut into rows": [short.slice(row, 1) for row in range(len(short))],
        "cut with an empty part": [short.slice(0, 0), short],
    }
    for how, parts in cuts.items():
        computed = [compute(part) for part in parts]
        for name, values in whole.items():
            same = pa.concat_arrays([columns[name] for columns in computed]).equals(values)
            assert same, f"{name} depends on the batch: it differs when the batch is {how}"
