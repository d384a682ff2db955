"""JSONL, plain or compressed: one document a line."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import pyarrow as pa

from storage.bytestream import ByteStream
from storage.chunks import Chunk
from storage.gathering import Gatherer
from storage.inputs import Input, Limits

__all__ = ["read_jsonl"]

SEPARATORS = (",", ":")


class _LineError(Exception):
    """What is wrong with a line."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


def read_jsonl(stream: ByteStream, gatherer: Gatherer, source: Input, limits: Limits) -> Iterator[Chunk]:
    """The lines of a file in chunks. What is wrong with a line concerns that line alone."""
    lines = _Lines(stream, gatherer, source, limits)
    while lines.one():
        if gatherer.full:
            yield gatherer.take()


class _Lines:
    def __init__(self, stream: ByteStream, gatherer: Gatherer, source: Input, limits: Limits) -> None:
        self.stream, self.gatherer, self.limits = stream, gatherer, limits
        self.row = _Row(source)
        self.lost = False  # a fault is counted, and no line has been read since

    def one(self) -> bool:
        """Reads one line, or notes one fault; False at the end."""
        stream = self.stream
        stream.trim()
        if not stream.peek(1) and not stream.damage:
            return False
        offset = stream.offset
        line = stream.line(self.limits.record_bytes)
        if line.endswith(b"\n") or (line and len(line) < self.limits.record_bytes and not stream.damage):
            self.whole(line, offset)
        elif len(line) == self.limits.record_bytes:
            self.too_long(line, offset)
        elif stream.damage:
            damage = stream.damage
            if not self.lost:
                self.gatherer.fail(damage.error, damage.message, damage.offset, line or damage.first_bytes)
            self.lost = True
            stream.resume()
        return True

    def too_long(self, line: bytes, offset: int | None) -> None:
        passed = len(line) + self.stream.forget_line(self.limits.passed_bytes)
        ended = passed < self.limits.passed_bytes
        if not ended:
            self.stream.abandon()
        size = f"{passed} bytes" if ended else f"more than {passed} bytes"
        message = f"the line is {size}; at most {self.limits.record_bytes} are read"
        self.gatherer.fail("too_large", message, offset, line)
        self.lost = not ended

    def whole(self, line: bytes, offset: int | None) -> None:
        try:
            values = self.row.values(line)
        except _LineError as error:
            if not self.lost:
                self.gatherer.fail(error.name, error.message, offset, line)
        else:
            if values is None:
                self.gatherer.skip("blank_line", len(line))
            else:
                self.gatherer.add(len(line), offset=offset, **values)
        self.lost = False


class _Row:
    """Takes a line apart into columns."""

    def __init__(self, source: Input) -> None:
        self.source = source
        self.declared = {field.name: field.type for field in source.declared}
        named = (source.text, source.id, source.url, source.date, *self.declared)
        self.taken = frozenset(name for name in named if name)

    def values(self, line: bytes) -> dict[str, Any] | None:
        """Values by column; None for a blank line."""
        record = self.record(line)
        if record is None:
            return None
        source, text = self.source, record.get(self.source.text)
        if text is None:
            what = "is null" if source.text in record else f"is missing; the line has {sorted(record)[:20]}"
            raise _LineError("missing_text", f"column {source.text!r} {what}")
        if not isinstance(text, str):
            raise _LineError("bad_text", f"column {source.text!r} is of type {type(text).__name__}; text is wanted")
        rest = {name: value for name, value in record.items() if name not in self.taken}
        values = {
            "text": text,
            "id": self.identifier(record),
            "url": self.url(record),
            "fetched_at": self.date(record),
            "extra": json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=SEPARATORS) if rest else None,
        }
        self.check(values)
        return values | {name: self.cast(name, record.get(name)) for name in self.declared}

    @staticmethod
    def record(line: bytes) -> Mapping[str, Any] | None:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise _LineError("bad_utf8", f"byte {error.start} of the line is not UTF-8") from None
        try:
            record = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            if not text.strip():
                return None
            raise _LineError("bad_json", str(error)[:300]) from None
        if not isinstance(record, dict):
            raise _LineError("not_an_object", f"the line is JSON of type {type(record).__name__}; an object is wanted")
        return record

    @staticmethod
    def check(values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, str) and not value.isascii():
                try:
                    value.encode()
                except UnicodeEncodeError as error:
                    place = f"character {error.start} of {name} is half of a surrogate pair"
                    raise _LineError("bad_text" if name == "text" else "bad_column", place) from None

    def identifier(self, record: Mapping[str, Any]) -> str | None:
        value = record.get(self.source.id) if self.source.id else None
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise _LineError(
            "bad_column", f"id {self.source.id!r} is of type {type(value).__name__}; text or a whole number"
        )

    def url(self, record: Mapping[str, Any]) -> str | None:
        value = record.get(self.source.url) if self.source.url else None
        if value is None or isinstance(value, str):
            return value
        raise _LineError("bad_column", f"url {self.source.url!r} is of type {type(value).__name__}; text is wanted")

    def date(self, record: Mapping[str, Any]) -> datetime | None:
        value = record.get(self.source.date) if self.source.date else None
        if value is None:
            return None
        try:
            date = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise _LineError("bad_column", f"date {self.source.date!r} is {value!r:.80}; ISO 8601 is wanted") from None
        return date if date.tzinfo else date.replace(tzinfo=UTC)

    def cast(self, name: str, value: object) -> pa.Scalar:
        kind = self.declared[name]
        try:
            if isinstance(value, str) and pa.types.is_temporal(kind):
                return pa.scalar(value).cast(kind)
            return pa.scalar(value, kind)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            raise _LineError("bad_column", f"column {name!r} is {value!r:.80}; {kind} is wanted") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
