"""Near duplicates: how texts are signed, which signatures meet, and when two count as nearly the same text.

Texts are cut into shingles (`filters.shingles`) and signed (`filters.minhash`). A signature of bands * rows values is
cut into bands; two texts whose values agree throughout a band are candidates, which happens with probability
1 - (1 - J^rows)^bands for texts of Jaccard similarity J (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets,
section 3.4). A candidate counts where J reaches the similarity asked for: J as the share of equal values estimates it,
or J itself, of the sets of shingles.

A text of fewer shingles than `Near.fewest_shingles` is not signed: a few shingles say little of a text, and peers that
sign such texts put all of them into one cluster. It can only be the exact duplicate of another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.errors import ConfigurationError
from filters.minhash import Permutations, Values, signatures
from filters.shingle_sets import SETS, shingle_sets
from filters.shingles import Shingling

__all__ = ["NAMED", "SHINGLES", "SIGNATURE", "Near", "Verify", "bands_for", "packed", "unpacked"]

Bools = npt.NDArray[np.bool_]

SIGNATURE = "signature"
"""The column that a signature travels in."""

SHINGLES = "shingles"
"""The column that a set of shingles travels in, or in elections its digest."""

Verify = Literal["signature", "exact", "off"]

MOST_VALUES = 1024
CHOSEN_FROM = 128


@dataclass(frozen=True, slots=True)
class Near:
    """What makes two texts nearly the same.

    Attributes:
        shingling: how texts are cut.
        bands: of a signature; one in which two texts agree makes them candidates.
        rows: values of a band.
        similarity: the least that makes a duplicate.
        fewest_shingles: a text of fewer is not signed.
        verify: by the share of equal values in the ``signature``; by the ``exact`` Jaccard similarity of the sets of
            shingles, which are kept for that; or ``off``: every candidate is a duplicate, whatever the similarity.
        seed: of the permutations.

    Raises:
        ConfigurationError: a number makes no sense.
    """

    shingling: Shingling = field(default_factory=Shingling)
    bands: int = 14
    rows: int = 8
    similarity: float = 0.75
    fewest_shingles: int = 10
    verify: Verify = "signature"
    seed: int = 1

    def __post_init__(self) -> None:
        if self.bands < 1 or self.rows < 1 or self.bands * self.rows > MOST_VALUES:
            raise ConfigurationError(
                f"{self.bands} bands of {self.rows} rows: write both from 1 on, {MOST_VALUES} values together at most"
            )
        if not 0 < self.similarity <= 1:
            raise ConfigurationError(f"similarity {self.similarity}: write a share over 0 and up to 1, such as 0.75")
        if self.fewest_shingles < 1:
            raise ConfigurationError(f"fewest_shingles {self.fewest_shingles}: write 1 or more")

    @property
    def permutations(self) -> Permutations:
        """Those of a signature."""
        return Permutations(self.bands * self.rows, self.seed)

    @property
    def fingerprint(self) -> str:
        """Of all that signatures and their bands depend on; the similarity, by which they are judged, is not in it."""
        signed = f"{self.shingling.fingerprint}; {self.permutations.fingerprint}"
        return f"{signed}; {self.bands} bands of {self.rows} rows; from {self.fewest_shingles} shingles on"

    @property
    def index_fingerprint(self) -> str:
        """Of all that is kept of a text: its signature, and for exact verification its set of shingles."""
        return f"{self.fingerprint}; sets of shingles" if self.verify == "exact" else self.fingerprint

    @property
    def sets_fingerprint(self) -> str:
        """Of all that sets of shingles depend on."""
        return f"{self.shingling.fingerprint}; from {self.fewest_shingles} shingles on"

    @property
    def least_equal(self) -> int:
        """How many values of a signature agree at least in two duplicates."""
        return math.ceil(self.similarity * self.permutations.count - 1e-9)

    @property
    def type(self) -> pa.DataType:
        """Of a column of signatures: little-endian 32-bit values."""
        return pa.binary(4 * self.permutations.count)

    @property
    def fields(self) -> list[pa.Field]:
        """The columns of `columns`."""
        return [pa.field(SIGNATURE, self.type), *([pa.field(SHINGLES, SETS)] if self.verify == "exact" else [])]

    def covers(self, other: "Near") -> bool:
        """Whether components found so hold every pair that the other, of one index, calls duplicates."""
        return self.verify == "off" or (other.verify == self.verify and other.similarity >= self.similarity)

    def sign(self, texts: pa.StringArray) -> pa.FixedSizeBinaryArray:
        """The signature of each text, null where it has too few shingles."""
        return self.columns(texts)[SIGNATURE]

    def columns(self, texts: pa.StringArray) -> dict[str, pa.Array]:
        """All that is kept of each text, by column; null where it has too few shingles."""
        bounds, hashes = self.shingling.hashes(texts)
        signed = np.diff(bounds) >= self.fewest_shingles
        found = {SIGNATURE: packed(signatures(bounds, hashes, self.permutations), signed)}
        return found | {SHINGLES: shingle_sets(bounds, hashes, signed)} if self.verify == "exact" else found


def packed(values: Values, present: Bools) -> pa.FixedSizeBinaryArray:
    """Signatures, one a row of values, as a column; null where one is not present."""
    content = pa.py_buffer(np.ascontiguousarray(values, "<u4"))
    validity = pa.array(present).buffers()[1] if len(values) else None
    return pa.Array.from_buffers(pa.binary(4 * values.shape[1]), len(values), [validity, content])


def unpacked(column: pa.FixedSizeBinaryArray) -> Values:
    """The values of a column of signatures without nulls, one row each."""
    width = column.type.byte_width
    content = column.buffers()[1]
    if content is None:
        return np.empty((0, width // 4), np.uint32)
    whole = np.frombuffer(content, "<u4").reshape(-1, width // 4)
    return whole[column.offset : column.offset + len(column)]


@cache
def bands_for(similarity: float) -> tuple[int, int]:
    """Bands and rows as ``datasketch.MinHashLSH(threshold, num_perm=128)`` chooses them: either error costs the same.

    Raises:
        ConfigurationError: it finds none.
    """
    from datasketch import MinHashLSH  # takes a second, and only a configuration that leaves them out needs it

    try:
        chosen = MinHashLSH(threshold=similarity, num_perm=CHOSEN_FROM)
    except ValueError as error:
        raise ConfigurationError(f"no bands for similarity {similarity} ({error}); write bands and rows") from None
    return chosen.b, chosen.r


NAMED: Mapping[str, Near] = MappingProxyType(
    {
        # datatrove, examples/fineweb.py: 5-grams of words, 14 buckets of 8 hashes, meant for "at least 75% similar"
        "fineweb": Near(Shingling("words", 5), 14, 8, 0.75),
        # NeMo Curator, fuzzy deduplication: 24 characters, 20 bands of 13 hashes, about 0.8
        "nemo": Near(Shingling("characters", 24), 20, 13, 0.8),
        # RedPajama-Data, app/src: 13-grams of words, by similarity
        "redpajama_7": Near(Shingling("words", 13), 14, 9, 0.7),
        "redpajama_8": Near(Shingling("words", 13), 9, 13, 0.8),
        "redpajama_9": Near(Shingling("words", 13), 5, 25, 0.9),
        # SlimPajama, Cerebras modelzoo: 13 characters, datasketch's choice for 128 permutations and 0.8
        "slimpajama": Near(Shingling("characters", 13), 9, 13, 0.8),
    }
)
"""Shingles, bands and rows as the sources have them. Hashes and the normal form of texts are ours, and so is the check
by signature."""
