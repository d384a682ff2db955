"""Checked files of one record a row, of which those of some rows are read."""

from typing import Any

import numpy as np
import numpy.typing as npt

from storage.checked_files import Kind, open_checked, write_checked

__all__ = ["read_rows", "write_rows"]

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

BLOCK_RECORDS = 512


def write_rows(path: str, kind: Kind, records: Records, parameters: str) -> str:
    """Publish records whose field ``row`` ascends; returns the file's digest."""
    firsts = records["row"][::BLOCK_RECORDS].tolist()
    return write_checked(path, kind, records, parameters, BLOCK_RECORDS, firsts=firsts)


def read_rows(
    path: str, kind: Kind, parameters: str, dtype: np.dtype[np.void], rows: Ints
) -> tuple[npt.NDArray[np.bool_], Records]:
    """Which of some ascending rows have a record, and the records of all; zeros where there is none.

    Only blocks that may hold one of the rows are read.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    present, records = np.zeros(len(rows), np.bool_), np.zeros(len(rows), dtype)
    with open_checked(path, kind, parameters, dtype) as file:
        homes = np.searchsorted(np.array(file.header["firsts"], np.int64), rows, side="right") - 1
        for number in np.unique(homes[homes >= 0]).tolist():
            mine = slice(*np.searchsorted(homes, [number, number + 1]).tolist())
            block = file.block(number)
            places = np.minimum(np.searchsorted(block["row"], rows[mine]), len(block) - 1)
            there = block["row"][places] == rows[mine]
            present[mine] = there
            records[mine][there] = block[places[there]]
    return present, records
