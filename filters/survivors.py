"""Electing survivors: in each component the first in a total order stays, and what resembles it goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.compiled import kernel
from filters.minhash import Values
from filters.near import SIGNATURE, Near, unpacked
from filters.near_kernels import likeness

__all__ = ["HASHES", "KINDS", "LOSERS", "contenders_schema", "elect"]

Ints = npt.NDArray[np.int64]

HASHES = {"text": "text_hash", "url": "url_hash"}
"""The column in which two duplicates of a kind are equal, strongest kind first."""

KINDS = (*HASHES, "near")
"""All kinds of duplicates, strongest first."""

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


def contenders_schema(order: Sequence[tuple[str, bool]], near: Near | None = None) -> pa.Schema:
    """The columns of documents that stand for election: all of a component that pass every other rule."""
    return pa.schema(
        [
            pa.field("component", pa.string(), nullable=False),
            pa.field("shard", pa.int64(), nullable=False),  # ordinal, in the order of names
            pa.field("row", pa.int64(), nullable=False),
            *[pa.field(name, pa.binary(16)) for name in HASHES.values()],
            *[pa.field(f"order_{place}", pa.float64()) for place in range(len(order))],
            *([pa.field(SIGNATURE, near.type)] if near is not None else []),
        ]
    )


def elect(
    contenders: pa.Table, kinds: Sequence[str], order: Sequence[tuple[str, bool]], near: Near | None = None
) -> pa.Table:
    """Hold the elections of whole components.

    The first contender in the order survives, the contenders that are duplicates *of it* lose, the
    next of the rest survives, and so on: a document never goes for resembling one that is not kept.
    One that resembles several survivors goes by the strongest kind, and among near ones for the first in the order.

    Args:
        contenders: in the columns of `contenders_schema`.
        kinds: the kinds of duplicates that count.
        order: (column, descending); nulls stand last (Arrow's default); (shard, row) settles what is left.
        near: what the kind ``near`` means; None where it does not count.

    Returns:
        The losers, in the columns of `LOSERS`.
    """
    keys = [(f"order_{p}", "descending" if down else "ascending") for p, (_, down) in enumerate(order)]
    keys = [("component", "ascending"), *keys, ("shard", "ascending"), ("row", "ascending")]
    ranked = contenders.take(pc.sort_indices(contenders, sort_keys=keys)).combine_chunks()
    exact = [kind for kind in HASHES if kind in kinds]
    codes = np.stack([_codes(ranked.column(HASHES[kind])) for kind in exact] or [_unmatched(ranked.num_rows)])
    components = _codes(ranked.column("component"))
    code_count = int(codes.max(initial=-1)) + 1
    survivors, which, similarity = _elect(codes, code_count, components, *_signatures(ranked, near))
    lost = pa.array(np.flatnonzero(survivors >= 0))
    won = pa.array(survivors[survivors >= 0])
    losers = pa.table(
        [
            ranked.column("shard").take(lost),
            ranked.column("row").take(lost),
            ranked.column("shard").take(won),
            ranked.column("row").take(won),
            pa.array([*exact, "near"], pa.string()).take(pa.array(np.minimum(which, len(exact))[survivors >= 0])),
            pa.array(similarity[survivors >= 0]),
        ],
        schema=LOSERS,
    )
    return losers.sort_by([("shard", "ascending"), ("row", "ascending")])


def _unmatched(count: int) -> Ints:
    return np.full(count, -1, np.int64)


def _codes(values: pa.ChunkedArray) -> Ints:
    """A small number for each distinct value, -1 for null."""
    encoded = values.combine_chunks().dictionary_encode()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def _signatures(ranked: pa.Table, near: Near | None) -> tuple[Ints, Values, int, int]:
    """The number of each contender's signature, the distinct signatures, and what `likeness` asks for."""
    if near is None:
        return _unmatched(ranked.num_rows), np.empty((0, 1), np.uint32), 0, 0
    encoded = ranked.column(SIGNATURE).combine_chunks().dictionary_encode()
    codes = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    return codes, unpacked(encoded.dictionary), near.least_equal, near.rows if near.verify == "off" else 0


@kernel
def _elect(
    codes: Ints, code_count: int, components: Ints, signed: Ints, signatures: Values, least: int, rows: int
) -> Any:
    """The survivor of each contender, -1 for a survivor; by which kind it lost, the last is near; how similar they are.

    Equal hashes lie in one component, so one pass over the ranked contenders serves all components.
    Among contenders of one signature only the first is compared with the survivors.
    """
    kind_count, count = codes.shape
    holder = np.full((kind_count, code_count), -1, np.int64)
    winner = np.full(len(signatures), -1, np.int64)  # by signature: who survived with it, or beat it
    kept = np.empty(count, np.int64)  # survivors of the component that are signed
    survivors = np.full(count, -1, np.int64)
    which = np.zeros(count, np.int64)
    similarity = np.ones(count)
    kept_count = 0
    for place in range(count):
        if place > 0 and components[place] != components[place - 1]:
            kept_count = 0
        for kind in range(kind_count):
            code = codes[kind, place]
            if survivors[place] < 0 and code >= 0 and holder[kind, code] >= 0:
                survivors[place] = holder[kind, code]
                which[place] = kind
        mine = signed[place]
        if survivors[place] < 0 and mine >= 0:
            if winner[mine] >= 0 and components[winner[mine]] == components[place]:
                survivors[place] = winner[mine]
            else:
                for k in range(kept_count):
                    if likeness(signatures[mine], signatures[signed[kept[k]]], least, rows) >= 0:
                        survivors[place] = kept[k]
                        break
            if survivors[place] >= 0:
                which[place] = kind_count
                shared = (signatures[mine] == signatures[signed[survivors[place]]]).sum()
                similarity[place] = shared / signatures.shape[1]
            winner[mine] = survivors[place] if survivors[place] >= 0 else place
        if survivors[place] < 0:
            for kind in range(kind_count):
                if codes[kind, place] >= 0:
                    holder[kind, codes[kind, place]] = place
            if mine >= 0:
                kept[kept_count] = place
                kept_count += 1
    return survivors, which, similarity
