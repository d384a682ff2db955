"""The columns of annotations: what was measured of every document, row by row beside the documents."""

import pyarrow as pa

from filters.signals import EDITS

__all__ = ["ANNOTATION_FIELDS", "STEP_EDITS", "column"]

STEP_EDITS = pa.list_(pa.struct([pa.field("step", pa.string(), nullable=False), *list(EDITS.value_type)]))
"""`EDITS`, each with the pass that made it (``step/cleaner``): its offsets are those of the text the pass received."""

ANNOTATION_FIELDS = [
    pa.field("row", pa.int64(), nullable=False),
    pa.field("characters", pa.int64(), nullable=False),  # code points of the text as extracted
    pa.field("bytes", pa.int64(), nullable=False),  # the same text in UTF-8
    pa.field("stopped_at", pa.string()),  # "step/rule" of the gate that ended measuring
    pa.field("edits", STEP_EDITS, nullable=False),  # by the cleaners, in the order of the passes
    pa.field("text_hash", pa.binary(16)),  # of the signed text; null where a gate stopped the document
    pa.field("url_hash", pa.binary(16)),
    pa.field("token_count", pa.int64()),  # on the last text before span actions; null without a tokenizer
]
"""The first columns of annotations; ``signal@step`` columns follow."""


def column(signal: str, step: str) -> str:
    """The column of a signal measured at a step: ``word_count@raw``."""
    return f"{signal}@{step}"
