"""ARC files, the Internet Archive's format before WARC, record by record."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from storage.bytestream import ByteStream
from storage.chunks import Chunk
from storage.framed import gathered
from storage.frames import Frame, Header, HeaderError, frames
from storage.gathering import Gatherer
from storage.inputs import Limits
from storage.payloads import Content, Skip, content_of, http_content

__all__ = ["BEGIN", "read_arc"]

BEGIN = re.compile(rb"[a-z]{2,16}:[^\r\n]{1,3500} [0-9a-fA-F.:]{1,45} \d{12,20} [^\r\n]{1,300}\n")
"""The first line of a record: URL, IP address, date, content type, (version 2: more,) length."""


def read_arc(stream: ByteStream, gatherer: Gatherer, limits: Limits) -> Iterator[Chunk]:
    """The records of an ARC file in chunks; the ``filedesc`` record is counted as ``warcinfo``.

    Source: https://archive.org/web/researcher/ArcFileFormat.php, versions 1 and 2. Spaces in a URL are allowed, which
    the format does not, because crawlers wrote them.
    """
    return gathered(frames(stream, gatherer, limits, BEGIN, _read_header), gatherer, limits, _content, _columns)


def _read_header(stream: ByteStream, limits: Limits) -> Header | None:
    first = stream.line(limits.header_bytes)
    if not first.endswith(b"\n"):
        return None
    line = first.decode("utf-8", "replace").strip()
    found = re.match(r"(.+?) ([0-9a-fA-F.:]+) (\d{12,20}) (.+) (\S+)$", line)
    if found is None or not re.fullmatch(r"[0-9]{1,18}", found[5]):
        raise HeaderError(f"the record's length is {line.rpartition(' ')[2]!r}, which is no number of bytes")
    names = ("url", "address", "date", "type", "length")
    fields = dict(zip(names, found.groups(), strict=True))
    fields["type"] = fields["type"].split()[0]
    return Header(int(found[5]), fields)


def _columns(frame: Frame) -> dict[str, object]:
    return {"url": frame.fields["url"], "fetched_at": _date(frame.fields["date"])}


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _content(frame: Frame, limits: Limits) -> Content | Skip:
    if frame.fields["url"].startswith("filedesc:"):
        return Skip("warcinfo")
    if frame.block.startswith(b"HTTP/"):
        return http_content(frame.block, limits)
    return content_of(frame.block, frame.fields["type"])
