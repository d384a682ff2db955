"""The folders and files of a run, and the columns of each.

::

    OUTPUT/
      run.json  shards.json  timings.json  README.md
      documents/S.parquet    extracted text      S.json  marker of the measure stage
      failed/S.parquet       what could not be read
      annotations/S.parquet  signals, spans, edits; row by row beside documents
      index/S.KIND.run       sorted (hash, row) pairs for the exchange
      groups/S.parquet       documents that have a duplicate: component, edges
      decisions/S.parquet    action, reasons, edits, tags of every document
      clean/S.parquet        what was kept
      removed/S.parquet      what was not, with reasons
      ledger/S.json          counts; the marker of the decide stage
      report/index.html, report/report.json
      work/                  locks, progress, suspects: of use to a run only

``S`` is the shard's name with its slashes kept as folders, so that two inputs never collide.
"""

import pyarrow as pa

from filters.documents import SCHEMA
from filters.signals import EDITS

__all__ = ["ANNOTATION_FIELDS", "CLEAN_FIELDS", "DECISIONS", "GROUPS", "REASON", "column", "shard_path"]

STEP_EDITS = pa.list_(
    pa.struct(
        [
            pa.field("step", pa.string(), nullable=False),
            *[EDITS.value_type.field(i) for i in range(EDITS.value_type.num_fields)],
        ]
    )
)

ANNOTATION_FIELDS = [
    pa.field("row", pa.int64(), nullable=False),
    pa.field("characters", pa.int64(), nullable=False),  # of the text as extracted
    pa.field("stopped_at", pa.string()),  # "step/rule" of the gate that ended measuring
    pa.field("edits", STEP_EDITS),  # by the cleaners, in the order of the steps
    pa.field("text_hash", pa.binary(16)),  # of the signed text; null where a gate stopped before it
    pa.field("url_hash", pa.binary(16)),
    pa.field("token_count", pa.int64()),  # on the last text before span actions; null without a tokenizer
]
"""The first columns of annotations; ``signal@step`` columns follow."""

GROUPS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("component", pa.string(), nullable=False),  # key of its smallest member
        pa.field("component_size", pa.int64(), nullable=False),
        pa.field(
            "edges",
            pa.list_(
                pa.struct(
                    [
                        pa.field("key", pa.string(), nullable=False),
                        pa.field("kind", pa.string(), nullable=False),  # text, url, (near)
                        pa.field("similarity", pa.float64(), nullable=False),
                    ]
                )
            ),
        ),
    ]
)
"""One row for each document in a component of two or more."""

REASON = pa.struct(
    [
        pa.field("rule", pa.string(), nullable=False),  # "step/rule", "duplicates" or "edits"
        pa.field("reason", pa.string(), nullable=False),  # too_few_words
        pa.field("signal", pa.string()),  # word_count@raw
        pa.field("value", pa.float64()),
        pa.field("text_value", pa.string()),  # where the value is text: a language, a matched word
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
    ]
)
"""One row for each document, kept ones too. A kept document's reasons are those of its tags and span edits."""

CLEAN_FIELDS = [
    *[SCHEMA.field(n) for n in ("id", "text", "url", "host", "source", "row", "offset", "fetched_at")],
    pa.field("language", pa.string()),
    pa.field("language_score", pa.float64()),
    pa.field("token_count", pa.int64(), nullable=False),
    pa.field("token_count_estimated", pa.bool_(), nullable=False),
    pa.field("component", pa.string()),  # null for a document without duplicates
    pa.field("component_size", pa.int64(), nullable=False),
    pa.field("tags", pa.list_(pa.string()), nullable=False),
    pa.field("split", pa.string()),
    SCHEMA.field("extra"),
]
"""The first columns of clean/ and removed/; the user's declared columns and ``output.signals`` follow.

In removed/ the text is the text as extracted, and a last column ``reasons`` holds a list of `REASON`.
"""


def column(signal: str, step: str) -> str:
    """The column of a signal measured at a step: ``word_count@raw``."""
    return f"{signal}@{step}"


def shard_path(output: str, folder: str, shard: str, suffix: str = ".parquet") -> str:
    """The path of a shard's file: ``OUTPUT/folder/shard.parquet``; ``#`` of row groups becomes ``~``."""
    return f"{output.rstrip('/')}/{folder}/{shard.replace('#', '~')}{suffix}"
