"""What a WARC or ARC record carries: an HTTP response, and the text or page inside it."""

import io
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import zstandard
from fastwarc.stream_io import BrotliReader

from filters.encodings import decode
from storage.inputs import Limits

__all__ = ["Content", "PayloadError", "Skip", "content_of", "http_content", "parse_headers"]

HTML = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
LOOKS_LIKE_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
BLANK = re.compile(rb"\r*\n\r*\n")
CHUNK_SIZE = re.compile(rb"\s*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
SNIFFED_BYTES = 1024


class PayloadError(Exception):
    """A payload that cannot be decoded: the error's name and a sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


@dataclass(frozen=True, slots=True)
class Content:
    """Text, or a page that still has to be extracted.

    Attributes:
        content_type: media type as sent, parameters included.
        text: decoded plain text.
        page: HTML as sent, transfer and content encodings undone.
        headers: HTTP response headers, one JSON object of lower-case names.
    """

    content_type: str | None
    text: str | None = None
    page: bytes | None = None
    headers: str | None = None

    @property
    def size(self) -> int:
        """About how many bytes it holds."""
        return len(self.page or b"") + len(self.text or "")


@dataclass(frozen=True, slots=True)
class Skip:
    """The record is passed over for this cause, one of `storage.causes.SKIPS`."""

    cause: str


def parse_headers(lines: Iterable[bytes]) -> dict[str, str]:
    """Header fields by lower-case name; folded lines are joined, repeated names with a comma."""
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        text = _header_text(line)
        if text[:1] in (" ", "\t") and name:
            fields[name] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if colon and name:
            fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
        else:
            name = ""
    return fields


def _header_text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def content_of(body: bytes, content_type: str | None, headers: str | None = None) -> Content | Skip:
    """Text or page, by its media type; by its first bytes where none is stated."""
    if not body.strip():
        return Skip("empty_body")
    media = (content_type or "").partition(";")[0].strip().lower()
    if media in HTML or (not media and LOOKS_LIKE_HTML.match(body[:SNIFFED_BYTES])):
        return Content(content_type, page=body, headers=headers)
    if media == "text/plain":
        return Content(content_type, text=decode(body, content_type), headers=headers)
    return Skip("not_text")


def http_content(block: bytes, limits: Limits, cut: bool = False) -> Content | Skip:
    """Text or page of an HTTP response.

    Args:
        block: status line, headers and body.
        limits: bounds the headers, and the body after decoding.
        cut: the crawler says that it cut the payload short, so that an incomplete encoding is no fault.

    Raises:
        PayloadError: ``bad_http`` or ``too_large``.
    """
    status = STATUS.match(block)
    if status is None:
        raise PayloadError("bad_http", "no HTTP status line")
    code = int(status.group(1))
    if not 200 <= code < 300:
        return Skip("redirect" if 300 <= code < 400 else "http_error")
    blank = BLANK.search(block, 0, limits.header_bytes)
    if blank is None and len(block) > limits.header_bytes:
        raise PayloadError("bad_http", f"the HTTP headers do not end within {limits.header_bytes} bytes")
    head, body = (block, b"") if blank is None else (block[: blank.start()], block[blank.end() :])
    fields = parse_headers(head.splitlines()[1:])
    content_type = fields.get("content-type")
    if content_type and isinstance(skip := content_of(b"x", content_type), Skip):
        return skip  # nothing of its body is decoded
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _dechunk(body, cut)
    for coding in reversed(fields.get("content-encoding", "").lower().replace(" ", "").split(",")):
        body = _decode(body, coding, limits.record_bytes, cut)
    return content_of(body, content_type, json.dumps(fields, sort_keys=True, ensure_ascii=False))


def _dechunk(body: bytes, cut: bool) -> bytes:
    """Undoes chunked transfer; a body that does not begin with a chunk was stored unchunked, as many crawlers do."""
    size = CHUNK_SIZE.match(body)
    if size is None:
        return body
    parts, at = [], 0
    while size is not None and (length := int(size.group(1), 16)):
        part = body[size.end() : size.end() + length]
        parts.append(part)
        at = size.end() + length
        if len(part) < length:
            break
        size = CHUNK_SIZE.match(body, at)
    if not cut and (size is None or at > len(body)):
        raise PayloadError("bad_http", f"the chunked body breaks off at byte {min(at, len(body))}")
    return b"".join(parts)


def _decode(body: bytes, coding: str, limit: int, cut: bool) -> bytes:
    """Undoes one content encoding; markup under it was stored decoded, as many crawlers do."""
    if coding in ("", "identity", "none") or body.lstrip()[:1] in (b"<", b""):
        return body
    if coding in ("gzip", "x-gzip") and not body.startswith(b"\x1f\x8b"):
        return body
    try:
        data = _inflate(body, coding, limit + 1, cut)
    except (zlib.error, OSError, zstandard.ZstdError) as error:
        raise PayloadError("bad_http", f"content encoding {coding}: {error}") from None
    if len(data) > limit:
        raise PayloadError(
            "too_large", f"the body is {len(body)} bytes of {coding} and more than {limit} bytes decoded"
        )
    return data


def _inflate(body: bytes, coding: str, most: int, cut: bool) -> bytes:
    if coding == "br":
        return b"".join(_up_to(BrotliReader(io.BytesIO(body)), most))
    if coding == "zstd":
        return zstandard.ZstdDecompressor().stream_reader(body).read(most)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise PayloadError("bad_http", f"content encoding {coding!r} is not known; gzip, deflate, br and zstd are")
    raw = coding == "deflate" and not (body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0)
    inflater = zlib.decompressobj(-15 if raw else 47)
    data = inflater.decompress(body, most)
    if not inflater.eof and len(data) < most and not cut:
        raise PayloadError("bad_http", f"the {coding} body breaks off after {len(data)} decoded bytes")
    return data


def _up_to(reader: BrotliReader, most: int) -> Iterable[bytes]:
    while most > 0 and (data := reader.read(min(most, 1 << 20))):
        most -= len(data)
        yield data
