"""Documents of one component in several splits: which of them leave, and which go where others stand already."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.splits import BRIDGES, LEAKS, Splits

__all__ = ["PLACEMENTS", "elect_within_splits"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

PLACEMENTS = pa.schema(
    [
        pa.field("shard", pa.int64(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("split", pa.string()),  # where it goes; null where it leaves
        pa.field("reason", pa.string()),  # why it leaves; like the rest null where it does not
        pa.field("between", pa.string()),  # the splits that it stands between
        pa.field("survivor_shard", pa.int64()),
        pa.field("survivor_row", pa.int64()),
    ]
)
"""One row for each document that leaves, or that goes where an earlier output's stand, in the order of (shard, row)."""


def elect_within_splits(
    contenders: pa.Table, splits: Splits, elect: Callable[[pa.Table], pa.Table]
) -> tuple[pa.Table, pa.Table]:
    """Let each component stand in one split, then hold the elections among the documents that stay.

    Settled documents neither move nor leave. Where those of a component stand in one split, the others go there, or
    leave if their host is in another one; where they stand in several, all others leave. In a component without any,
    documents whose hosts are in several splits leave all but the split that is named last.

    Args:
        contenders: all documents of whole components that pass every other rule: component, shard, row, settled (an
            earlier output kept it) and split (the earlier output's, or the host's; else null).
        splits: how the corpus is divided.
        elect: the election among those that stay; gives `filters.survivors.LOSERS`.

    Returns:
        The losers; and the placements, in the columns of `PLACEMENTS`. Whoever leaves names as its survivor the first
        document of its component, by (shard, row), that is kept.
    """
    contenders = contenders.combine_chunks()
    standing = _Standing.of(contenders, splits)
    losers = elect(contenders.filter(pa.array(~standing.leaving)))
    first_kept = _first_kept(contenders, standing, losers)
    return losers, _placements(contenders, standing, first_kept, splits.names)


@dataclass(frozen=True)
class _Standing:
    """Where the contenders stand, before the elections.

    Attributes:
        component: a number of each contender's component.
        own: place of its own split among the splits, -1 for none.
        settled: of which splits an earlier output has documents, by component.
        last: place of the split that each component stands in, -1 for that of its name.
        bridges: contenders of a component that settled documents hold in several splits.
        leaks: contenders that are in another split than their component.
        inherits: contenders that go where settled documents stand.
    """

    component: Ints
    own: Ints
    settled: Bools
    last: Ints
    bridges: Bools
    leaks: Bools
    inherits: Bools

    @property
    def leaving(self) -> Bools:
        return self.bridges | self.leaks

    @classmethod
    def of(cls, contenders: pa.Table, splits: Splits) -> "_Standing":
        codes = contenders.column("component").combine_chunks().dictionary_encode().indices
        component = np.asarray(codes.to_numpy(zero_copy_only=False), np.int64)
        places = pc.index_in(contenders.column("split"), pa.array(splits.names, pa.string())).fill_null(-1)
        own = np.asarray(places.to_numpy(), np.int64)
        fixed = np.asarray(contenders.column("settled").to_numpy(), np.bool_)
        present, settled = (
            _present(component[rows], own[rows], int(component.max(initial=-1)) + 1, len(splits.names))
            for rows in (own >= 0, fixed)
        )
        counts = settled.sum(axis=1)
        allowed = np.where((counts > 0)[:, None], settled, present)
        last = np.where(allowed.any(axis=1), len(splits.names) - 1 - allowed[:, ::-1].argmax(axis=1), -1)
        bridges = ~fixed & (counts > 1)[component]
        leaks = ~fixed & ~bridges & (own >= 0) & (own != last[component])
        inherits = ~fixed & ~bridges & (own < 0) & (counts == 1)[component]
        return cls(component, own, settled, last, bridges, leaks, inherits)

    def between(self, place: int) -> Ints:
        """The splits that a contender which leaves stands between."""
        component = self.component[place]
        if self.bridges[place]:
            return np.flatnonzero(self.settled[component])
        return np.array([self.own[place], self.last[component]])


def _present(component: Ints, split: Ints, components: int, splits: int) -> Bools:
    """Which components have documents in which splits."""
    found = np.zeros((components, splits), np.bool_)
    found[component, split] = True
    return found


def _first_kept(contenders: pa.Table, standing: _Standing, losers: pa.Table) -> Ints:
    """By component the place of the first contender, by (shard, row), that neither leaves nor loses."""
    key, lost = (_keys(table) for table in (contenders, losers))
    order = np.argsort(key)
    kept = order[~(standing.leaving | np.isin(key, lost))[order]]
    components, first = np.unique(standing.component[kept], return_index=True)
    found = np.full(len(standing.settled), -1, np.int64)
    found[components] = kept[first]
    return found


def _keys(table: pa.Table) -> npt.NDArray[np.uint64]:
    """One number for each shard and row, in their order."""
    shard, row = (table.column(name).to_numpy().astype(np.uint64) for name in ("shard", "row"))
    return np.asarray(shard << np.uint64(32) | row, np.uint64)


def _placements(contenders: pa.Table, standing: _Standing, first_kept: Ints, names: tuple[str, ...]) -> pa.Table:
    told = np.flatnonzero(standing.inherits | standing.leaving)
    stays = ~standing.leaving[told]
    split = pa.array(standing.last[standing.component[told]], mask=~stays)
    survivors = pa.array(first_kept[standing.component[told]], mask=stays)
    between = [
        None if stay else ", ".join(names[k] for k in standing.between(place))
        for place, stay in zip(told.tolist(), stays.tolist(), strict=True)
    ]
    columns = [
        contenders.column("shard").take(pa.array(told)),
        contenders.column("row").take(pa.array(told)),
        pa.array(names, pa.string()).take(split),
        pa.array(np.where(standing.bridges[told], BRIDGES, LEAKS), pa.string(), mask=stays),
        pa.array(between, pa.string()),
        contenders.column("shard").take(survivors),
        contenders.column("row").take(survivors),
    ]
    return pa.table(columns, schema=PLACEMENTS).sort_by([("shard", "ascending"), ("row", "ascending")])
