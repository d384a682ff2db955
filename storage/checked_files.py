"""Files of fixed-width records in blocks, each with a checksum, and the parameters that they were made with.

Layout, little-endian: eight bytes that name the kind, uint32 version, uint32 length of the header, uint64 its xxh3-64
checksum, the header as JSON (count, block, parameters, checksums, and what the kind adds), then the records.
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
from storage.files import commit, open_input

__all__ = ["START", "CheckedFile", "Kind", "open_checked", "write_checked"]

START = struct.Struct("<8sIIQ")

Records = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of such files: what messages call it, its first eight bytes, and its version."""

    name: str
    magic: bytes
    version: int


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
    header = {
        "block": block_records,
        "count": len(records),
        "parameters": parameters,
        "checksums": [xxhash.xxh3_64_hexdigest(block.tobytes()) for block in blocks],
        **more,
    }
    encoded = json.dumps(header, sort_keys=True).encode()
    with commit(path) as file:
        file.write(START.pack(kind.magic, kind.version, len(encoded), xxhash.xxh3_64_intdigest(encoded)))
        file.write(encoded)
        for block in blocks:
            file.write(block.tobytes())
        return file.digest()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One that is open for reading, its header verified."""

    path: str
    file: BinaryIO
    header: dict[str, Any]
    dtype: np.dtype[np.void]
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
def open_checked(path: str, kind: Kind, parameters: str, dtype: np.dtype[np.void]) -> Iterator[CheckedFile]:
    """Open one for reading.

    Raises:
        OutputError: it is missing, of another kind or version, damaged, or was made with other parameters.
    """
    with ExitStack() as files:
        try:
            file = files.enter_context(open_input(path))
        except FileNotFoundError:
            raise OutputError(f"{path} is missing, a {kind.name}; {_mend(path)}") from None
        beginning = file.read(START.size)
        if len(beginning) < START.size or not beginning.startswith(kind.magic):
            raise OutputError(f"{path} is not a {kind.name} or is damaged at its start; {_mend(path)}")
        _, version, length, checksum = START.unpack(beginning)
        if version != kind.version:
            raise OutputError(
                f"{path} is a {kind.name} of version {version}, this is version {kind.version}; {_mend(path)}"
            )
        encoded = file.read(length)
        if xxhash.xxh3_64_intdigest(encoded) != checksum:
            raise OutputError(f"{path} has a damaged header: its checksum does not match; {_mend(path)}")
        header: dict[str, Any] = json.loads(encoded)
        if header["parameters"] != parameters:
            raise OutputError(f"{path} was made with {header['parameters']!r}, not {parameters!r}; {_mend(path)}")
        yield CheckedFile(path, file, header, dtype, file.tell())


def _mend(path: str) -> str:
    return f"measure that shard again: delete {path} with its marker under documents/, then run the same command"
