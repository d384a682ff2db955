"""Run files: sorted (hash, row, payload) records of a shard, of which slices are read by range of hash.

Layout, little-endian: ``TAMISRUN``, uint32 version, uint32 length of the header, uint64 its xxh3-64
checksum, the header as JSON (count, parameters, checksums), then the records. Every `BLOCK_RECORDS`
records have an xxh3-64 checksum of their own, so that a slice is verified without reading the whole file.
"""

import json
import struct
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import xxhash

from filters.errors import OutputError
from storage.files import commit, open_input

__all__ = ["RECORD", "partition_bounds", "read_run", "write_run"]

RECORD = np.dtype([("hash", "<u8"), ("row", "<u8"), ("payload", "<u8")])
BLOCK_RECORDS = 1 << 16
MAGIC, VERSION = b"TAMISRUN", 1
START = struct.Struct("<8sIIQ")

Records = npt.NDArray[np.void]


def write_run(path: str, records: Records, parameters: str) -> str:
    """Sort records by hash, then row, and publish them.

    Args:
        path: the run file.
        records: of dtype `RECORD`, in any order.
        parameters: what must agree between run files that meet in an exchange.

    Returns:
        The file's digest.
    """
    records = records[np.lexsort((records["row"], records["hash"]))]
    blocks = [records[first : first + BLOCK_RECORDS] for first in range(0, len(records), BLOCK_RECORDS)]
    header = {
        "count": len(records),
        "parameters": parameters,
        "checksums": [xxhash.xxh3_64_hexdigest(block.tobytes()) for block in blocks],
    }
    encoded = json.dumps(header, sort_keys=True).encode()
    with commit(path) as file:
        file.write(START.pack(MAGIC, VERSION, len(encoded), xxhash.xxh3_64_intdigest(encoded)))
        file.write(encoded)
        for block in blocks:
            file.write(block.tobytes())
        return file.digest()


def partition_bounds(path: str, parameters: str, partition_count: int) -> list[int]:
    """Where each partition of the hash range begins in a run file, and the record count as a last entry.

    Partition p of n holds the hashes from ``p * 2**64 // n`` up to where the next one begins.

    Raises:
        OutputError: as for `read_run`.
    """
    hashes = read_run(path, parameters)["hash"]
    edges = np.array([(p << 64) // partition_count for p in range(1, partition_count)], np.uint64)
    return [0, *np.searchsorted(hashes, edges).tolist(), len(hashes)]


def read_run(path: str, parameters: str, first: int = 0, last: int | None = None) -> Records:
    """Records ``first:last`` of a run file, verified.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    with open_input(path) as file:
        header = _header(file, path, parameters)
        last = header["count"] if last is None else last
        if last <= first:
            return np.empty(0, RECORD)
        start = file.tell()
        blocks = range(first // BLOCK_RECORDS, (last - 1) // BLOCK_RECORDS + 1)
        parts = [_block(file, path, start, number, header) for number in blocks]
        base = blocks.start * BLOCK_RECORDS
        return np.concatenate(parts)[first - base : last - base]


def _header(file: BinaryIO, path: str, parameters: str) -> dict[str, Any]:
    beginning = file.read(START.size)
    if len(beginning) < START.size or not beginning.startswith(MAGIC):
        raise OutputError(f"{path} is not a run file or is damaged at its start; {_mend(path)}")
    _, version, length, checksum = START.unpack(beginning)
    if version != VERSION:
        raise OutputError(f"{path} is a run file of version {version}, this is version {VERSION}; {_mend(path)}")
    encoded = file.read(length)
    if xxhash.xxh3_64_intdigest(encoded) != checksum:
        raise OutputError(f"{path} has a damaged header: its checksum does not match; {_mend(path)}")
    header: dict[str, Any] = json.loads(encoded)
    if header["parameters"] != parameters:
        raise OutputError(f"{path} was made with {header['parameters']!r}, not {parameters!r}; {_mend(path)}")
    return header


def _block(file: BinaryIO, path: str, start: int, number: int, header: dict[str, Any]) -> Records:
    file.seek(start + number * BLOCK_RECORDS * RECORD.itemsize)
    count = min(BLOCK_RECORDS, header["count"] - number * BLOCK_RECORDS)
    content = file.read(count * RECORD.itemsize)
    if xxhash.xxh3_64_hexdigest(content) != header["checksums"][number]:
        raise OutputError(f"{path} is damaged in block {number}: its checksum does not match; {_mend(path)}")
    return np.frombuffer(content, RECORD)


def _mend(path: str) -> str:
    return f"measure that shard again: delete {path} with its marker under documents/, then run the same command"
