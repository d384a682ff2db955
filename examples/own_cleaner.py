"""A cleaner of your own: words that a line end divides, as in scanned books, are joined again.

Name it in a configuration by its file, which is relative to the configuration::

    cleaners: {hyphens: {kind: "own_cleaner.py:Hyphens"}}
    steps:
      - clean: [hyphens]
"""

import re
from collections.abc import Sequence

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import EDITS, Columns, Signal

DIVIDED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")


class Hyphens:
    """Takes out a hyphen at a line end between a letter and a small letter: ``exam-/ple``, but not ``Anglo-/Saxon``."""

    fingerprint = "hyphens/1"  # raise the number when an edit may change
    signals: Sequence[Signal] = (
        Signal("hyphens_joined", pa.int64(), "words", "words joined", "ours", high="badly_scanned"),
    )

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """Edits (places in characters of the text, what stands there instead, reason) of each document, and signals."""
        edits = [
            [
                (found.start(), found.end(), "", "hyphen")
                for found in DIVIDED.finditer(text)
                if text[found.end()].islower()
            ]
            for text in batch["text"].to_pylist()
        ]
        return pa.array(edits, EDITS), {"hyphens_joined": pa.array([len(made) for made in edits], pa.int64())}
