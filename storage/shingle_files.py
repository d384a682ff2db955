"""Sets of shingles on disk: one file of where each row's set lies, and one of all sets, read in ranges.

A set takes 4 bytes a shingle, and 40 bytes for its row: where it lies, its size, and its digest.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from filters.errors import OutputError
from storage.checked_files import CheckedOutput, Kind, checked_output, open_checked
from storage.row_files import read_rows, write_rows

__all__ = ["SET", "ShingleOutput", "check_sets", "read_places", "read_sets", "shingle_output"]

Ints = npt.NDArray[np.int64]
Values = npt.NDArray[np.uint32]
Digests = npt.NDArray[np.uint64]

SET = np.dtype([("row", "<i8"), ("start", "<i8"), ("size", "<i8"), ("digest", "<u8", (2,))])
"""Where the set of a row lies among those of its shard, and its digest."""

PLACES = Kind("file of places of shingles", b"TAMISSET", 1)
SHINGLES = Kind("shingle file", b"TAMISSHI", 1, in_parts=True)
BLOCK_SHINGLES = 4096  # 16 kB: sets of a few documents, so that little is read that nobody asked for


class ShingleOutput:
    """The two files of a shard, written batch by batch: of the sets no more than a block is held."""

    def __init__(self, output: CheckedOutput) -> None:
        self._output = output
        self._places = [np.empty(0, SET)]

    def write(self, rows: Ints, bounds: Ints, hashes: Values, digests: Digests) -> None:
        """Append the sets of rows that ascend: where each begins in the hashes, and the count of all."""
        places = np.empty(len(rows), SET)
        places["row"], places["start"], places["size"] = rows, self._output.count + bounds[:-1], np.diff(bounds)
        places["digest"] = digests
        self._places.append(places)
        self._output.write(np.ascontiguousarray(hashes, "<u4"))

    def digest(self) -> str:
        """Digest of the sets."""
        return self._output.digest()

    def places(self) -> npt.NDArray[np.void]:
        """Of all rows so far."""
        return np.concatenate(self._places)


@contextmanager
def shingle_output(places: str, shingles: str, parameters: str) -> Iterator[ShingleOutput]:
    """Open both files of a shard for writing; they appear when the block ends well."""
    with checked_output(shingles, SHINGLES, parameters, BLOCK_SHINGLES) as file:
        output = ShingleOutput(file)
        yield output
    write_rows(places, PLACES, output.places(), parameters)


def check_sets(places: str, shingles: str, parameters: str) -> None:
    """Read no more than the headers of both files of a shard.

    Raises:
        OutputError: as for `read_places` and `read_sets`.
    """
    for path, kind, dtype in ((places, PLACES, SET), (shingles, SHINGLES, np.dtype("<u4"))):
        with open_checked(path, kind, parameters, dtype):
            pass


def read_places(path: str, parameters: str, rows: Ints) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.void]]:
    """Which of some ascending rows have a set, and as `SET` where it lies; zeros where there is none.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    return read_rows(path, PLACES, parameters, SET, rows)


def read_sets(path: str, parameters: str, starts: Ints, sizes: Ints) -> Values:
    """Some sets, one after the other; only the blocks that hold them are read, each once if the starts ascend.

    Raises:
        OutputError: the file is damaged, was made with other parameters, or ends before one of the sets.
    """
    found = np.empty(int(sizes.sum()), np.uint32)
    filled, number = 0, -1
    with open_checked(path, SHINGLES, parameters, np.dtype("<u4")) as file:
        if len(starts) and int((starts + sizes).max()) > file.count:
            raise OutputError(
                f"{path} has {file.count} shingles, fewer than the file of places beside it says; measure that shard "
                f"again: delete both with its marker under documents/, then run the same command"
            )
        block = np.empty(0, np.uint32)
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            here, stop = start, start + size
            while here < stop:
                wanted, offset = divmod(here, file.block_records)
                if wanted != number:
                    number, block = wanted, file.block(wanted)
                part = block[offset : offset + stop - here]
                found[filled : filled + len(part)] = part
                filled, here = filled + len(part), here + len(part)
    return found
