"""Writes the shards of the demonstration: ``python examples/make_examples.py [FOLDER]``.

All text is this project's own. Running it again gives the same bytes; `tests/examples/test_make_examples.py` checks it.
"""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from archive import archive
from composing import Prose
from decided_documents import decided_documents, duplicate_documents
from judged_documents import judged_documents
from quality_documents import long_documents, quality_documents
from repetition_documents import repetition_documents

SHARDS = Path(__file__).parent / "shards"
URLS = {
    "blocked_url-above": "https://games.example/casino/bonus",
    "blocked_url-inside": "https://films.example/casinoroyale-a-review",
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    prose = Prose()
    (folder / "web.warc.gz").write_bytes(archive(prose))
    (folder / "rules.jsonl").write_bytes(_rules(prose))
    long = b"".join(_line(name, text) for name, text in long_documents(prose))
    (folder / "long.jsonl.zst").write_bytes(zstandard.ZstdCompressor(level=19).compress(long))
    pq.write_table(_notes(prose), folder / "notes.parquet", compression="zstd", row_group_size=8)


def _rules(prose: Prose) -> bytes:
    """A document a line, with a user's own id and columns; then lines that are none."""
    lines = [_line(name, text) for name, text in (*quality_documents(prose), *repetition_documents(prose))]
    lines += [_line(name, text, url) for name, text, url in duplicate_documents(prose)]
    lines += [
        b'{"name": "cut-off", "text": "This line ends in the middle of\n',
        b'{"name": "latin-1", "text": "caf\xe9"}\n',
        b'{"name": "no-text", "title": "Nothing was extracted here."}\n',
        b"\n",
    ]
    return b"".join(lines)


def _line(name: str, text: str, url: str | None = None) -> bytes:
    record = {"name": name, "url": url or URLS.get(name), "rule": name.partition("-")[0], "text": text}
    return json.dumps({key: value for key, value in record.items() if value}, ensure_ascii=False).encode() + b"\n"


def _notes(prose: Prose) -> pa.Table:
    """Columns under names of a user's own, one of them a number that travels with its type."""
    documents: Iterable[tuple[str, str]] = [*decided_documents(prose), *judged_documents()]
    names, bodies = zip(*documents, strict=True)
    written = [datetime(2026, 2, 1 + n, tzinfo=UTC) for n in range(len(names))]
    return pa.table(
        {"key": names, "body": bodies, "written": written, "likes": [7 * n % 12 for n in range(len(names))]}
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARDS)
