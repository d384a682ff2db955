"""The pass behind `filters.survivors`: one over the ranked contenders of many electorates, in parts if need be."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cuts import Ints
from filters.minhash import Values
from filters.near_kernels import likeness
from filters.set_kernels import jaccard

__all__ = ["Alike", "Standing", "elect_some"]

Bools = npt.NDArray[np.bool_]


class Alike(NamedTuple):
    """What near duplicates are told by: signatures; or, with a share above 0, sets of shingles.

    Attributes:
        signatures: by number.
        least: how many values two signatures share at least.
        rows: of a band, where one in common is enough; else 0.
        starts: of each set, its place in `hashes`, where it is held.
        sizes: of each set.
        hashes: of the sets that are held.
        share: the least Jaccard similarity of two sets.
    """

    signatures: Values
    least: int
    rows: int
    starts: Ints
    sizes: Ints
    hashes: Values
    share: float

    @classmethod
    def none(cls) -> "Alike":
        """Nothing is near anything."""
        nowhere, nothing = np.empty(0, np.int64), np.empty(0, np.uint32)
        return cls(np.empty((0, 1), np.uint32), 0, 0, nowhere, nowhere, nothing, 0.0)


class Standing(NamedTuple):
    """How an election stands.

    Attributes:
        holder: by kind and hash, the survivor that has it.
        winner: by number of signature or set, who survived with it, or beat it.
        kept: the survivors of the open electorate that have one.
        kept_count: how many these are.
        survivors: of each contender who survived it, -1 for a survivor.
        which: by which kind it lost; the one after the last of `holder` is near.
        similarity: to its survivor.
    """

    holder: npt.NDArray[np.int64]
    winner: Ints
    kept: Ints
    kept_count: Ints
    survivors: Ints
    which: Ints
    similarity: npt.NDArray[np.float64]

    @classmethod
    def before(cls, codes: Ints, signed: Ints) -> "Standing":
        """Nobody has been judged yet.

        Args:
            codes: of kinds and contenders.
            signed: the number of each contender's signature or set, -1 for none.
        """
        kinds, count = codes.shape
        return cls(
            holder=np.full((kinds, int(codes.max(initial=-1)) + 1), -1, np.int64),
            winner=np.full(int(signed.max(initial=-1)) + 1, -1, np.int64),
            kept=np.zeros(count, np.int64),
            kept_count=np.zeros(1, np.int64),
            survivors=np.full(count, -1, np.int64),
            which=np.zeros(count, np.int64),
            similarity=np.ones(count),
        )


@inner
def _alike(alike: Alike, one: int, other: int, asked: bool) -> float:
    """The similarity of two numbers; -1 where it is asked for a least one and they do not reach it."""
    if alike.share > 0:
        starts, sizes, share = alike.starts, alike.sizes, alike.share if asked else 0.0
        return jaccard(alike.hashes, starts[one], sizes[one], starts[other], sizes[other], share)
    least, rows = (alike.least, alike.rows) if asked else (0, 0)
    width: int = alike.signatures.shape[1]
    return likeness(alike.signatures[one], alike.signatures[other], least, rows) / width


@kernel
def elect_some(
    codes: Ints,
    electorates: Ints,
    settled: Bools,
    signed: Ints,
    first: int,
    stop: int,
    alike: Alike,
    standing: Standing,
) -> None:
    """Judge the ranked contenders from `first` to `stop`, as the election stands, and write down how it does then.

    Those of an electorate, a component or its part within a scope, stand beside each other, the settled ones first:
    they survive whatever they resemble. A hash or signature that survivors of several electorates have is held by the
    last of these, and of one electorate by the first. Among contenders of one signature or set only the first is
    compared with the survivors.
    """
    kind_count = codes.shape[0]
    holder, winner, kept = standing.holder, standing.winner, standing.kept
    survivors, which, similarity = standing.survivors, standing.which, standing.similarity
    kept_count = standing.kept_count[0]
    for place in range(first, stop):
        if place > 0 and electorates[place] != electorates[place - 1]:
            kept_count = 0
        for kind in range(0 if settled[place] else kind_count):
            code = codes[kind, place]
            if survivors[place] < 0 and code >= 0:
                held = holder[kind, code]
                if held >= 0 and electorates[held] == electorates[place]:
                    survivors[place] = held
                    which[place] = kind
        mine = signed[place]
        known = mine >= 0 and winner[mine] >= 0 and electorates[winner[mine]] == electorates[place]
        if survivors[place] < 0 and mine >= 0:
            if known and not settled[place]:
                survivors[place] = winner[mine]
                similarity[place] = _alike(alike, mine, signed[winner[mine]], False)
            elif not settled[place]:
                for k in range(kept_count):
                    found = _alike(alike, mine, signed[kept[k]], True)
                    if found >= 0:
                        survivors[place], similarity[place] = kept[k], found
                        break
            which[place] = kind_count if survivors[place] >= 0 else 0
            if not known:
                winner[mine] = survivors[place] if survivors[place] >= 0 else place
        if survivors[place] < 0:
            for kind in range(kind_count):
                code = codes[kind, place]
                if code >= 0 and (holder[kind, code] < 0 or electorates[holder[kind, code]] != electorates[place]):
                    holder[kind, code] = place
            if mine >= 0 and not known:
                kept[kept_count] = place
                kept_count += 1
    standing.kept_count[0] = kept_count
