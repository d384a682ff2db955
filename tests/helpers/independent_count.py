"""How many records an archive holds, by counting heads: nothing of the readers under test takes part."""

import gzip
import re
from pathlib import Path

from fastwarc.stream_io import Lz4Reader

WEB = Path(__file__).parents[3] / "shared/data/web"
WARC_HEAD = re.compile(rb"(?:^|\n)WARC/[\d.]+\s*\n")
ARC_HEAD = re.compile(rb"(?:^|\n)[a-z]+:[^\n]+ [\d.]+ \d{14,} \S+ \S+\n")


def decoded(path):
    """The bytes of an archive, as far as they can be decoded."""
    if path.suffix == ".lz4":
        reader = Lz4Reader(str(path))
        return b"".join(iter(lambda: reader.read(1 << 20), b""))
    data = path.read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except EOFError:
        with gzip.open(path) as file:
            return file.read1(1 << 20)


def record_count(path):
    """The heads of records in an archive."""
    data = decoded(path)
    heads = ARC_HEAD if data.startswith(b"filedesc:") else WARC_HEAD
    return len(heads.findall(data))
