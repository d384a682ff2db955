"""Records are pulled from pieces of bytes: lines, blocks and blank space, stopping where bytes are damaged."""

import re
from collections import deque

from storage.decompression import Damage, Pieces, Start

__all__ = ["LONGEST_BEGIN", "ByteStream"]

TRIM_BYTES = 1 << 20
LONGEST_BEGIN = 4096
LINE_FEED = re.compile(rb"\n(?=[A-Za-z])")


class ByteStream:
    """What a file holds, read forwards, with a way back to the start of the record that is being read.

    A read that comes out short has met the end or a damaged place; `damage` says which. Nothing beyond the
    damaged place is read until `resume` is called.

    Attributes:
        damage: what ended the readable bytes, None at the end of the file.
    """

    def __init__(self, pieces: Pieces, plain_size: int | None) -> None:
        """Reads `pieces`; `plain_size` is the length of a file that is not compressed."""
        self.damage: Damage | None = None
        self._source, self._pieces, self._plain_size = pieces, iter(pieces), plain_size
        self._buffer, self._at, self._base = bytearray(), 0, 0
        self._starts: deque[tuple[int, int]] = deque()
        self._member = (0, -1)
        self._ended = False

    @property
    def position(self) -> int:
        """Decoded bytes before the next one to be read."""
        return self._base + self._at

    @property
    def offset(self) -> int | None:
        """Where the next byte lies in the file; None inside a compressed member."""
        if self._plain_size is not None:
            return self.position
        while self._starts and self._starts[0][0] < self.position:
            self._starts.popleft()
        if self._starts and self._starts[0][0] == self.position:
            return self._starts[0][1]
        return None

    @property
    def remaining(self) -> int | None:
        """Bytes of the file that are not read yet; None for a compressed one."""
        return None if self._plain_size is None else self._plain_size - self.position

    @property
    def broken(self) -> Damage | None:
        """The damage that ended the member in which the last bytes before it lie; None where they are sound."""
        position, offset = self._member
        inside = self.damage is not None and self.damage.offset == offset
        return self.damage if inside and position < self._base + len(self._buffer) else None

    def _fill(self) -> bool:
        """Gets one more piece; False at the end and at a damaged place."""
        if self.damage is not None or self._ended:
            return False
        for piece in self._pieces:
            if isinstance(piece, bytes):
                self._buffer += piece
                return True
            if isinstance(piece, Damage):
                self.damage = piece
                return False
            assert isinstance(piece, Start)
            self._begin_member(piece.offset)
        self._ended = True
        return False

    def _begin_member(self, offset: int) -> None:
        here = self._base + len(self._buffer)
        while self._starts and self._starts[0][0] < self.position:
            self._starts.popleft()
        if self._starts and self._starts[-1][0] == here:  # the one before gave nothing
            self._starts.pop()
        self._member = (here, offset)
        self._starts.append(self._member)

    def resume(self) -> None:
        """Drops what is left before the damaged place and goes on behind it."""
        self.forget(len(self._buffer) - self._at)
        self.damage = None

    def peek(self, count: int) -> bytes:
        """The next bytes, without reading them."""
        while len(self._buffer) - self._at < count and self._fill():
            pass
        return bytes(self._buffer[self._at : self._at + count])

    def take(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end or a damaged place."""
        data = self.peek(count)
        self._at += len(data)
        return data

    def line(self, limit: int) -> bytes:
        """The next bytes up to and with a line feed; at most `limit` bytes, then without one."""
        searched = self._at
        while True:
            end = self._buffer.find(b"\n", searched, self._at + limit)
            if end >= 0:
                return self._take_to(end + 1)
            if len(self._buffer) - self._at >= limit:
                return self._take_to(self._at + limit)
            searched = len(self._buffer)
            if not self._fill():
                return self._take_to(len(self._buffer))

    def _take_to(self, end: int) -> bytes:
        data = bytes(self._buffer[self._at : end])
        self._at = end
        return data

    def forget(self, count: int) -> int:
        """Passes over bytes that are not held; returns how many there were before the end or a damaged place."""
        left = count
        while left:
            step = min(left, len(self._buffer) - self._at)
            self._at += step
            left -= step
            self.trim()
            if left and not self._fill():
                break
        return count - left

    def forget_line(self, limit: int) -> int:
        """Passes over the rest of a line, its line feed included; returns its length, at most about `limit`."""
        passed = 0
        while passed < limit:
            end = self._buffer.find(b"\n", self._at)
            if end >= 0:
                return passed + self.forget(end + 1 - self._at)
            passed += self.forget(len(self._buffer) - self._at)
            if not self._fill():
                break
        return passed

    def rewind(self, position: int) -> None:
        """Goes back to a place at or after the last `trim`."""
        self._at = position - self._base

    def seek(self, begin: re.Pattern[bytes], most: int) -> bool:
        """Passes over bytes until `begin` matches here, at the start of a line or of a compressed member.

        After `most` bytes the rest of the member is given up. False at the end and at a damaged place.
        """
        passed = 0
        while True:
            if (found := self._next_begin(begin)) is not None:
                self.forget(found - self._at)
                return True
            passed += self.forget(max(0, len(self._buffer) - self._at - LONGEST_BEGIN))
            if passed >= most:
                self.abandon()
                passed = 0
            if not self._fill():
                self.forget(len(self._buffer) - self._at)
                return False

    def _next_begin(self, begin: re.Pattern[bytes]) -> int | None:
        if begin.match(self._buffer, self._at):
            return self._at
        lines = (m.end() for m in LINE_FEED.finditer(self._buffer, self._at) if begin.match(self._buffer, m.end()))
        members = (p - self._base for p, _ in self._starts if p >= self.position)
        places = [next(lines, None), next((p for p in members if begin.match(self._buffer, p)), None)]
        return min((p for p in places if p is not None), default=None)

    def abandon(self) -> None:
        """Gives up the rest of the compressed member that is being decoded; a plain file has none."""
        if self._plain_size is None:
            self.forget(len(self._buffer) - self._at)
            self._source.abandon()

    def trim(self) -> None:
        """Frees what has been read."""
        if self._at >= TRIM_BYTES or self._at == len(self._buffer):
            del self._buffer[: self._at]
            self._base += self._at
            self._at = 0
