"""An annotator of your own: how much of a text shouts.

Name it in a configuration by its file, which is relative to the configuration::

    annotators: {shouting: {kind: "own_annotator.py:Shouting"}}
    steps:
      - rules: {shouting: {signal: exclamation_fraction, maximum: 0.02}}
"""

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import Columns, Signal


class Shouting:
    """The share of exclamation marks among the characters of a text."""

    reads: Literal["text", "page"] = "text"
    fingerprint = "shouting/1"  # raise the number when a value may change
    signals: Sequence[Signal] = (
        Signal(
            "exclamation_fraction", pa.float64(), "fraction", "! / characters; null if empty", "ours", high="shouting"
        ),
    )

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One value for each document; undefined is null."""
        length = pc.utf8_length(batch["text"]).cast(pa.float64())
        defined = pc.if_else(pc.equal(length, 0), None, length)
        return {"exclamation_fraction": pc.divide(pc.count_substring(batch["text"], "!"), defined)}
