"""Sentences of the lines of a text as datatrove counts them: spaCy's, one line at a time."""

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from filters.characters import character_classes
from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import Columns, Signal
from filters.sums import sum_by_row

__all__ = ["C4Sentences"]


class C4Sentences:
    """Counts sentences for datatrove's and FineWeb's C4 rule; to be measured on the text that `C4Lines` leaves.

    Each line counts for itself, as at the source, which keeps pages of at least 5 sentences. For other texts than
    English the source uses the rules of their language; here they are English in all.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal(
            "datatrove_sentence_count",
            pa.int64(),
            "sentences",
            "sentences that spaCy's sentencizer makes of the tokens of each line, summed over the lines",
            "datatrove 0.10.1, pipeline/filters/c4_filters.py (C4QualityFilter) and utils/text.py "
            "(split_into_sentences); spaCy 3.8, pipeline/sentencizer.pyx",
            low="too_few_sentences",
        ),
    )
    fingerprint = "c4_sentences/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The sentences of every text."""
        from filters.spacy_sentences import count_sentences

        tokens = cuts.words_by("spacy").pieces
        counts = count_sentences(tokens, cuts.lines.pieces, cuts.data, character_classes())
        return {"datatrove_sentence_count": pa.array(sum_by_row(counts, cuts.lines.rows))}
