"""The largest components of duplicates: what became of their documents, and the texts of a few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.documents import split_earlier, split_key
from filters.reasons import DUPLICATES
from reports.examples import Place, excerpts
from reports.finished_run import FinishedRun

__all__ = ["largest_components"]

MEMBERS = 3
FATES = ("kept", "tagged", "duplicate", "other")
"""Kept; kept though a duplicate; removed as a duplicate; removed by another rule."""

Row = dict[str, Any]
_Shown = tuple[Place, str, Row | None]  # where, its fate, and why where it is a duplicate
Bools = npt.NDArray[np.bool_]


@dataclass(slots=True)
class _Component:
    """Documents by fate, and the first few of each: place, and the reason where it is a duplicate."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    first: dict[str, list[tuple[Place, Row | None]]] = field(default_factory=lambda: {fate: [] for fate in FATES})


def largest_components(run: FinishedRun, sizes: Mapping[str, int]) -> list[Row]:
    """What became of every document of some components, and the texts of a survivor and of what went for it.

    Args:
        run: a finished run.
        sizes: of the components, by name, in the order in which they are to stand.

    Returns:
        component, size, documents by fate, and ``members``: excerpts with their fate, and for duplicates kind,
        similarity and survivor, else None.
    """
    found = {component: _Component() for component in sizes}
    if sizes:
        for ordinal, shard in enumerate(run.shards):
            if run.has("groups", shard):
                _add_shard(run, ordinal, found)
    shown = {component: _shown(run, each) for component, each in found.items()}
    texts = excerpts(run, {place for members in shown.values() for place, _, _ in members})
    return [
        {
            "component": component,
            "size": sizes[component],
            **each.counts,
            "members": [
                {**texts[place], "fate": fate, **_duplicate(reason)} for place, fate, reason in shown[component]
            ],
        }
        for component, each in found.items()
    ]


def _add_shard(run: FinishedRun, ordinal: int, found: Mapping[str, _Component]) -> None:
    names = list(found)
    members: list[pa.Table] = []
    for table in run.tables("groups", run.shards[ordinal], ["row", "component"]):
        members.append(table.filter(pc.is_in(table["component"], value_set=pa.array(names))))
    if not members or not (wanted := pa.concat_tables(members)).num_rows:
        return
    components = pc.index_in(wanted["component"], value_set=pa.array(names)).to_numpy()
    rows = wanted["row"].combine_chunks()
    for table in run.tables("decisions", run.shards[ordinal], ["row", "action", "reasons"]):
        table = table.filter(pc.is_in(table["row"], value_set=rows)).combine_chunks()
        of = components[pc.index_in(table["row"], value_set=rows).to_numpy()]
        for place, name in enumerate(names):
            _add(found[name], ordinal, table.filter(pa.array(of == place)))


def _add(component: _Component, ordinal: int, table: pa.Table) -> None:
    """Count documents of one component by fate, and remember the first."""
    kept = pc.equal(table["action"], "keep").to_numpy()
    lost = _lost(table)
    for fate, chosen in zip(FATES, (kept & ~lost, kept & lost, ~kept & lost, ~kept & ~lost), strict=True):
        component.counts[fate] += int(chosen.sum())
        room = MEMBERS - len(component.first[fate])
        for row, reasons in zip(
            *(table.filter(pa.array(chosen)).slice(0, room)[name].to_pylist() for name in ("row", "reasons")),
            strict=True,
        ):
            reason = next((reason for reason in reasons if reason["rule"] == DUPLICATES), None)
            component.first[fate].append(((ordinal, row), reason))


def _lost(table: pa.Table) -> Bools:
    """Which documents lost an election."""
    lost = np.zeros(table.num_rows, bool)
    for chunk, start in _chunks(table["reasons"]):
        parents = pc.list_parent_indices(chunk).to_numpy()
        elected = pc.equal(chunk.flatten().field("rule"), DUPLICATES)
        lost[start + parents[elected.to_numpy(zero_copy_only=False)]] = True
    return lost


def _chunks(column: pa.ChunkedArray) -> Iterable[tuple[pa.Array, int]]:
    start = 0
    for chunk in column.chunks:
        yield chunk, start
        start += len(chunk)


def _shown(run: FinishedRun, component: _Component) -> list[_Shown]:
    """A survivor first, then what went for it; filled up with whatever there is."""
    lost = [(place, fate, reason) for fate in ("duplicate", "tagged") for place, reason in component.first[fate]]
    kept = [place for place, _ in component.first["kept"]]
    survivor = _place(run, lost[0][2]) if lost else None
    first = survivor if survivor is not None else kept[0] if kept else None
    shown: list[_Shown] = [] if first is None else [(first, "kept", None)]
    shown += lost[: MEMBERS - len(shown)]
    others: list[_Shown] = [(place, "kept", None) for place in kept if place != first]
    others += [(place, "other", None) for place, _ in component.first["other"]]
    return [*shown, *others[: MEMBERS - len(shown)]]


def _place(run: FinishedRun, reason: Row | None) -> Place | None:
    """Where the survivor stands; None where that is an earlier output."""
    if reason is None:
        return None
    earlier, key = split_earlier(reason["survivor"])
    shard, row = split_key(key)
    return None if earlier is not None or shard not in run.ordinals else (run.ordinals[shard], row)


def _duplicate(reason: Row | None) -> Row:
    return {name: None if reason is None else reason[name] for name in ("kind", "similarity", "survivor")}
