"""The folders and files of a run, and the columns of each.

::

    OUTPUT/
      run.json  shards.json  timings.json  README.md
      documents/S.parquet    extracted text      S.json  marker of the measure stage
      failed/S.parquet       what could not be read
      extracted/S.parquet    where something is counted over the corpus: the text as the passes begin with it;
                             S.failed.parquet  what could not be read; S.json  marker
      counts/S.N.run         sorted hashes of the pieces that are counted; S.N.counts  those that stand in enough
                             documents; S.piecesR.json, S.countsR.json  markers of round R
      annotations/S.parquet  signals, spans, edits; row by row beside documents
      index/S.KIND.run       sorted (hash, row) pairs for the exchange
      index/S.near.signatures  the signature of every signed document
      index/S.near.sets, .near.shingles  for exact verification: where its set of shingles lies, and the sets
      groups/S.parquet       documents that have a duplicate: component, edges
      earlier/NAME/S.parquet  of an earlier output: its documents in components that gained one of this run
      decisions/S.parquet    action, reasons, edits, tags, split of every document
      clean/S.parquet        what was kept
      removed/S.parquet      what was not, with reasons
      spans/S.jsonl.gz       the spans that rules act upon, where output.flagged_spans asks for them
      ledger/S.json          counts; the marker of the decide stage
      report/index.html, report/report.json
      work/                  locks, progress, suspects: of use to a run only

``S`` is the shard's name with its slashes kept as folders, so that two inputs never collide.
"""

import pyarrow as pa

from filters.annotations import ANNOTATION_FIELDS, column
from filters.decisions import DECISIONS, REASON
from filters.documents import SCHEMA

__all__ = [
    "ANNOTATION_FIELDS",
    "CLEAN_FIELDS",
    "DECISIONS",
    "EARLIER",
    "GROUPS",
    "MOST_COUNTS",
    "REASON",
    "SUFFIXES",
    "column",
    "shard_path",
]

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
                        pa.field("kind", pa.string(), nullable=False),  # text, url, near
                        pa.field("similarity", pa.float64()),  # null where it was not verified
                    ]
                )
            ),
        ),
    ]
)
"""One row for each document in a component of two or more."""

EARLIER = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("component", pa.string(), nullable=False),  # as in GROUPS, of all outputs together
        pa.field("component_size", pa.int64(), nullable=False),
        pa.field("kept", pa.bool_(), nullable=False),  # by that output, when the duplicates were sought
    ]
)
"""One row for each document of an earlier output that is in one component with a document of this run."""

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

MOST_COUNTS = 8
"""Counts over the corpus in one run."""

SUFFIXES = (
    *(f".{kind}{number}.json" for number in range(MOST_COUNTS) for kind in ("pieces", "counts")),
    *(".json", ".parquet", ".jsonl.gz", ".failed.parquet", ".text.run", ".url.run"),
    *(".near.run", ".near.signatures", ".near.sets", ".near.shingles"),
    *(f".{number}.{kind}" for number in range(MOST_COUNTS) for kind in ("run", "counts")),
)
"""What follows a shard's name in the names of its files; the markers first, in which order they are taken away."""


def shard_path(output: str, folder: str, shard: str, suffix: str = ".parquet") -> str:
    """The path of a shard's file: ``OUTPUT/folder/shard.parquet``; ``#`` of row groups becomes ``~``."""
    return f"{output.rstrip('/')}/{folder}/{shard.replace('#', '~')}{suffix}"
