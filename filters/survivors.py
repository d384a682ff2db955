"""Electing survivors: in each component the first in a total order stays, and what resembles it goes."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.election_kernels import Alike, Standing, elect_some
from filters.minhash import Values
from filters.near import Near
from filters.shingle_sets import spans

__all__ = ["HASHES", "KINDS", "LOSERS", "NEAR_DIGEST", "Sets", "contenders_schema", "elect"]

Ints = npt.NDArray[np.int64]

MOST_SHINGLES = 1 << 24
"""What is compared at once, 64 MB."""

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


class Sets(Protocol):
    """Sets of shingles by number, those that are held beside one another."""

    @property
    def sizes(self) -> Ints:
        """Shingles of every set."""

    @property
    def starts(self) -> Ints:
        """Where each set that is held begins."""

    @property
    def hashes(self) -> Values:
        """The sets that are held."""

    def hold(self, wanted: Ints) -> None:
        """Hold these and no others."""


def contenders_schema(
    order: Sequence[tuple[str, bool]], *, near: bool = False, scope: Sequence[str] = (), divided: bool = False
) -> pa.Schema:
    """The columns of documents that stand for election: all of a component that pass every other rule.

    Args:
        order: by which survivors are chosen.
        near: near duplicates count.
        scope: columns in which duplicates agree.
        divided: the corpus has splits.
    """
    return pa.schema(
        [
            pa.field("component", pa.string(), nullable=False),
            pa.field("shard", pa.int64(), nullable=False),  # its number: the order of names, earlier outputs first
            pa.field("row", pa.int64(), nullable=False),
            pa.field("settled", pa.bool_(), nullable=False),  # an earlier output kept it: it stays, without an order
            *[pa.field(name, pa.binary(16)) for name in HASHES.values()],
            *[pa.field(f"order_{place}", pa.float64()) for place in range(len(order))],
            *[pa.field(f"scope_{place}", pa.string()) for place in range(len(scope))],
            *([pa.field("split", pa.string())] if divided else []),  # where it stands, null where components say
            *([NEAR_DIGEST] if near else []),
        ]
    )


NEAR_DIGEST = pa.field("near_digest", pa.binary(16))
"""Of a contender's signature or set of shingles (`filters.shingle_sets.set_digests`), null where it has none."""


def elect(
    contenders: pa.Table,
    kinds: Sequence[str],
    order: Sequence[tuple[str, bool]],
    near: Near | None = None,
    told_by: Callable[[Ints, Ints], Values | Sets] | None = None,
) -> pa.Table:
    """Hold the elections of whole components, in each among the contenders that agree in all columns of the scope.

    The first contender in the order survives, the contenders that are duplicates *of it* lose, the
    next of the rest survives, and so on: a document never goes for resembling one that is not kept.
    One that resembles several survivors goes by the strongest kind, and among near ones for one of the same signature
    or set, else for the first in the order.
    Settled contenders come before all others, by (shard, row), and survive though they resemble one another.

    Args:
        contenders: in the columns of `contenders_schema`, with or without a scope; null agrees with null.
        kinds: the kinds of duplicates that count.
        order: (column, descending); nulls stand last (Arrow's default); (shard, row) settles what is left.
        near: what the kind ``near`` means; None where it does not count.
        told_by: what near duplicates are told by, of documents by shard and row, none of which is named twice: their
            sets of shingles where `near` is verified by these, else their signatures, a row each.

    Returns:
        The losers, in the columns of `LOSERS`.
    """
    keys = [(f"order_{p}", "descending" if down else "ascending") for p, (_, down) in enumerate(order)]
    apart = ["component", *(name for name in contenders.column_names if name.startswith("scope_"))]
    first = [*((name, "ascending") for name in apart), ("settled", "descending")]
    keys = [*first, *keys, ("shard", "ascending"), ("row", "ascending")]
    ranked = contenders.take(pc.sort_indices(contenders, sort_keys=keys)).combine_chunks()
    exact = [kind for kind in HASHES if kind in kinds]
    codes = np.stack([_codes(ranked.column(HASHES[kind])) for kind in exact] or [_unmatched(ranked.num_rows)])
    standing = _hold_election(codes, _electorates(ranked, apart), ranked, near, told_by)
    survivors, which, similarity = standing.survivors, standing.which, standing.similarity
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


def _electorates(ranked: pa.Table, apart: Sequence[str]) -> Ints:
    """A number for each run of rows that agree in these columns."""
    values = np.stack([_codes(ranked.column(name)) for name in apart])
    return np.append(0, np.cumsum((values[:, 1:] != values[:, :-1]).any(axis=0)))[: ranked.num_rows]


def _hold_election(
    codes: Ints,
    electorates: Ints,
    ranked: pa.Table,
    near: Near | None,
    told_by: Callable[[Ints, Ints], Values | Sets] | None,
) -> Standing:
    """Who survived whom, by place among the ranked contenders."""
    count = ranked.num_rows
    settled = ranked.column("settled").to_numpy()
    signed = _codes(ranked.column(NEAR_DIGEST.name)) if near is not None else _unmatched(count)
    standing = Standing.before(codes, signed)
    present = np.flatnonzero(signed >= 0)
    if near is None or len(present) == 0:
        elect_some(codes, electorates, settled, signed, 0, count, Alike.none(), standing)
        return standing
    assert told_by is not None
    _, first = np.unique(signed[present], return_index=True)  # those of one digest are known by the first that has it
    told = told_by(*(ranked.column(name).to_numpy()[present[first]] for name in ("shard", "row")))
    if isinstance(told, np.ndarray):
        rows = near.rows if near.verify == "off" else 0
        alike = Alike.none()._replace(signatures=told, least=near.least_equal, rows=rows)
        elect_some(codes, electorates, settled, signed, 0, count, alike, standing)
        return standing
    sizes = np.append(told.sizes, 0)[signed]  # of a contender without one the last, which is 0
    for here, stop in pairwise(spans(sizes, MOST_SHINGLES)):
        met = np.concatenate([standing.kept[: standing.kept_count[0]], np.arange(here, stop)])
        told.hold(signed[met][signed[met] >= 0])
        alike = Alike.none()._replace(starts=told.starts, sizes=told.sizes, hashes=told.hashes, share=near.similarity)
        elect_some(codes, electorates, settled, signed, here, stop, alike, standing)
    return standing
