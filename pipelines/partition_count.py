"""Into how many parts the exchange falls: that follows from the input, and changes no byte of the result."""

from collections.abc import Iterable

from filters.policy import Policy
from filters.survivors import HASHES
from pipelines.sections import RunSection

__all__ = ["partition_count"]

HASHED_BYTES = 1 << 30
"""Bytes of input, times the hashes of a document, for each part: 64 MiB of input with 14 bands, 512 MiB with none.

Of documents of 1 kB in the files read, some 64,000 with 14 bands: 25 MB of records of 24 bytes.
"""

COUNTED = 16
"""Hashes of a document for which what is counted over the corpus stands: as many as 14 bands and two exact ones.

On pages of 10.9 kB a count took .14 to .26 bytes for each of the text (docs/lines_and_passages.md); 16 hashes take 384
bytes a document: as much at 1.5 to 2.7 kB.
"""

MOST_BY_FILES = 512
"""The local runner holds one element for each part, shard and kind."""

MOST_BY_BLOCKS = 4096
"""A distributed runner has room for more and smaller parts, of which several lie in one machine's memory."""


def partition_count(sizes: Iterable[int], policy: Policy, run: RunSection, *, counts: bool = False) -> int:
    """Parts of the exchange.

    Args:
        sizes: bytes of all shards whose documents meet.
        policy: says how many hashes a document has.
        run: each of its workers gets some parts.
        counts: pieces of texts are counted over the corpus too.
    """
    near = policy.duplicates.near if policy.duplicates is not None else None
    hashes = len(HASHES) + (0 if near is None else near.bands)
    hashes = max(hashes, COUNTED if counts else 0)
    most = MOST_BY_BLOCKS if run.crosses_in_blocks else MOST_BY_FILES
    return min(most, max(2 * run.workers, sum(sizes) * hashes // HASHED_BYTES))
