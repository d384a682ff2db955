"""The columns of decisions: what is done to every document, and every reason for it."""

import pyarrow as pa

__all__ = ["DECISIONS", "REASON", "SPAN_EDITS"]

REASON = pa.struct(
    [
        pa.field("rule", pa.string(), nullable=False),  # "step/rule", "duplicates", "splits" or "edits"
        pa.field("reason", pa.string(), nullable=False),  # too_few_words
        pa.field("signal", pa.string()),  # word_count@raw
        pa.field("value", pa.float64()),
        pa.field("text_value", pa.string()),  # where the value is text: a language, a matched word, splits
        pa.field("minimum", pa.float64()),
        pa.field("maximum", pa.float64()),
        pa.field("margin", pa.float64()),  # how far beyond the limit, in the signal's unit; >= 0
        pa.field("action", pa.string(), nullable=False),  # drop, remove, mask, tag
        pa.field("start", pa.int64()),  # of a span, in the last step's text
        pa.field("end", pa.int64()),
        pa.field("survivor", pa.string()),  # "shard:row" of the duplicate that was kept
        pa.field("kind", pa.string()),
        pa.field("similarity", pa.float64()),
    ]
)
"""Why something was done to a document: one struct a rule that fired, and one a span."""

SPAN_EDITS = pa.list_(
    pa.struct(
        [
            pa.field("start", pa.int64(), nullable=False),
            pa.field("end", pa.int64(), nullable=False),
            pa.field("replacement", pa.string(), nullable=False),
            pa.field("rule", pa.string(), nullable=False),
        ]
    )
)

DECISIONS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("action", pa.string(), nullable=False),  # keep or drop
        pa.field("reasons", pa.list_(REASON), nullable=False),
        pa.field("edits", SPAN_EDITS, nullable=False),  # span actions, in the last step's text
        pa.field("tags", pa.list_(pa.string()), nullable=False),
        pa.field("split", pa.string()),  # of a kept document, where the corpus is divided
    ]
)
"""One row for each document, kept ones too. A kept document's reasons are those of its tags and span edits."""
