"""Counting over the corpus: pieces of texts, known by 64-bit hashes, and what counting them gives back.

A cleaner or annotator that must know what else stands in the corpus names the pieces of its texts; they are counted
between two passes over the corpus, and the second pass gets those that stand in enough different texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.text_hash import text_digests

__all__ = ["PIECES", "Counted", "Counts", "as_lists", "own_texts"]

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

PIECES = pa.list_(pa.uint64())
"""The hashes of each document's pieces, ascending, each once."""


@dataclass(frozen=True)
class Counts:
    """The pieces that stand in enough different texts of the corpus, as far as a shard has them.

    Documents of the same text (`filters.text_hash.normalize_text`) count once: a copy makes nothing common.

    Attributes:
        hashes: of the pieces, ascending.
        texts: for each, the text of the first document that has it, the smallest key, as `own_texts` names texts.
        homes: for each, the place in `shards` of that document's shard.
        rows: for each, the row of that document.
        shards: names.
    """

    hashes: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    texts: Hashes = field(default_factory=lambda: np.empty(0, np.uint64))
    homes: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    rows: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    shards: tuple[str, ...] = ()

    def find(self, hashes: Hashes) -> Ints:
        """The place of each hash among these, -1 where it is not among them."""
        if not len(self.hashes):
            return np.full(len(hashes), -1)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[places] == hashes, places, -1)


@runtime_checkable
class Counted(Protocol):
    """A cleaner or annotator that needs counts over the corpus; without them it sees a corpus of nothing.

    Attributes:
        rounds: how many times pieces are counted, each time by what the counts before have shown.
        documents: in how many different texts a piece must stand to be told.
    """

    rounds: int
    documents: int

    def pieces(self, batch: Batch, cuts: Cuts) -> pa.ListArray:
        """What is counted next, of type `PIECES`."""
        ...

    def counted(self, counts: Sequence[Counts]) -> Self:
        """The same, knowing the counts of its first rounds."""
        ...


def own_texts(texts: pa.StringArray) -> Hashes:
    """What documents of the same text have in common: the first half of `filters.text_hash.text_digests`."""
    digests = text_digests(texts.fill_null("") if texts.null_count else texts)
    return np.frombuffer(b"".join(digests.to_pylist()), "<u8").reshape(-1, 2)[:, 0]


def as_lists(rows: Ints, hashes: Hashes, count: int) -> pa.ListArray:
    """Hashes by the row that each is of, in any order, as `PIECES` of so many rows."""
    order = np.lexsort((hashes, rows))
    rows, hashes = rows[order], hashes[order]
    again = (rows[1:] == rows[:-1]) & (hashes[1:] == hashes[:-1])
    first = np.concatenate([[True], ~again])[: len(rows)]
    rows, hashes = rows[first], hashes[first]
    bounds = np.searchsorted(rows, np.arange(count + 1))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), pa.array(hashes, pa.uint64()), type=PIECES)
