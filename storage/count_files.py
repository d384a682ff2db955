"""Files of counts: the pieces that stand in enough texts of the corpus, as far as a shard has them, ascending by hash.

They are `storage.checked_files`. What belongs together is a part of one: of the work that one partition leaves, each
shard reads its own.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from filters.counted import Counts
from storage.checked_files import Kind, open_checked, write_checked

__all__ = ["SHARED", "read_counts", "read_shared", "write_counts", "write_shared"]

SHARED = np.dtype([("hash", "<u8"), ("text", "<u8"), ("document", "<u8")])
"""A piece that stands in enough texts: the first document that has it, and its text."""

COUNT = np.dtype([("hash", "<u8"), ("text", "<u8"), ("row", "<i8"), ("home", "<i4")])
COUNTS = Kind("file of counts", b"TAMISCNT", 1)
PARTITION = Kind("part of the counts", b"TAMISCPT", 1)
BLOCK_RECORDS = 1 << 15

Records = npt.NDArray[np.void]


def write_counts(path: str, counts: Counts, parameters: str) -> str:
    """Publish what a shard needs to know; returns the file's digest."""
    records = np.empty(len(counts.hashes), COUNT)
    records["hash"], records["text"] = counts.hashes, counts.texts
    records["home"], records["row"] = counts.homes, counts.rows
    return write_checked(path, COUNTS, records, parameters, BLOCK_RECORDS, shards=list(counts.shards))


def read_counts(path: str, parameters: str) -> Counts:
    """What `write_counts` wrote.

    Raises:
        OutputError: the file is missing, damaged, or was made with other parameters.
    """
    with open_checked(path, COUNTS, parameters, COUNT) as file:
        blocks = -(-file.count // file.block_records)
        records = np.concatenate([np.empty(0, COUNT), *(file.block(number) for number in range(blocks))])
        shards = tuple(file.header["shards"])
    columns = [np.ascontiguousarray(records[name]) for name in ("hash", "text", "home", "row")]
    return Counts(columns[0], columns[1], columns[2].astype(np.int64), columns[3], shards)


def write_shared(path: str, parts: Sequence[Records], parameters: str) -> list[tuple[int, int]]:
    """Publish records of `SHARED` part by part; returns where each part lies."""
    ends = np.cumsum([0, *map(len, parts)]).tolist()
    write_checked(path, PARTITION, np.concatenate([np.empty(0, SHARED), *parts]), parameters, BLOCK_RECORDS)
    return list(pairwise(ends))


def read_shared(path: str, parameters: str, first: int, last: int) -> Records:
    """A part of what `write_shared` wrote.

    Raises:
        OutputError: the file is missing, damaged, or was made with other parameters.
    """
    with open_checked(path, PARTITION, parameters, SHARED) as file:
        blocks = range(first // file.block_records, (last - 1) // file.block_records + 1)
        base = blocks.start * file.block_records
        return np.concatenate([file.block(number) for number in blocks])[first - base : last - base]
