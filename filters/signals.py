"""Signals, and the contracts of what computes them: annotators measure, cleaners edit, neither decides."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import AnnotatorError, TamisError

__all__ = ["EDITS", "SPANS", "Annotator", "Cleaner", "Columns", "Signal", "blamed"]

SPANS = pa.list_(
    pa.struct(
        [
            pa.field("start", pa.int64(), nullable=False),
            pa.field("end", pa.int64(), nullable=False),
            pa.field("label", pa.string(), nullable=False),
            pa.field("score", pa.float64(), nullable=False),
            pa.field("unit", pa.string(), nullable=False),  # window, paragraph, sentence, word or match
        ]
    )
)
"""Places in the text of a step, in code points, end exclusive, sorted by start, then end."""

EDITS = pa.list_(
    pa.struct(
        [
            pa.field("start", pa.int64(), nullable=False),
            pa.field("end", pa.int64(), nullable=False),
            pa.field("replacement", pa.string(), nullable=False),
            pa.field("reason", pa.string(), nullable=False),
        ]
    )
)
"""What a cleaner changed, in code points of the text it received, sorted and not overlapping."""

Columns = Mapping[str, pa.Array]
"""Arrays of one batch by signal name, each as long as the batch."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A named, typed measurement of a document.

    Attributes:
        name: the column, before the step is appended (``word_count`` becomes ``word_count@raw``).
        type: Arrow type: float64, int64, string, bool or `SPANS`.
        unit: what one is: words, characters, fraction, ...
        formula: how it is computed, in a line.
        source: paper section, or repository, file and revision, with any deviation.
        low: the reason when the value is below a minimum (``too_few_words``), where it can be.
        high: the reason when the value is above a maximum, where it can be.
        floor: for spans, the least score that is stored: a rule cannot ask for less.
        labels: for spans, the labels that they may have; None where these are not known beforehand.
    """

    name: str
    type: pa.DataType
    unit: str
    formula: str
    source: str
    low: str | None = None
    high: str | None = None
    floor: float | None = None
    labels: tuple[str, ...] | None = None


@runtime_checkable
class Annotator(Protocol):
    """Computes its signals for a batch in one pass, and never decides.

    Pure and row-independent: rows do not influence each other, and a batch cut in two gives the
    same values. Total on empty, huge and non-text input: it never raises on a string. A signal that is
    not defined for a row (mean word length without words) is null there.

    Attributes:
        signals: what it computes.
        reads: ``text``: the text of a step; ``page``: the columns ``page`` and ``headers``, once,
            at extraction, null where the document had no page.
        fingerprint: changes when a value may change: version, parameters, digests of models and lists.
    """

    signals: Sequence[Signal]
    reads: Literal["text", "page"]
    fingerprint: str

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One array per signal, by name. `cuts` shares words and lines of ``batch["text"]``."""
        ...


@runtime_checkable
class Cleaner(Protocol):
    """Changes text, and says what it changed. As pure and total as an annotator.

    Attributes:
        signals: measurements made on the way (share of lines removed, ...), by name.
        fingerprint: as an annotator's.
    """

    signals: Sequence[Signal]
    fingerprint: str

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """The edits of every row (type `EDITS`, empty list where none) and the signals by name.

        The new text is what `filters.edits.apply_edits` makes of them: a cleaner has no other way
        to change text, so that replaying the edits gives every later version.
        """
        ...


@contextlib.contextmanager
def blamed(name: str) -> Iterator[None]:
    """Name the annotator or cleaner in what it raises.

    What Tamis raises on purpose passes, and so does want of memory, which is nobody's fault.

    Raises:
        AnnotatorError: anything else was raised.
    """
    try:
        yield
    except (TamisError, MemoryError):
        raise
    except Exception as error:  # a user's annotator may raise anything
        message = f"{name} raised {type(error).__name__}: {error}; an annotator must be total: mend it and try it with"
        raise AnnotatorError(f"{message[:1000]} filters.contract.check_annotator") from error
