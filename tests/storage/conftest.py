from collections import Counter
from dataclasses import dataclass

import pytest

from storage.inputs import Input, Limits
from storage.shards import list_shards, read_shard

SMALL = Limits(record_bytes=4096, passed_bytes=1 << 20, header_bytes=1024, chunk_rows=4, chunk_bytes=8192)


@dataclass
class Reading:
    rows: list
    failures: list
    skipped: Counter
    chunks: list
    count: int

    @property
    def texts(self):
        return [row["text"] for row in self.rows]

    @property
    def errors(self):
        return [(failure.row, failure.error) for failure in self.failures]


def read_all(*paths, limits=SMALL, **columns):
    """Everything that the files hold, after checking what every reader promises."""
    source = Input("in", tuple(str(path) for path in paths), **columns)
    chunks = []
    for shard in list_shards([source], limits):
        mine = list(read_shard(shard, source, limits))
        count = sum(chunk.record_count for chunk in mine)
        ordinals = [r for c in mine for r in [*c.records["row"].to_pylist(), *(f.row for f in c.failures)]]
        assert len(set(ordinals)) == len(ordinals)
        assert all(0 <= ordinal < count for ordinal in ordinals)
        for chunk in mine:
            chunk.records.validate(full=True)
            assert chunk.records.schema == source.schema
            assert chunk.records.num_rows + len(chunk.failures) <= limits.chunk_rows
            assert all(len(f.first_bytes or b"") <= 200 for f in chunk.failures)
        chunks += mine
    rows = [row for chunk in chunks for row in chunk.records.to_pylist()]
    failures = [failure for chunk in chunks for failure in chunk.failures]
    skipped = sum((Counter(chunk.skipped) for chunk in chunks), Counter())
    return Reading(rows, failures, skipped, chunks, sum(chunk.record_count for chunk in chunks))


@pytest.fixture(name="read_all")
def _read_all():
    return read_all


def warc_record(block, kind="response", length=None, **fields):
    if kind == "response" and not block.startswith(b"HTTP/"):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + block
    media = {"response": "application/http; msgtype=response", "conversion": "text/plain"}.get(kind, "text/plain")
    lines = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:1>",
        "WARC-Target-URI": "http://example.org/",
        "WARC-Date": "2024-01-02T03:04:05Z",
        "Content-Type": media,
        "Content-Length": len(block) if length is None else length,
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


@pytest.fixture(name="warc_record")
def _warc_record():
    return warc_record
