"""Signature files: the signatures of a shard's documents by row, of which those of some rows are read."""

import numpy as np
import numpy.typing as npt

from storage.checked_files import Kind, open_checked, write_checked

__all__ = ["read_signatures", "write_signatures"]

Ints = npt.NDArray[np.int64]
Values = npt.NDArray[np.uint32]

BLOCK_RECORDS = 512
KIND = Kind("signature file", b"TAMISSIG", 1)


def write_signatures(path: str, rows: Ints, values: Values, parameters: str) -> str:
    """Publish the signatures of rows that ascend; returns the file's digest."""
    records = np.empty(len(rows), _dtype(values.shape[1]))
    records["row"], records["values"] = rows, values
    return write_checked(path, KIND, records, parameters, BLOCK_RECORDS, firsts=rows[::BLOCK_RECORDS].tolist())


def read_signatures(path: str, parameters: str, width: int, rows: Ints) -> tuple[npt.NDArray[np.bool_], Values]:
    """Which of some ascending rows have a signature, and the signatures of all; zeros where there is none.

    Only blocks that may hold one of the rows are read.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    present, values = np.zeros(len(rows), np.bool_), np.zeros((len(rows), width), np.uint32)
    with open_checked(path, KIND, parameters, _dtype(width)) as file:
        homes = np.searchsorted(np.array(file.header["firsts"], np.int64), rows, side="right") - 1
        for number in np.unique(homes[homes >= 0]).tolist():
            mine = slice(*np.searchsorted(homes, [number, number + 1]).tolist())
            block = file.block(number)
            places = np.minimum(np.searchsorted(block["row"], rows[mine]), len(block) - 1)
            there = block["row"][places] == rows[mine]
            present[mine] = there
            values[mine][there] = block["values"][places[there]]
    return present, values


def _dtype(width: int) -> np.dtype[np.void]:
    return np.dtype([("row", "<i8"), ("values", "<u4", (width,))])
