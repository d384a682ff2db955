"""What a document is: one row of a `Batch`, in the columns of `SCHEMA`.

A *record* is what a reader finds in a shard; it becomes a document when text has been extracted
from it. `RECORDS` is the shape of the former, `SCHEMA` of the latter. Both number their rows by the
ordinal of the record in the shard, records that failed or were skipped included, so that one bad
record shifts no key.
"""

import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "PAGE_FIELDS",
    "RECORDS",
    "SCHEMA",
    "Batch",
    "document_key",
    "earlier_key",
    "outputs_of",
    "split_earlier",
    "split_key",
]

Batch = pa.RecordBatch
"""A `pyarrow.RecordBatch` whose first columns are those of `SCHEMA`. An alias, not a wrapper."""

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),  # ordinal of the record in its shard
        pa.field("id", pa.string(), nullable=False),  # the user's id, else "shard:row"
        pa.field("text", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("host", pa.string()),
        pa.field("fetched_at", pa.timestamp("us", tz="UTC")),
        pa.field("content_type", pa.string()),
        pa.field("record_id", pa.string()),  # WARC-Record-ID
        pa.field("source", pa.string(), nullable=False),  # the file, as the shard's name gives it
        pa.field("offset", pa.int64()),  # bytes into that file, where the format knows
        pa.field("extra", pa.string()),  # the user's undeclared columns, one JSON object
    ]
)
"""The columns of a document. The user's declared columns and page signals follow them."""

PAGE_FIELDS = [
    pa.field("page", pa.binary()),  # the HTML as fetched, null where the format carries text
    pa.field("headers", pa.string()),  # HTTP response headers, one JSON object of lower-case names
]

RECORDS = pa.schema([f.with_nullable(True) if f.name in ("text", "id") else f for f in SCHEMA] + PAGE_FIELDS)
"""What a reader yields: a document whose text may still have to be extracted from `page`.

Exactly one of `text` and `page` is null in every row. `id` is null where the user has none, and
`host` is null throughout: extraction fills both.
"""


def document_key(shard: str, row: int) -> str:
    """The name of a document in its output: ``shard:row``."""
    return f"{shard}:{row}"


def earlier_key(output: str, key: str) -> str:
    """The name that a document of an earlier output has in a later one: ``output:shard:row``."""
    return f"{output}:{key}"


def split_earlier(key: str) -> tuple[str | None, str]:
    """The earlier output that a key names, None for a document of the same output, and its key there.

    Neither names of outputs nor of inputs, with which shards begin, hold a colon or a slash.
    """
    head, slash, _ = key.partition("/")
    output, colon, _ = head.partition(":")
    return (output, key[len(output) + 1 :]) if slash and colon else (None, key)


def outputs_of(keys: pa.StringArray) -> pa.StringArray:
    """The earlier output that each key names, null for a document of the same output and for null."""
    return pc.struct_field(pc.extract_regex(keys, r"^(?P<output>[^:/]+):[^:/]+/"), "output")


def split_key(key: str) -> tuple[str, int]:
    """The shard and row that `document_key` joined.

    Raises:
        ValueError: the key does not end in a colon and a number.
    """
    shard, _, row = key.rpartition(":")
    if not shard or not row.isdigit():
        raise ValueError(f"{key!r} is not a document key; a key is SHARD:ROW, for example cc/a.warc.gz:12")
    return shard, int(row)
