"""WARC and WET files (ISO 28500), record by record."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from storage.bytestream import ByteStream
from storage.chunks import Chunk
from storage.framed import gathered
from storage.frames import Frame, Header, HeaderError, frames
from storage.gathering import Gatherer
from storage.inputs import Limits
from storage.payloads import Content, PayloadError, Skip, content_of, http_content, parse_headers

__all__ = ["BEGIN", "read_warc"]

BEGIN = re.compile(rb"WARC/\d+\.\d+[ \t\r]*\n")
SKIPPED_TYPES = ("warcinfo", "request", "metadata", "revisit", "continuation")
READ_TYPES = ("response", "resource", "conversion")


def read_warc(stream: ByteStream, gatherer: Gatherer, limits: Limits) -> Iterator[Chunk]:
    """The records of a WARC file in chunks: text of ``conversion``, pages and text of ``response`` and ``resource``."""
    return gathered(frames(stream, gatherer, limits, BEGIN, _read_header), gatherer, limits, _content, _columns)


def _read_header(stream: ByteStream, limits: Limits) -> Header | None:
    stream.line(limits.header_bytes)
    lines, left = [], limits.header_bytes
    while (line := stream.line(left)).endswith(b"\n") and line.strip(b"\r\n"):
        lines.append(line)
        left -= len(line)
    if not line.endswith(b"\n"):
        if stream.peek(1):
            raise HeaderError(f"the header does not end within {limits.header_bytes} bytes")
        return None
    fields = parse_headers(lines)
    length = fields.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,18}", length):
        raise HeaderError(f"Content-Length is {length!r}, which is no number of bytes")
    return Header(int(length), fields)


def _columns(frame: Frame) -> dict[str, object]:
    fields = frame.fields
    return {
        "url": fields.get("warc-target-uri", "").strip("<>") or None,
        "fetched_at": _date(fields.get("warc-date", "")),
        "record_id": fields.get("warc-record-id"),
    }


def _date(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _content(frame: Frame, limits: Limits) -> Content | Skip:
    fields = frame.fields
    kind, media = fields.get("warc-type", "").lower(), fields.get("content-type")
    if kind in SKIPPED_TYPES:
        return Skip(kind)
    if kind not in READ_TYPES:
        return Skip("other_record")
    if kind == "conversion":
        return _converted(frame.block, media)
    if kind == "response" and (media or "application/http").lower().startswith("application/http"):
        return http_content(frame.block, limits, cut="warc-truncated" in fields)
    return content_of(frame.block, media)


def _converted(block: bytes, media: str | None) -> Content | Skip:
    """The text of a WET record, which is UTF-8 by definition."""
    if (media or "text/plain").partition(";")[0].strip().lower() != "text/plain":
        return content_of(block, media)
    if not block.strip():
        return Skip("empty_body")
    try:
        return Content(media, text=block.decode())
    except UnicodeDecodeError as error:
        raise PayloadError("bad_utf8", f"the text is not UTF-8 at byte {error.start}") from None
