"""Signature files: the signatures of a shard's documents by row, of which those of some rows are read."""

import numpy as np
import numpy.typing as npt

from storage.checked_files import Kind, open_checked
from storage.row_files import read_rows, write_rows

__all__ = ["check_signatures", "read_signatures", "write_signatures"]

Ints = npt.NDArray[np.int64]
Values = npt.NDArray[np.uint32]

KIND = Kind("signature file", b"TAMISSIG", 1)


def write_signatures(path: str, rows: Ints, values: Values, parameters: str) -> str:
    """Publish the signatures of rows that ascend; returns the file's digest."""
    records = np.empty(len(rows), _dtype(values.shape[1]))
    records["row"], records["values"] = rows, values
    return write_rows(path, KIND, records, parameters)


def check_signatures(path: str, parameters: str, width: int) -> None:
    """Read no more than the header of a signature file.

    Raises:
        OutputError: as for `read_signatures`.
    """
    with open_checked(path, KIND, parameters, _dtype(width)):
        pass


def read_signatures(path: str, parameters: str, width: int, rows: Ints) -> tuple[npt.NDArray[np.bool_], Values]:
    """Which of some ascending rows have a signature, and the signatures of all; zeros where there is none.

    Only blocks that may hold one of the rows are read.

    Raises:
        OutputError: the file is damaged, or was made with other parameters.
    """
    present, records = read_rows(path, KIND, parameters, _dtype(width), rows)
    return present, records["values"]


def _dtype(width: int) -> np.dtype[np.void]:
    return np.dtype([("row", "<i8"), ("values", "<u4", (width,))])
