"""Making runs in tests: small corpora, runs in this process, and digests of what they wrote."""

import dataclasses
import hashlib
import json
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import running
from pipelines.configuration import load
from pipelines.engine import execute

SAME_EVERYWHERE = ("documents", "annotations", "groups", "clean", "removed", "failed", "decisions", "ledger")
PROSE = (
    "The harbour was quiet when the boats came back, and the people of the town went down to the water to meet them. "
    "Nobody had expected so many fish at this time of the year, and so the market stayed open until it was dark. "
)


def here(monkeypatch):
    """Let runs happen in this process, without a supervisor: seconds faster, and warnings are seen."""

    def supervise(engine, state, seconds_per_batch, watch):
        execute(dataclasses.replace(engine, workers=1))
        watch([])

    monkeypatch.setattr(running, "supervise", supervise)


def write_jsonl(path, documents):
    """One shard: each document a text, or a mapping."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"text": d} if isinstance(d, str) else d for d in documents]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def prose(number, sentences=4):
    """English that differs from number to number."""
    return " ".join(f"In year {number * 31 + k} this happened by the sea. {PROSE}" for k in range(sentences))


def configured(folder, text, **options):
    """The configuration of a YAML text, written into a folder."""
    path = Path(folder) / "tamis.yaml"
    path.write_text(textwrap.dedent(text))
    return load(str(path), [], options)


def rows_of(output, folder):
    """All rows of a folder of Parquet files, shards in the order of their names."""
    tables = [pq.read_table(path, partitioning=None) for path in sorted(Path(output, folder).rglob("*.parquet"))]
    return pa.concat_tables(tables).to_pylist()


def digests(output, folders=SAME_EVERYWHERE):
    """The digest of every file that must be the same in every run."""
    found = {}
    for folder in folders:
        for path in sorted(Path(output, folder).rglob("*")):
            if path.is_file() and not (path.suffix == ".json" and folder != "ledger"):
                found[str(path.relative_to(output))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
