"""Files of fixed-width records in blocks, each with a checksum, and the parameters that they were made with.

Layout, little-endian: eight bytes that name the kind, uint32 version, uint32 length of the header, uint64 its xxh3-64
checksum, the header as JSON (count, block, parameters, checksums, and what the kind adds), then the records. Of a kind
that is written in parts the records come first, then the header, and those first bytes last.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import xxhash

from filters.errors import OutputError
from storage.files import HashedFile, commit, open_input

__all__ = [
    "START",
    "CheckedFile",
    "CheckedOutput",
    "Kind",
    "checked_output",
    "difference",
    "open_checked",
    "write_checked",
]

START = struct.Struct("<8sIIQ")

Records = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of such files: what messages call it, its first eight bytes, its version; whether records come first."""

    name: str
    magic: bytes
    version: int
    in_parts: bool = False


def write_checked(path: str, kind: Kind, records: Records, parameters: str, block_records: int, **more: object) -> str:
    """Publish records as they stand.

    Args:
        path: the file.
        kind: of the file.
        records: of any dtype.
        parameters: what a reader must agree in.
        block_records: how many records share a checksum.
        more: for the header.

    Returns:
        The file's digest.
    """
    blocks = [records[first : first + block_records] for first in range(0, len(records), block_records)]
    checksums = [xxhash.xxh3_64_hexdigest(block.tobytes()) for block in blocks]
    start, header = _header(kind, block_records, len(records), parameters, checksums, more)
    with commit(path) as file:
        file.write(start)
        file.write(header)
        for block in blocks:
            file.write(block.tobytes())
        return file.digest()


def _header(
    kind: Kind, block_records: int, count: int, parameters: str, checksums: list[str], more: dict[str, object]
) -> tuple[bytes, bytes]:
    header = {"block": block_records, "count": count, "parameters": parameters, "checksums": checksums, **more}
    encoded = json.dumps(header, sort_keys=True).encode()
    return START.pack(kind.magic, kind.version, len(encoded), xxhash.xxh3_64_intdigest(encoded)), encoded


class CheckedOutput:
    """A file of a kind that is written in parts: no more than a block of it is held."""

    def __init__(self, file: HashedFile, kind: Kind, parameters: str, block_records: int) -> None:
        self._file, self._kind, self._parameters, self._block_records = file, kind, parameters, block_records
        self._held: list[Records] = []
        self._held_count = 0
        self._checksums: list[str] = []
        self.count = 0

    def write(self, records: Records) -> None:
        """Append records, of one dtype throughout."""
        self.count += len(records)
        size = self._block_records
        while self._held_count + len(records) >= size:
            room = size - self._held_count
            self._held.append(records[:room])
            self._put()
            records = records[room:]
        if len(records):
            self._held.append(records.copy())  # a view would hold what it is a part of
            self._held_count += len(records)

    def digest(self) -> str:
        """Digest of the file, complete once the block of `checked_output` has ended."""
        return self._file.digest()

    def finish(self) -> None:
        """Write what is held, and the header."""
        if self._held_count:
            self._put()
        count, checksums = self.count, self._checksums
        start, header = _header(self._kind, self._block_records, count, self._parameters, checksums, {})
        self._file.write(header)
        self._file.write(start)

    def _put(self) -> None:
        content = b"".join(part.tobytes() for part in self._held)
        self._checksums.append(xxhash.xxh3_64_hexdigest(content))
        self._file.write(content)
        self._held, self._held_count = [], 0


@contextmanager
def checked_output(path: str, kind: Kind, parameters: str, block_records: int) -> Iterator[CheckedOutput]:
    """Open a file of a kind that is written in parts; it appears under its name when the block ends well."""
    with commit(path) as file:
        output = CheckedOutput(file, kind, parameters, block_records)
        yield output
        output.finish()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One that is open for reading, its header verified."""

    path: str
    file: BinaryIO
    header: dict[str, Any]
    dtype: np.dtype[Any]
    start: int

    @property
    def count(self) -> int:
        """Of the records."""
        return int(self.header["count"])

    @property
    def block_records(self) -> int:
        """Records of a block."""
        return int(self.header["block"])

    def block(self, number: int) -> Records:
        """A block, verified.

        Raises:
            OutputError: it is damaged.
        """
        size = self.block_records
        self.file.seek(self.start + number * size * self.dtype.itemsize)
        content = self.file.read(min(size, self.count - number * size) * self.dtype.itemsize)
        if xxhash.xxh3_64_hexdigest(content) != self.header["checksums"][number]:
            raise OutputError(
                f"{self.path} is damaged in block {number}: its checksum does not match; {_mend(self.path)}"
            )
        return np.frombuffer(content, self.dtype)


@contextmanager
def open_checked(path: str, kind: Kind, parameters: str, dtype: np.dtype[Any]) -> Iterator[CheckedFile]:
    """Open one for reading.

    Raises:
        OutputError: it is missing, of another kind or version, damaged, or was made with other parameters.
    """
    with ExitStack() as files:
        try:
            file = files.enter_context(open_input(path))
        except FileNotFoundError:
            raise OutputError(f"{path} is missing, a {kind.name}; {_mend(path)}") from None
        size = file.seek(0, 2)
        file.seek(max(0, size - START.size) if kind.in_parts else 0)
        start = file.read(START.size)
        if len(start) < START.size or not start.startswith(kind.magic):
            raise OutputError(f"{path} is not a {kind.name} or is damaged; {_mend(path)}")
        _, version, length, checksum = START.unpack(start)
        if version != kind.version:
            raise OutputError(
                f"{path} is a {kind.name} of version {version}, this is version {kind.version}; {_mend(path)}"
            )
        if kind.in_parts:
            file.seek(max(0, size - START.size - length))
        encoded = file.read(length)
        if xxhash.xxh3_64_intdigest(encoded) != checksum:
            raise OutputError(f"{path} has a damaged header: its checksum does not match; {_mend(path)}")
        header: dict[str, Any] = json.loads(encoded)
        if header["parameters"] != parameters:
            theirs, ours = difference(header["parameters"], parameters)
            raise OutputError(f"{path} was made with {theirs!r}, not {ours!r}; {_mend(path)}")
        yield CheckedFile(path, file, header, dtype, 0 if kind.in_parts else file.tell())


def difference(one: str, other: str) -> tuple[str, str]:
    """What differs between two lists of parameters, which semicolons part."""
    parts = [text.split("; ") for text in (one, other)]
    if len(parts[0]) == len(parts[1]):
        differing = [(a, b) for a, b in zip(*parts, strict=True) if a != b]
        return "; ".join(a for a, _ in differing), "; ".join(b for _, b in differing)
    return one, other


def _mend(path: str) -> str:
    if "/counts/" in path and path.endswith((".run", ".counts")):
        return f"count again: delete {path} with the .json files of that shard beside it, then run the same command"
    return f"measure that shard again: delete {path}, then repeat the run that made it"
