"""Components of duplicates: how many of which size, the largest with their texts, and how similar near ones are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from reports.finished_run import FinishedRun
from reports.largest_components import largest_components
from reports.similarities import similarities
from storage.files import list_files
from storage.parquet_output import read_table

__all__ = ["component_report", "size_classes"]

LARGEST = 5
MOST_SIZES = 12
ALONE = 4  # sizes up to this one are never joined

Row = dict[str, Any]


def component_report(run: FinishedRun) -> Row:
    """Components by size, and the largest of them with their first members.

    Returns:
        ``sizes``: size, components and documents, ascending; ``classes``: the same by `size_classes`; ``largest``: of
        `largest_components`; ``near``: of `similarities`, None where near duplicates are not sought; ``earlier``: how
        many documents of earlier outputs are in components with some of this run, by name of the output.
    """
    duplicates = run.run["configuration"].get("duplicates")
    if duplicates is None:  # groups of an earlier policy may stand there
        return {"documents": 0, "components": 0, "sizes": [], "classes": [], "largest": [], "near": None,
                "earlier": {}}  # fmt: skip
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
    by_size = [
        {"size": size, "components": components[size], "documents": rows} for size, rows in sorted(rows_by_size.items())
    ]
    return {
        "documents": sum(rows_by_size.values()),
        "components": sum(components.values()),
        "sizes": by_size,
        "classes": size_classes(by_size),
        "earlier": {name: sum(sizes.values()) for name, sizes in earlier.items()},
        "largest": largest_components(run, largest),
        "near": similarities(run, duplicates["near"]) if duplicates.get("near") is not None else None,
    }


def size_classes(sizes: Sequence[Row]) -> list[Row]:
    """Sizes one by one where they are few, else 2, 3, 4, 5 to 8, 9 to 16 and so on: ``first``, ``last``, sums."""
    classes: dict[tuple[int, int], Row] = {}
    for row in sizes:
        size, bits = row["size"], (row["size"] - 1).bit_length()
        alone = size <= ALONE or len(sizes) <= MOST_SIZES
        first, last = (size, size) if alone else ((1 << bits - 1) + 1, 1 << bits)
        found = classes.setdefault((first, last), {"first": first, "last": last, "components": 0, "documents": 0})
        found["components"] += row["components"]
        found["documents"] += row["documents"]
    return list(classes.values())


def _earlier_sizes(run: FinishedRun, name: str) -> Counter[int]:
    """Documents of an earlier output by the size of their component, of those that gained one of this run."""
    found: Counter[int] = Counter()
    for path in list_files(f"{run.measured}/earlier/{name}", ".parquet"):
        sizes, counts = np.unique(read_table(path, ["component_size"])["component_size"].to_numpy(), return_counts=True)
        found.update(dict(zip(sizes.tolist(), counts.tolist(), strict=True)))
    return found


def _groups(run: FinishedRun, columns: list[str]) -> Iterator[pa.Table]:
    for shard in run.shards:
        if run.has("groups", shard):
            yield from run.tables("groups", shard, columns)
