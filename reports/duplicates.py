"""Components of duplicates: how many of which size, the largest with their texts, and how similar near ones are."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.documents import document_key
from reports.examples import excerpts
from reports.finished_run import FinishedRun
from storage.files import list_files
from storage.parquet_output import read_table

__all__ = ["component_report"]

LARGEST = 5
BIN_WIDTH = 0.025
MEMBERS = 3

Row = dict[str, Any]


def component_report(run: FinishedRun) -> Row:
    """Components by size, and the largest of them with their first members.

    Returns:
        ``sizes``: size, components and documents, ascending; ``largest``: component, size, members; ``near``: the
        distribution of similarities, None where near duplicates are not sought; ``earlier``: how many documents of
        earlier outputs are in components with some of this run, by name of the output.
    """
    duplicates = run.run["configuration"].get("duplicates")
    if duplicates is None:  # groups of an earlier policy may stand there
        return {"documents": 0, "components": 0, "sizes": [], "largest": [], "near": None, "earlier": {}}
    rows_by_size: Counter[int] = Counter()
    largest: dict[str, int] = {}
    for table in _groups(run, ["component", "component_size"]):
        sizes, counts = np.unique(table["component_size"].to_numpy(), return_counts=True)
        rows_by_size.update(dict(zip(sizes.tolist(), counts.tolist(), strict=True)))
        once = table.group_by(["component", "component_size"]).aggregate([])
        top = once.sort_by([("component_size", "descending"), ("component", "ascending")]).slice(0, LARGEST)
        largest.update(zip(top["component"].to_pylist(), top["component_size"].to_pylist(), strict=True))
        largest = dict(sorted(largest.items(), key=lambda item: (-item[1], item[0]))[:LARGEST])
    earlier = {name: _earlier_sizes(run, name) for name in duplicates.get("against") or {}}
    components = {size: (rows + sum(e[size] for e in earlier.values())) // size for size, rows in rows_by_size.items()}
    return {
        "documents": sum(rows_by_size.values()),
        "components": sum(components.values()),
        "sizes": [
            {"size": size, "components": components[size], "documents": rows}
            for size, rows in sorted(rows_by_size.items())
        ],
        "earlier": {name: sum(sizes.values()) for name, sizes in earlier.items()},
        "largest": _members(run, largest),
        "near": _similarities(run, duplicates["near"]) if duplicates.get("near") is not None else None,
    }


def _earlier_sizes(run: FinishedRun, name: str) -> Counter[int]:
    """Documents of an earlier output by the size of their component, of those that gained one of this run."""
    found: Counter[int] = Counter()
    for path in list_files(f"{run.measured}/earlier/{name}", ".parquet"):
        sizes, counts = np.unique(read_table(path, ["component_size"])["component_size"].to_numpy(), return_counts=True)
        found.update(dict(zip(sizes.tolist(), counts.tolist(), strict=True)))
    return found


def _similarities(run: FinishedRun, near: Row) -> Row:
    """How many near edges there are of which similarity, from the least that occurs up to 1.

    Returns:
        ``similarity``: the limit, None where nothing is verified; ``edges``; ``unverified``, those without a
        similarity; ``bins``: low, high and edges, the last with its high end.
    """
    count = round(1 / BIN_WIDTH)
    counts, edges, unverified = np.zeros(count, np.int64), 0, 0
    for table in _groups(run, ["edges"]):
        found = pc.list_flatten(table["edges"])
        found = found.filter(pc.equal(pc.struct_field(found, "kind"), "near"))
        values = pc.struct_field(found, "similarity").drop_null().to_numpy()
        edges, unverified = edges + len(found), unverified + len(found) - len(values)
        counts += np.bincount(np.minimum((values / BIN_WIDTH + 1e-6).astype(np.int64), count - 1), minlength=count)
    first = int(np.flatnonzero(counts)[0]) if counts.any() else count
    return {
        "similarity": near["similarity"] if near["verify"] != "off" else None,
        "edges": edges,
        "unverified": unverified,
        "bins": [
            {"low": round(place * BIN_WIDTH, 6), "high": round((place + 1) * BIN_WIDTH, 6), "edges": int(counts[place])}
            for place in range(first, count)
        ],
    }


def _groups(run: FinishedRun, columns: list[str]) -> Iterator[pa.Table]:
    for shard in run.shards:
        if run.has("groups", shard):
            yield from run.tables("groups", shard, columns)


def _members(run: FinishedRun, largest: dict[str, int]) -> list[Row]:
    """The first few members of each component, with text and fate."""
    wanted = pa.array(list(largest), pa.string())
    members: dict[str, list[tuple[int, int]]] = {component: [] for component in largest}
    for ordinal, shard in enumerate(run.shards):
        if not largest or not run.has("groups", shard):
            continue
        for table in run.tables("groups", shard, ["row", "component"]):
            found = table.filter(pc.is_in(table["component"], value_set=wanted))
            for component in largest:
                rows = found.filter(pc.equal(found["component"], component))["row"]
                room = MEMBERS - len(members[component])
                members[component] += [(ordinal, row) for row in rows.slice(0, room).to_pylist()]
    places = [place for found in members.values() for place in found]
    texts, fates = excerpts(run, places), _fates(run, places)
    return [
        {
            "component": component,
            "size": size,
            "members": [{**texts[place], "action": fates[document_key(run.shards[place[0]], place[1])]}
                        for place in members[component]],
        }
        for component, size in largest.items()
    ]  # fmt: skip


def _fates(run: FinishedRun, places: list[tuple[int, int]]) -> dict[str, str]:
    fates: dict[str, str] = {}
    for ordinal in sorted({ordinal for ordinal, _ in places}):
        shard = run.shards[ordinal]
        table = run.rows("decisions", shard, [row for o, row in places if o == ordinal], ["row", "action"])
        rows, actions = table["row"].to_pylist(), table["action"].to_pylist()
        fates.update({document_key(shard, row): action for row, action in zip(rows, actions, strict=True)})
    return fates
