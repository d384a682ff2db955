"""Splits: training, validation and test, by a hash of what must stay together."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

__all__ = ["BRIDGES", "LEAKS", "REASONS", "Placed", "Splits"]

LEAKS = "leaks_between_splits"
"""Why a document goes that resembles one in a more protected split."""

BRIDGES = "bridges_splits"
"""Why one goes that resembles documents which stand in several splits already."""

REASONS = (LEAKS, BRIDGES)
"""Both."""


@dataclass(frozen=True, slots=True)
class Splits:
    """How a corpus is divided.

    Attributes:
        shares: (name, share) pairs whose shares sum to 1. The later a split is named, the more it is protected:
            of documents that resemble each other in several splits, those in the last of these stay.
        by: what stays together: ``component``, all that resemble one another; ``host``, all of one host.
        seed: another seed, other splits.
    """

    shares: tuple[tuple[str, float], ...]
    by: Literal["component", "host"] = "component"
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The splits, the least protected first."""
        return tuple(name for name, _ in self.shares)

    def of(self, names: pa.StringArray) -> pa.StringArray:
        """The split of everything that has a name: a component, a host, or the key of a document without either.

        A split takes the names whose hash lies in its part of [0, 1), in the order of the shares. The hash is xxh3-64
        of the name's UTF-8, its upper 53 bits taken as a fraction: it depends on nothing else that is read.
        """
        encoded = names.dictionary_encode()
        seed = self.seed % (1 << 64)
        hashes = [xxhash.xxh3_64_intdigest(name.encode(), seed=seed) for name in encoded.dictionary.to_pylist()]
        fractions = (np.array(hashes, np.uint64) >> np.uint64(11)) * 2.0**-53
        ends = list(accumulate(share for _, share in self.shares))[:-1]  # the last one ends at 1, rounded or not
        places = np.searchsorted(ends, fractions, side="right")
        chosen = pa.array(self.names, pa.string()).take(pa.array(places))
        return chosen.take(encoded.indices)


@dataclass(frozen=True, slots=True)
class Placed:
    """The splits of a batch.

    Attributes:
        splits: of every document, where it is kept.
        leaving: places of the documents that no split can take, ascending.
        reasons: why, of each of these.
        between: the splits that it stands between, of each of these: ``train, test``.
        survivors: key of a document that is kept, in the last of them.
    """

    splits: pa.StringArray
    leaving: npt.NDArray[np.int64]
    reasons: pa.StringArray
    between: pa.StringArray
    survivors: pa.StringArray

    def of_kept(self, kept: npt.NDArray[np.bool_]) -> pa.StringArray:
        """The splits of kept documents, null for the others."""
        return pc.if_else(pa.array(kept), self.splits, pa.scalar(None, pa.string()))
