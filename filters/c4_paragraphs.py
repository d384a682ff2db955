"""What mC4 asks of a page: long lines."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import Columns, Signal
from filters.sums import sum_by_row

__all__ = ["C4Paragraphs"]

LONG = 200


class C4Paragraphs:
    """Counts the long lines of a page; mC4 keeps pages of at least three, measured before any line is dropped.

    That is the source's rule in other words: it asks whether the shortest of the three longest lines is long.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal(
            "c4_paragraph_count",
            pa.int64(),
            "lines",
            f"lines (between line feeds) of at least {LONG} characters",
            "tensorflow/datasets, text/c4_utils.py at 3e77995 (paragraph_filter); datatrove 0.10.1, "
            "pipeline/filters/c4_filters.py (C4ParagraphFilter)",
            low="too_few_paragraphs",
        ),
    )
    fingerprint = f"c4_paragraphs/1/{LONG}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The long lines of every text."""
        long = (cuts.lines.lengths >= LONG).astype(np.int64)
        return {"c4_paragraph_count": pa.array(sum_by_row(long, cuts.lines.rows))}
