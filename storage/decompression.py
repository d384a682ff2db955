"""Compressed files as pieces of bytes: damage is an event, and decoding goes on at the next member that decodes."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

import zstandard
from fastwarc.stream_io import Lz4Reader

from storage.chunks import FIRST_BYTES

__all__ = ["Compression", "Damage", "Pieces", "Start", "compression_of"]

Compression = Literal["none", "gzip", "zstd", "lz4"]

PLAIN_BYTES = 1 << 18
GREATEST_PIECE = 1 << 20
SHORTEST_MAGIC = 4
GREATEST_DICTIONARY = 8 << 20
GZIP, ZSTD, LZ4 = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
MAGICS: dict[Compression, re.Pattern[bytes]] = {
    "gzip": re.compile(rb"\x1f\x8b\x08[\x00-\x1f]"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
    "lz4": re.compile(rb"\x04\x22\x4d\x18"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """A member (gzip), frame (zstd, lz4) or plain file begins at this offset of the file."""

    offset: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes from `offset` on could not be decoded; what was decoded before has already been given."""

    error: str
    message: str
    offset: int
    first_bytes: bytes


class Decoder(Protocol):
    """Decodes one member. `feed` gives pieces of bounded size; afterwards `unused` is what follows the member."""

    done: bool
    unused: bytes

    def feed(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip:
    step = 8192

    def __init__(self) -> None:
        self.done, self.unused = False, b""
        self._inner = zlib.decompressobj(31)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            yield self._inner.decompress(data, GREATEST_PIECE)
            data = self._inner.unconsumed_tail
            if self._inner.eof or not data:
                break
        self.done, self.unused = self._inner.eof, self._inner.unused_data


class _Zstd:
    """Steps are short, since four bytes of zstd may stand for 128 KiB: a piece is at most 32 MiB."""

    step = 1024

    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None) -> None:
        self.done, self.unused = False, b""
        self._inner = zstandard.ZstdDecompressor(dict_data=dictionary).decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._inner.decompress(data)
        self.done, self.unused = self._inner.eof, self._inner.unused_data


class _Lz4Frame:
    """One lz4 frame as a file: the block sizes say where it ends (lz4, doc/lz4_Frame_format.md)."""

    def __init__(self, raw: "_Raw") -> None:
        flags = raw.peek(6)[4:5]
        self._raw, self._flags, self._start = raw, flags[0] if flags else 0, raw.offset
        self._left = 7 + (8 if self._flags & 8 else 0) + (4 if self._flags & 1 else 0)
        self._last = False

    def read(self, count: int = -1) -> bytes:
        if not self._left and not self._last:
            size = int.from_bytes(self._raw.peek(4), "little") & 0x7FFFFFFF
            self._last = not size
            self._left = 4 + size + (4 if self._flags & (16 if size else 4) else 0)
        data = self._raw.peek(min(self._left, PLAIN_BYTES if count < 0 else count))
        self._raw.advance(len(data))
        self._left -= len(data)
        return data

    def tell(self) -> int:
        return self._raw.offset - self._start

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation("a frame is read forwards")

    def close(self) -> None:
        """Nothing: the file stays open for the next frame."""

    @property
    def whole(self) -> bool:
        return self._last and not self._left


class _Raw:
    """A buffered file that knows where it stands."""

    def __init__(self, file: BinaryIO) -> None:
        self.offset = 0
        self._file, self._buffer, self._at, self._ended = file, b"", 0, False

    def peek(self, count: int) -> bytes:
        while len(self._buffer) - self._at < count and not self._ended:
            more = self._file.read(max(PLAIN_BYTES, count))
            self._ended = not more
            self._buffer, self._at = self._buffer[self._at :] + more, 0
        return self._buffer[self._at : self._at + count]

    def advance(self, count: int) -> None:
        self._at += count
        self.offset += count

    def find(self, magic: re.Pattern[bytes]) -> bool:
        """Moves to the next place where `magic` (of 4 bytes) is found, else to the end."""
        while len(window := self.peek(PLAIN_BYTES)) >= 4:
            if found := magic.search(window):
                self.advance(found.start())
                return True
            self.advance(len(window) - 3)
        self.advance(len(window))
        return False


class Pieces:
    """Iterates over `Start`, `bytes` and `Damage`; every byte that decodes is given once, in order.

    A member that fails is left at the piece (8 KiB of gzip, 1 KiB of zstd) in which it failed, and the next magic
    bytes from there on are tried: time stays linear in the length of the file, whatever it holds. Magic bytes inside a
    damaged member can be mistaken for a member: whoever reads must check what the bytes after a `Damage` say.
    """

    def __init__(self, file: BinaryIO, compression: Compression) -> None:
        self._raw = _Raw(file)
        self._compression = compression
        self._dictionary: zstandard.ZstdCompressionDict | None = None
        self._abandoned = False

    def abandon(self) -> None:
        """Gives up the rest of the current member, undecoded."""
        self._abandoned = True

    def __iter__(self) -> Iterator[Start | bytes | Damage]:
        if self._compression == "none":
            return self._plain()
        return self._compressed(MAGICS[self._compression])

    def _plain(self) -> Iterator[Start | bytes]:
        yield Start(0)
        while data := self._raw.peek(PLAIN_BYTES):
            self._raw.advance(len(data))
            yield data

    def _compressed(self, magic: re.Pattern[bytes]) -> Iterator[Start | bytes | Damage]:
        while head := self._raw.peek(FIRST_BYTES):
            if magic.match(head):
                yield from self._lz4(head) if self._compression == "lz4" else self._member(head)
            elif not head.strip(b"\0"):  # padding, as tape and block storage leave it
                self._raw.advance(len(head))
            elif len(head) < SHORTEST_MAGIC:
                yield self._damage(head, "the file ends inside a member", error="truncated_file")
                self._raw.advance(len(head))
            else:
                yield self._damage(head, "no member begins here")
                self._raw.advance(1)
                self._raw.find(magic)

    def _damage(self, head: bytes, what: str, offset: int | None = None, error: str = "") -> Damage:
        place = self._raw.offset if offset is None else offset
        named = error or f"bad_{self._compression}_member"
        return Damage(named, f"{self._compression} data at byte {place}: {what}", place, head)

    def _member(self, head: bytes) -> Iterator[Start | bytes | Damage]:
        start = self._raw.offset
        if self._compression == "zstd" and head[1:4] == ZSTD_DICTIONARY[1:]:
            yield from self._skippable(head)
            return
        decoder = _Gzip() if self._compression == "gzip" else _Zstd(self._dictionary)
        yield Start(start)
        while not decoder.done:
            step = self._raw.peek(decoder.step)
            if not step:
                yield self._damage(head, "the file ends inside a member", start, "truncated_file")
                return
            try:
                for data in decoder.feed(step):
                    yield data
                    if self._abandoned:
                        break
            except (zlib.error, zstandard.ZstdError) as error:
                yield self._damage(head, str(error), start)
                self._leave(start)
                return
            if self._abandoned:
                self._abandoned = False
                self._leave(start)
                return
            self._raw.advance(len(step) - len(decoder.unused))

    def _lz4(self, head: bytes) -> Iterator[Start | bytes | Damage]:
        start = self._raw.offset
        yield Start(start)
        frame = _Lz4Frame(self._raw)
        try:
            reader = Lz4Reader(frame)
            while not self._abandoned and (data := reader.read(PLAIN_BYTES)):
                yield data
        except OSError as error:
            ended = not self._raw.peek(1)
            what = "the file ends inside a frame" if ended else str(error)
            yield self._damage(head, what, start, "truncated_file" if ended else "")
        if not frame.whole:
            self._abandoned = False
            self._leave(start)

    def _leave(self, start: int) -> None:
        if self._raw.offset == start:
            self._raw.advance(1)
        self._raw.find(MAGICS[self._compression])

    def _skippable(self, head: bytes) -> Iterator[Damage]:
        """Passes over a skippable frame; the first of a WARC file may hold its dictionary (IIPC, WARC-zstd 1.0)."""
        start, size = self._raw.offset, int.from_bytes(head[4:8], "little")
        if start == 0 and head[:4] == ZSTD_DICTIONARY and size <= GREATEST_DICTIONARY:
            content = self._raw.peek(8 + size)[8:]
            if content[:4] == ZSTD:
                content = zstandard.ZstdDecompressor().stream_reader(content).read(GREATEST_DICTIONARY)
            self._dictionary = zstandard.ZstdCompressionDict(content)
        self._raw.advance(8)
        while size and (data := self._raw.peek(min(size, PLAIN_BYTES))):
            self._raw.advance(len(data))
            size -= len(data)
        if size:
            yield self._damage(head, "the file ends inside a member", start, "truncated_file")


def compression_of(head: bytes) -> Compression:
    """How a file that begins with these bytes is compressed."""
    for name, magic in MAGICS.items():
        if magic.match(head):
            return name
    return "none"
