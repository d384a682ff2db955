"""JSON Lines, compressed by gzip, written batch by batch and published whole: the same bytes for the same lines."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from storage.files import commit

__all__ = ["JsonlOutput", "jsonl_output"]

LEVEL = 6


@dataclass(slots=True)
class JsonlOutput:
    """A file being written."""

    stream: gzip.GzipFile
    line_count: int = 0

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append a line for each mapping, its keys in their order."""
        for row in rows:
            self.stream.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
            self.line_count += 1


@contextmanager
def jsonl_output(path: str) -> Iterator[JsonlOutput]:
    """Open a file for writing; it appears under its name when the block ends well. Its header holds no name or time."""
    with commit(path) as file, gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as stream:
        yield JsonlOutput(stream)
