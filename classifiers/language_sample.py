"""The part of a text by which its language is judged, and the paragraphs of that part."""

import numpy as np
import numpy.typing as npt

from filters.cuts import Cut

__all__ = ["sampled_paragraphs"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

PREFIX, WINDOW, WINDOWS = 1000, 250, 4
WHOLE = PREFIX + WINDOW * WINDOWS


def sampled_paragraphs(offsets: Ints, data: Bytes) -> Cut:
    """All of a text of up to 2,000 characters, else its first 1,000 and four windows of 250, cut at line feeds.

    The windows lie at equal distances over what follows the first 1,000 characters, the last at the end.

    Args:
        offsets: first byte of each of n texts, and the end of the last.
        data: UTF-8.
    """
    from classifiers.paragraph_kernels import lines_within
    from filters.code_points import lengths, to_bytes

    sizes = lengths(offsets, data)
    long = np.flatnonzero(sizes > WHOLE)
    firsts = PREFIX + (sizes[long] - PREFIX - WINDOW)[:, None] * np.arange(WINDOWS) // (WINDOWS - 1)
    windows = np.stack([firsts, firsts + WINDOW], axis=2).reshape(len(long), 2 * WINDOWS)
    places = np.concatenate([np.zeros((len(long), 1), np.int64), np.full((len(long), 1), PREFIX), windows], axis=1)
    rows = np.zeros(len(sizes) + 1, np.int64)
    rows[long + 1] = 2 * (WINDOWS + 1)
    bounds = to_bytes(offsets, data, np.cumsum(rows), places.ravel())
    rows[1:] = np.where(sizes > WHOLE, WINDOWS + 1, 1)
    rows = np.cumsum(rows)
    starts, ends = np.repeat(offsets[:-1], np.diff(rows)), np.repeat(offsets[1:], np.diff(rows))
    cut = np.repeat(sizes > WHOLE, np.diff(rows))
    starts[cut], ends[cut] = bounds[::2], bounds[1::2]
    return Cut(data, *lines_within(data, rows, starts, ends))
