"""What a file holds, by its first bytes and never by its name."""

import re
from itertools import islice
from typing import BinaryIO, Literal

from filters.errors import InputError
from storage import arc, warc
from storage.decompression import Compression, Pieces, compression_of

__all__ = ["Format", "format_of"]

Format = Literal["warc", "arc", "jsonl", "parquet", "arrow", "text"]

HEAD_BYTES = 65_536
ARROW_FILE, ARROW_STREAM, PARQUET = b"ARROW1", b"\xff\xff\xff\xff", b"PAR1"
OBJECT_LINE = re.compile(rb"^[ \t\r]*\{[ \t]*[\"}]", re.MULTILINE)
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LOOKED_AT_PIECES = 64


def format_of(file: BinaryIO, name: str) -> tuple[Format, Compression]:
    """The format and the compression of a seekable file, which is left at its start.

    Raises:
        InputError: the content is of no known format.
    """
    first = file.read(8)
    file.seek(0)
    for magic, found in ((PARQUET, "parquet"), (ARROW_FILE, "arrow"), (ARROW_STREAM, "arrow")):
        if first.startswith(magic):
            return found, "none"  # type: ignore[return-value]
    compression = compression_of(first)
    head = b""
    for piece in islice(Pieces(file, compression), LOOKED_AT_PIECES):
        if isinstance(piece, bytes):
            head += piece[:HEAD_BYTES]
        if len(head) >= HEAD_BYTES:
            break
    file.seek(0)
    if (kind := _kind(head)) is None:
        raise InputError(
            f"{name} begins with {head[:40] or first!r}, which is none of the formats that are read: "
            f"WARC, WET, ARC, JSONL, Parquet, Arrow and UTF-8 text, plain or as gzip, zstd or lz4"
        )
    return kind, compression


def _kind(head: bytes) -> Format | None:
    start = head.lstrip()
    for begin, found in ((warc.BEGIN, "warc"), (arc.BEGIN, "arc")):
        if begin.match(start) or (begin is warc.BEGIN and re.search(rb"\nWARC/1\.[01]\r\nWARC-", head)):
            return found  # type: ignore[return-value]
    lines = head[: head.rfind(b"\n") + 1].count(b"\n") or 1
    objects = len(OBJECT_LINE.findall(head))
    if objects and (OBJECT_LINE.match(start) or 2 * objects >= lines):
        return "jsonl"
    if re.match(rb"\[\s*\{", start):
        return None  # a JSON array: not a line of it is a record
    if not head or CONTROL.search(head):
        return None
    try:
        head[: max(0, len(head) - 3)].decode()
    except UnicodeDecodeError as error:
        return "text" if error.start >= len(head) - 8 else None
    return "text"
