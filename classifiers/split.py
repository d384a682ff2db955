"""Labelled texts parted into those to train on, to calibrate with and to test with, near-copies on one side."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from classifiers.bootstrap import cluster_numbers
from classifiers.labelled import CLUSTER, GROUP, TEXT
from filters.minhash import Permutations, resemblance, signatures
from filters.shingles import Shingling
from filters.text_hash import text_digests

__all__ = ["NEAR", "Parts", "Shares", "relatives", "split"]

Numbers = npt.NDArray[np.int64]

NEAR = 0.6
"""The Jaccard similarity of three-word shingles from which two texts stay together; .7 is one word of 20."""

_SHINGLING = Shingling("words", 3)
_BANDS, _ROWS = 16, 4  # of a signature: texts of similarity .7 share a band with probability .99
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Shares:
    """Which shares of the texts are held out, to calibrate and to test."""

    validation: float = 0.1
    test: float = 0.1


class Parts(NamedTuple):
    """Rows of each part, ascending."""

    train: Numbers
    validation: Numbers
    test: Numbers


def split(table: pa.Table, shares: Shares, seed: int) -> Parts:
    """The rows of a table of labelled texts, parted by what belongs together.

    Rows of one cluster stay together, or, where there are none, of one group; and near-copies with all of theirs.
    What belongs together is taken in an order that follows from its texts and the seed, not from the order of rows,
    and goes to the test part, else to the validation part, if it fits into what is left of its share, else to
    training. A share is thus an upper bound.
    """
    kin = relatives(table)
    digests = [digest.as_py() for digest in text_digests(table[TEXT].cast(pa.string()).combine_chunks())]
    least: dict[int, bytes] = {}
    for row, number in enumerate(kin.tolist()):
        least[number] = min(least.get(number, digests[row]), digests[row])
    sizes = np.bincount(kin, minlength=1)
    room = {2: int(shares.test * len(kin)), 1: int(shares.validation * len(kin))}
    part = np.zeros(len(sizes), np.int64)
    for number in sorted(least, key=lambda number: xxhash.xxh3_128_digest(least[number], seed)):
        for where in room:
            if sizes[number] <= room[where]:
                room[where] -= int(sizes[number])
                part[number] = where
                break
    return Parts(*(np.flatnonzero(part[kin] == where) for where in (0, 1, 2)))


def relatives(table: pa.Table) -> Numbers:
    """For each row, the number of what belongs together: the same cluster or group, or near-copies, transitively."""
    column = next((name for name in (CLUSTER, GROUP) if name in table.column_names), None)
    named = table[column] if column is not None and not pa.types.is_list(table[column].type) else None
    roots = list(range(table.num_rows))

    def find(row: int) -> int:
        while roots[row] != row:
            roots[row] = roots[roots[row]]
            row = roots[row]
        return row

    clusters = cluster_numbers(named, table.num_rows)
    for first, others in [*_same(clusters), *_near_copies(table[TEXT])]:
        for other in others.tolist():
            one, two = sorted((find(first), find(other)))
            roots[two] = one
    return np.unique([find(row) for row in range(table.num_rows)], return_inverse=True)[1].astype(np.int64)


def _near_copies(texts: pa.ChunkedArray) -> list[tuple[int, Numbers]]:
    """Stars of rows that resemble each other: in each band, the first of a bucket and those that resemble it."""
    from filters.near_kernels import band_hashes

    permutations, parts = Permutations(_BANDS * _ROWS), []
    for start in range(0, len(texts), _BATCH):
        part = texts.slice(start, _BATCH).cast(pa.string()).combine_chunks()
        parts.append(signatures(*_SHINGLING.hashes(part), permutations))
    signed = np.concatenate(parts) if parts else np.empty((0, _BANDS * _ROWS), np.uint32)
    found = []
    for column in band_hashes(signed, _BANDS).T:
        for first, others in _same(column):
            found.append((first, others[resemblance(signed[first][None], signed[others]) >= NEAR]))
    return found


def _same(values: npt.NDArray[np.unsignedinteger] | Numbers) -> list[tuple[int, Numbers]]:
    """The first row of each value that occurs more than once, and the other rows that have it."""
    order = np.argsort(values, kind="stable")
    bounds = np.flatnonzero(np.r_[True, values[order][1:] != values[order][:-1], True])
    pairs = zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True) if len(values) else ()
    return [(int(order[start]), order[start + 1 : end]) for start, end in pairs if end - start > 1]
