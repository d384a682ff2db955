"""Winnowing (Schleimer, Wilkerson, Aiken 2003, section 3): few hashes of a text by which shared passages are found.

Of every w hashes of k words in a row the least is kept. Two texts that share k + w - 1 words in a row have a window of
w equal hashes there, and so keep an equal one; about 2 / (w + 1) of the hashes are kept (section 3.2).
"""

import numpy as np
import numpy.typing as npt

from filters.compiled import ZERO, kernel
from filters.cuts import Ints
from filters.shingle_kernels import HIGH, MIX, STEP, Items

__all__ = ["grams", "winnow"]

Hashes = npt.NDArray[np.uint64]


@kernel
def grams(rows: Ints, items: Items, n: int) -> tuple[Ints, Hashes]:
    """First n-gram of each text, and a 64-bit hash of each n items in a row; none where there are fewer."""
    bounds, hashes, count = np.zeros(len(rows), np.int64), np.empty(len(items), np.uint64), 0
    furthest = np.uint64(1)
    for _ in range(n):
        furthest *= STEP
    for row in range(len(rows) - 1):
        window = np.uint64(0)
        for j in range(rows[row], rows[row + 1]):
            window = window * STEP + items[j]
            if j >= rows[row] + n:
                window -= items[j - n] * furthest
            if j >= rows[row] + n - 1:
                mixed = (window ^ (window >> HIGH)) * MIX
                hashes[count] = mixed ^ (mixed >> HIGH)
                count += 1
        bounds[row + 1] = count
    return bounds, hashes[:count]


@kernel
def winnow(bounds: Ints, hashes: Hashes, w: int) -> tuple[Ints, Hashes, Ints]:
    """First window of each text, the hashes that are kept of all, and for each window the place of its own among these.

    Of equal hashes the one that was kept last stays as long as it is in the window, else the last is taken.
    """
    first_windows, kept = np.zeros(len(bounds), np.int64), np.empty(len(hashes), np.uint64)
    chosen, count, windows = np.empty(len(hashes), np.int64), 0, 0
    for row in range(len(bounds) - 1):
        least = ZERO - 1
        for last in range(bounds[row] + w - 1, bounds[row + 1]):
            first = last - w + 1
            if least < first:
                least = first
                for j in range(first + 1, last + 1):
                    if hashes[j] <= hashes[least]:
                        least = j
                kept[count] = hashes[least]
                count += 1
            elif hashes[last] < hashes[least]:
                least = last
                kept[count] = hashes[least]
                count += 1
            chosen[windows] = count - 1
            windows += 1
        first_windows[row + 1] = windows
    return first_windows, kept[:count], chosen[:windows]
