"""The sets of shingles of some documents, of which no more is in memory than somebody asks for."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from filters.errors import RunError
from filters.near import Near
from pipelines.documents import Documents, ordinals, rows_in_shards
from pipelines.measuring_stage import set_parameters
from storage.shingle_files import read_places, read_sets

__all__ = ["HELD_SHINGLES", "ShingleSets"]

Ints = npt.NDArray[np.int64]
Values = npt.NDArray[np.uint32]

HELD_SHINGLES = 1 << 24
"""What is compared at once, 64 MB; while it is read, what was in memory before stands there too."""


class ShingleSets:
    """Sets by number: the place of their document among those that were named.

    Attributes:
        sizes: shingles of each set.
        starts: where each set that is held begins in `hashes`; -1 for the others.
        hashes: the sets that are held.
    """

    def __init__(self, index: Callable[[int, str], str], near: Near, documents: Documents) -> None:
        """Find where the sets lie.

        Args:
            index: the path of a shard's file in index/, from the shard's number and the suffix.
            near: how the texts were cut.
            documents: in any order, none twice.

        Raises:
            OutputError: a file is missing, damaged, or was made with other parameters.
            RunError: a document has no set.
        """
        self._index, self._parameters = index, set_parameters(near)
        self._order = np.argsort(documents, kind="stable")
        self._rank = np.empty(len(documents), np.int64)
        self._rank[self._order] = np.arange(len(documents))
        self._homes = ordinals(documents)
        self._lies = np.empty(len(documents), np.int64)
        self.sizes = np.empty(len(documents), np.int64)
        self.starts = np.full(len(documents), -1, np.int64)
        self.hashes: Values = np.empty(0, np.uint32)
        for number, mine in self._by_shard(np.arange(len(documents))):
            path, rows = index(number, ".near.sets"), rows_in_shards(documents[mine])
            present, places = read_places(path, self._parameters, rows)
            if not present.all():
                raise RunError(
                    f"{path} has no set of row {rows[~present][0]}, which has a signature; measure that shard again: "
                    f"delete it, then repeat the run that made it"
                )
            self._lies[mine], self.sizes[mine] = places["start"], places["size"]

    def hold(self, wanted: Ints) -> None:
        """Have these sets in memory, and no others; those that are there already are not read again."""
        wanted = np.unique(wanted)
        starts = np.full(len(self.sizes), -1, np.int64)
        starts[wanted] = np.cumsum(self.sizes[wanted]) - self.sizes[wanted]
        hashes = np.empty(int(self.sizes[wanted].sum()), np.uint32)
        there = self.starts[wanted] >= 0
        kept = wanted[there]
        hashes[_ranges(starts[kept], self.sizes[kept])] = self.hashes[_ranges(self.starts[kept], self.sizes[kept])]
        for number, mine in self._by_shard(wanted[~there]):
            path, sizes = self._index(number, ".near.shingles"), self.sizes[mine]
            hashes[_ranges(starts[mine], sizes)] = read_sets(path, self._parameters, self._lies[mine], sizes)
        self.starts, self.hashes = starts, hashes

    def _by_shard(self, numbers: Ints) -> list[tuple[int, Ints]]:
        """Some sets by their shard, in each in the order of their rows."""
        ordered = self._order[np.sort(self._rank[numbers])]
        homes = self._homes[ordered]
        cuts = np.flatnonzero(np.diff(homes)) + 1
        return [(int(self._homes[part[0]]), part) for part in np.split(ordered, cuts) if len(part)]


def _ranges(starts: Ints, sizes: Ints) -> Ints:
    """Every place of some ranges, one range after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
