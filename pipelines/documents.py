"""Documents on their way through the exchange: one 64-bit number each, shard above and row below."""

import numpy as np
import numpy.typing as npt

from filters.errors import RunError

__all__ = ["Documents", "numbered", "ordinals", "rows_in_shards"]

Documents = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

ROW_BITS = 32


def numbered(ordinal: int | Ints, rows: Documents) -> Documents:
    """The documents of rows of a shard, or of as many shards.

    Raises:
        RunError: a row does not fit.
    """
    if len(rows) and int(rows.max()) >> ROW_BITS:
        raise RunError(f"shard {ordinal} has a row of 2**32 or more; cut it into smaller files")
    return np.asarray(ordinal, np.uint64) << np.uint64(ROW_BITS) | rows


def ordinals(documents: Documents) -> Ints:
    """The shards of documents."""
    return (documents >> np.uint64(ROW_BITS)).astype(np.int64)


def rows_in_shards(documents: Documents) -> Ints:
    """Their rows in these shards."""
    return (documents & np.uint64((1 << ROW_BITS) - 1)).astype(np.int64)
