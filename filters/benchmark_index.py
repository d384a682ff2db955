"""The n-grams of benchmarks, and where they stand in texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.cuts import Ints, text_buffers
from filters.shingles import normal_characters

__all__ = ["FEWEST", "BenchmarkIndex", "Item"]

FEWEST = 8
"""Fewer words in a row are common phrases, and are not looked for."""

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a benchmark: its name, and its passages (question, answer), each looked for apart."""

    name: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grams:
    """The n-grams of one length: sorted hashes, the items that each is of, and a bit map of the hashes."""

    n: int
    keys: Hashes
    bounds: Ints
    owners: Ints
    seen: npt.NDArray[np.uint8]


class BenchmarkIndex:
    """The n-grams of all items: 16 bytes each, 8 for every item that has it, and 2 to 4 of a bit map.

    Attributes:
        sizes: how many different n-grams each item has; 0 for one of fewer words than `FEWEST`.
    """

    def __init__(self, items: Sequence[Item], n: int) -> None:
        from filters.contamination_kernels import gram_hashes
        from filters.shingle_kernels import item_hashes

        self.sizes = np.zeros(len(items), np.int64)
        found: dict[int, list[tuple[Hashes, int]]] = {}
        for place, item in enumerate(items):
            rows, words = item_hashes(*text_buffers(pa.array(item.passages, pa.string())), normal_characters(), False)
            grams: dict[int, list[Hashes]] = {}
            for first, last in pairwise(rows.tolist()):
                length = min(n, last - first)
                if length >= FEWEST:
                    grams.setdefault(length, []).append(gram_hashes(words[first:last], length))
            for length, parts in grams.items():
                unique = np.unique(np.concatenate(parts))
                self.sizes[place] += len(unique)
                found.setdefault(length, []).append((unique, place))
        self._grams = [_grams(length, parts) for length, parts in sorted(found.items())]

    def hits(self, rows: Ints, words: Hashes) -> Ints:
        """(text, first word, one past the last word, item, gram) of every n-gram found, once for each of its items."""
        return np.concatenate([np.empty((0, 5), np.int64), *(_hits(grams, rows, words) for grams in self._grams)])


def _grams(n: int, parts: Sequence[tuple[Hashes, int]]) -> _Grams:
    hashes = np.concatenate([of_item for of_item, _ in parts])
    owners = np.concatenate([np.full(len(of_item), place) for of_item, place in parts])
    order = np.lexsort((owners, hashes))
    keys, firsts = np.unique(hashes[order], return_index=True)
    bits = 1 << max(6, int(16 * len(keys) - 1).bit_length())
    seen = np.zeros(bits // 8, np.uint8)
    places = (keys & np.uint64(bits - 1)).astype(np.int64)
    np.bitwise_or.at(seen, places >> 3, (1 << (places & 7)).astype(np.uint8))
    return _Grams(n, keys, np.append(firsts, len(hashes)).astype(np.int64), owners[order].astype(np.int64), seen)


def _hits(grams: _Grams, rows: Ints, words: Hashes) -> Ints:
    """(text, first word, one past the last word, item, gram) of every n-gram found, once an item that it is of."""
    from filters.contamination_kernels import find_grams

    found = np.empty((1024, 3), np.int64)
    count = find_grams(rows, words, grams.n, grams.keys, grams.seen, found)
    if count > len(found):
        found = np.empty((count, 3), np.int64)
        find_grams(rows, words, grams.n, grams.keys, grams.seen, found)
    found = found[:count]
    repeats = grams.bounds[found[:, 2] + 1] - grams.bounds[found[:, 2]]
    spread = np.repeat(found, repeats, axis=0)
    within = np.arange(len(spread)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    owners = grams.owners[grams.bounds[spread[:, 2]] + within]
    # a gram of another length has another number
    return np.column_stack([spread[:, 0], spread[:, 1], spread[:, 1] + grams.n, owners, spread[:, 2] * 64 + grams.n])
