"""The rows of the judge's data: a text, where it is from, and what is known of its labels."""

import html
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash
from judge_templates import LABELS

Row = dict[str, Any]
SCHEMA = pa.schema(
    [("text", pa.string()), ("source", pa.string()), ("cluster", pa.string()), ("group", pa.string()),
     ("words", pa.list_(pa.int64())), ("weight", pa.float64()), *((label, pa.float64()) for label in LABELS)]
)  # fmt: skip
HARMS = ("toxicity", "insult", "threat", "identity_attack", "sexism", "stereotype")
"""The labels whose limits decide that a text is flagged: an obscene one need not be harmful."""
HARMLESS = dict.fromkeys(LABELS, 0.0)


def row(text: str, source: str, labels: dict[str, float], cluster: str | None = None, **more: Any) -> Row:
    """One text; `cluster` is its normal form where nothing better is known, so that copies stay together."""
    cluster = cluster or re.sub(r"\W+|@\w+|\brt\b", "", html.unescape(text).lower())[:60]
    return {"text": text, "source": source, "cluster": cluster, "weight": 1.0, **more, **labels}


def harmful(labels: Row) -> bool:
    """Whether any harm is known to hold."""
    return any((labels[label] or 0) >= 0.5 for label in HARMS)


def held(key: str, share: float) -> bool:
    """Whether a cluster belongs to the held-out part."""
    return xxhash.xxh3_64_intdigest(key.encode()) < share * 2**64


def part_of(rows: list[Row], shares: dict[str, float]) -> list[Row]:
    """What a later part of the training sees: shares of the sources, 2 for all of them twice."""
    order = random.Random(9)
    found = []
    for each in rows:
        share = shares.get(each["source"], shares["others"])
        copies = int(share) + (order.random() < share % 1)
        found += [each] * copies
    return found


def write(rows: Iterable[Row], path: Path) -> None:
    """Writes rows as Parquet; columns that a row lacks are null."""
    columns = {field.name: [] for field in SCHEMA}
    for each in rows:
        for name, values in columns.items():
            values.append(each.get(name))
    pq.write_table(pa.table(columns, SCHEMA), path)
