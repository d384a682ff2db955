"""Records that state their length, as WARC and ARC have them: framing, and finding the next after a fault."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from storage.bytestream import LONGEST_BEGIN, ByteStream
from storage.gathering import Gatherer
from storage.inputs import Limits

__all__ = ["Frame", "Header", "HeaderError", "frames"]

BLANK = re.compile(rb"[\r\n]*")
REWINDS = 8


class HeaderError(Exception):
    """The header of a record cannot be used; the argument says why."""


@dataclass(frozen=True, slots=True)
class Header:
    """The length of the block that follows, and the header fields by lower-case name."""

    length: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """One record.

    Attributes:
        fields: header fields by lower-case name.
        block: its content; of a record over the limit, the beginning.
        whole: whether `block` is all of it.
        length: stated length of the block.
        offset: where the record begins in the file, None inside a compressed member.
    """

    fields: Mapping[str, str]
    block: bytes
    whole: bool
    length: int
    offset: int | None


ReadHeader = Callable[[ByteStream, Limits], Header | None]
"""Reads the header of a record; None where it is cut short. Raises HeaderError where it is malformed."""


class _FrameError(Exception):
    """What is wrong with the record at hand."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


def frames(
    stream: ByteStream,
    gatherer: Gatherer,
    limits: Limits,
    begin: re.Pattern[bytes],
    read_header: ReadHeader,
) -> Iterator[Frame | None]:
    """The records of a file; None after a fault, which the gatherer has been told of.

    Reading goes on at the next place where `begin` matches at the start of a line or of a compressed member.
    A record of wrong length is searched again from its header on, so that what it seems to have swallowed is
    found; after `REWINDS` times `Limits.record_bytes` so searched, only from its end on: time stays linear.
    """
    reader = _Frames(stream, limits, begin, read_header)
    lost = False
    while stream.peek(1) or stream.damage:
        reader.blank()
        if lost:
            lost = not stream.seek(begin, limits.passed_bytes)
        offset, first = stream.offset, stream.peek(200)
        if stream.damage and (lost or not first):
            damage = stream.damage
            stream.resume()
            if not lost:
                gatherer.fail(damage.error, damage.message, damage.offset, damage.first_bytes)
                lost = True
                yield None
        elif first:
            try:
                yield reader.frame(offset)
            except _FrameError as fault:
                gatherer.fail(fault.name, fault.message, offset, first)
                lost = True
                yield None


class _Frames:
    def __init__(
        self,
        stream: ByteStream,
        limits: Limits,
        begin: re.Pattern[bytes],
        read_header: ReadHeader,
    ) -> None:
        self.stream, self.limits, self.begin, self.read_header = stream, limits, begin, read_header
        self.rewinds_left = REWINDS * limits.record_bytes

    def blank(self) -> None:
        """Passes over the line ends between two records."""
        while count := len(BLANK.match(self.stream.peek(4096))[0]):  # type: ignore[index]
            self.stream.forget(count)
        self.stream.trim()

    def frame(self, offset: int | None) -> Frame:
        ahead = self.stream.peek(LONGEST_BEGIN)
        if not self.begin.match(ahead):
            self.stream.take(1)
            if self.cut(ahead, ahead):
                raise self.short("the header does not end", "bad_header")
            raise _FrameError("bad_header", "no record begins here")
        try:
            header = self.read_header(self.stream, self.limits)
        except HeaderError as error:
            raise _FrameError("bad_header", str(error)) from None
        if header is None:
            raise self.short("the header does not end", "bad_header")
        return self.block(header, offset)

    def block(self, header: Header, offset: int | None) -> Frame:
        start, remaining = self.stream.position, self.stream.remaining
        if remaining is not None and header.length > remaining:
            raise self.short(f"{header.length} bytes stated, {remaining} left in the file", "wrong_length")
        whole = header.length <= self.limits.record_bytes
        block = self.stream.take(header.length if whole else self.limits.header_bytes)
        passed = 0 if whole else self.pass_over(header.length - len(block))
        if len(block) + passed < header.length:
            self.rewind(start, whole)
            raise self.short(f"{header.length} bytes stated, {len(block) + passed} found", "wrong_length")
        if not self.ended():
            self.rewind(start, whole)
            raise _FrameError("wrong_length", f"no record begins after the {header.length} bytes stated")
        if (broken := self.stream.broken) and not self.stream.peek(LONGEST_BEGIN).strip(b"\r\n"):
            raise _FrameError(broken.error, broken.message)  # all of it was decoded, and its checksum is wrong
        return Frame(header.fields, block, whole, header.length, offset)

    def pass_over(self, count: int) -> int:
        if count > self.limits.passed_bytes and self.stream.remaining is None:
            passed = self.stream.forget(self.limits.passed_bytes)
            self.stream.abandon()
            raise _FrameError("too_large", f"{count} bytes stated; given up after {passed}")
        return self.stream.forget(count)

    def rewind(self, start: int, held: bool) -> None:
        read = self.stream.position - start
        if held and read <= self.rewinds_left:
            self.rewinds_left -= read
            self.stream.rewind(start)

    def ended(self) -> bool:
        """Whether a record can end here: before a blank line, a record or the beginning of one, or the end."""
        ahead = self.stream.peek(LONGEST_BEGIN)
        rest = ahead.lstrip(b"\r\n")
        return ahead.startswith(b"\r\n\r\n") or bool(self.begin.match(rest)) or self.cut(rest, ahead)

    @staticmethod
    def cut(rest: bytes, ahead: bytes) -> bool:
        """Whether what is left is nothing, or a first line without its end."""
        return len(ahead) < LONGEST_BEGIN and b"\n" not in rest

    def short(self, message: str, error: str) -> _FrameError:
        """Names what cut a record short: damage, the end of a plain file, or its own header."""
        if damage := self.stream.damage:
            return _FrameError(damage.error, damage.message)
        if self.stream.remaining is not None and not self.stream.seek(self.begin, self.limits.passed_bytes):
            return _FrameError("truncated_file", f"{message}, and no record follows")
        return _FrameError(error, message)
