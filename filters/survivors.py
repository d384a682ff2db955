"""Electing survivors: in each component the first in a total order stays, and what resembles it goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.compiled import kernel

__all__ = ["HASHES", "LOSERS", "contenders_schema", "elect"]

Ints = npt.NDArray[np.int64]

HASHES = {"text": "text_hash", "url": "url_hash"}
"""The column in which two duplicates of a kind are equal, strongest kind first."""

LOSERS = pa.schema(
    [
        pa.field("shard", pa.int64(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("survivor_shard", pa.int64(), nullable=False),
        pa.field("survivor_row", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("similarity", pa.float64(), nullable=False),
    ]
)
"""One row for each document that lost, in the order of (shard, row)."""


def contenders_schema(order: Sequence[tuple[str, bool]]) -> pa.Schema:
    """The columns of documents that stand for election: all of a component that pass every other rule."""
    return pa.schema(
        [
            pa.field("component", pa.string(), nullable=False),
            pa.field("shard", pa.int64(), nullable=False),  # ordinal, in the order of names
            pa.field("row", pa.int64(), nullable=False),
            *[pa.field(name, pa.binary(16)) for name in HASHES.values()],
            *[pa.field(f"order_{place}", pa.float64()) for place in range(len(order))],
        ]
    )


def elect(contenders: pa.Table, kinds: Sequence[str], order: Sequence[tuple[str, bool]]) -> pa.Table:
    """Hold the elections of whole components.

    The first contender in the order survives, the contenders that are duplicates *of it* lose, the
    next of the rest survives, and so on: a document never goes for resembling one that is not kept.

    Args:
        contenders: in the columns of `contenders_schema`.
        kinds: the kinds of duplicates that count.
        order: (column, descending); nulls stand last (Arrow's default); (shard, row) settles what is left.

    Returns:
        The losers, in the columns of `LOSERS`.
    """
    keys = [(f"order_{p}", "descending" if down else "ascending") for p, (_, down) in enumerate(order)]
    keys = [("component", "ascending"), *keys, ("shard", "ascending"), ("row", "ascending")]
    ranked = contenders.take(pc.sort_indices(contenders, sort_keys=keys)).combine_chunks()
    chosen = [kind for kind in HASHES if kind in kinds]
    codes = np.stack([_codes(ranked.column(HASHES[kind])) for kind in chosen] or [_unmatched(ranked.num_rows)])
    survivors, which = _elect(codes, int(codes.max(initial=-1)) + 1)
    lost = pa.array(np.flatnonzero(survivors >= 0))
    won = pa.array(survivors[survivors >= 0])
    losers = pa.table(
        [
            ranked.column("shard").take(lost),
            ranked.column("row").take(lost),
            ranked.column("shard").take(won),
            ranked.column("row").take(won),
            pa.array(chosen, pa.string()).take(pa.array(which[survivors >= 0])),
            pa.array(np.ones(len(lost))),
        ],
        schema=LOSERS,
    )
    return losers.sort_by([("shard", "ascending"), ("row", "ascending")])


def _unmatched(count: int) -> Ints:
    return np.full(count, -1, np.int64)


def _codes(hashes: pa.ChunkedArray) -> Ints:
    """A small number for each distinct hash, -1 for null."""
    encoded = hashes.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


@kernel
def _elect(codes: Ints, code_count: int) -> Any:
    """The survivor of each contender, -1 for a survivor; and the kind by which it lost.

    Equal hashes lie in one component, so one pass over the ranked contenders serves all components.
    """
    kind_count, count = codes.shape
    holder = np.full((kind_count, code_count), -1, np.int64)
    survivors = np.full(count, -1, np.int64)
    which = np.zeros(count, np.int64)
    for place in range(count):
        for kind in range(kind_count):
            code = codes[kind, place]
            if survivors[place] < 0 and code >= 0 and holder[kind, code] >= 0:
                survivors[place] = holder[kind, code]
                which[place] = kind
        if survivors[place] < 0:
            for kind in range(kind_count):
                if codes[kind, place] >= 0:
                    holder[kind, codes[kind, place]] = place
    return survivors, which
