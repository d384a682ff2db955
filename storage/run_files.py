"""Run files: sorted (hash, row, payload) records of a shard, of which slices are read by range of hash.

They are `storage.checked_files`, so that a slice is verified without reading the whole file.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from storage.checked_files import START, Kind, open_checked, write_checked

__all__ = ["RECORD", "START", "filled_partitions", "partition_bounds", "read_run", "write_run"]

RECORD = np.dtype([("hash", "<u8"), ("row", "<u8"), ("payload", "<u8")])
BLOCK_RECORDS = 1 << 16
KIND = Kind("run file", b"TAMISRUN", 1)

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
    return write_checked(path, KIND, records, parameters, BLOCK_RECORDS)


def partition_bounds(hashes: npt.NDArray[np.uint64], partition_count: int) -> list[int]:
    """Where each partition of the hash range begins among ascending hashes, and their count as a last entry.

    Partition p of n holds the hashes from ``p * 2**64 // n`` up to where the next one begins.
    """
    edges = np.array([(p << 64) // partition_count for p in range(1, partition_count)], np.uint64)
    return [0, *np.searchsorted(hashes, edges).tolist(), len(hashes)]


def check_run(path: str, parameters: str) -> None:
    """Read no more than the header of a run file.

    Raises:
        OutputError: as for `read_run`.
    """
    with open_checked(path, KIND, parameters, RECORD):
        pass


def filled_partitions(hashes: npt.NDArray[np.uint64], partition_count: int) -> Iterator[tuple[int, int, int]]:
    """Number, first record and end of each partition that holds one of these ascending hashes."""
    for partition, (first, last) in enumerate(pairwise(partition_bounds(hashes, partition_count))):
        if first < last:
            yield partition, first, last


def read_run(path: str, parameters: str, first: int = 0, last: int | None = None) -> Records:
    """Records ``first:last`` of a run file, verified.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    with open_checked(path, KIND, parameters, RECORD) as file:
        last = file.count if last is None else last
        if last <= first:
            return np.empty(0, RECORD)
        blocks = range(first // file.block_records, (last - 1) // file.block_records + 1)
        base = blocks.start * file.block_records
        return np.concatenate([file.block(number) for number in blocks])[first - base : last - base]
