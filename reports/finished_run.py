"""A finished run, opened for reading: its shards, its columns a window at a time, and any document by its id."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from filters.documents import document_key, split_earlier, split_key
from filters.errors import OutputError
from reports.ledger import Ledger
from storage.files import exists, open_input, read_json
from storage.layout import shard_path

__all__ = ["FinishedRun", "open_run"]

WINDOW_ROWS = 65_536
MEASURED = ("documents", "failed", "annotations", "groups")
CANDIDATES_SHOWN = 5


@dataclass(frozen=True)
class FinishedRun:
    """An output folder that a run has finished.

    Attributes:
        output: the folder or URL.
        run: what ``run.json`` holds.
        shards: names in order; a shard's ordinal is its position.
        identities: of the shards, in the same order: they change when a file changes.
    """

    output: str
    run: dict[str, Any]
    shards: tuple[str, ...]
    identities: tuple[str, ...]

    @property
    def measured(self) -> str:
        """The output that holds documents and annotations: another one after ``tamis decide --from``."""
        return cast(str, self.run.get("from") or self.output)

    @property
    def against(self) -> dict[str, str]:
        """Places of the earlier outputs that duplicates were sought among, by name."""
        duplicates = self.run["configuration"].get("duplicates") or {}
        return cast(dict[str, str], duplicates.get("against") or {})

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """The position of each shard."""
        return {shard: i for i, shard in enumerate(self.shards)}

    def ledgers(self) -> Iterator[Ledger]:
        """The ledgers of the shards, in order."""
        for shard in self.shards:
            yield cast(Ledger, read_json(shard_path(self.output, "ledger", shard, ".json")))

    def path(self, folder: str, shard: str) -> str:
        """Where a shard's Parquet file of a folder lies."""
        return shard_path(self._measured_still if folder in MEASURED else self.output, folder, shard)

    @cached_property
    def _measured_still(self) -> str:
        """What was measured, where that is what was decided over.

        Raises:
            OutputError: it was decided from a run that is gone, or was made again from other inputs or otherwise.
        """
        source = self.run.get("from")
        if source is None:
            return self.output
        if not all(exists(f"{source}/{name}") for name in ("run.json", "shards.json")):
            raise OutputError(f"{self.output} was decided from {source}, which is not a finished run; finish it")
        now = read_json(f"{source}/run.json")["fingerprints"]["measure"], _identities(source)
        if now != (self.run["fingerprints"]["measure"], dict(zip(self.shards, self.identities, strict=True))):
            raise OutputError(
                f"{self.output} was decided from {source}, which has been read or measured otherwise since; decide "
                f"again: `tamis decide CONFIG --from {source} --output {self.output} --overwrite`"
            )
        return cast(str, source)

    def has(self, folder: str, shard: str) -> bool:
        """Whether the shard has that file: groups and clean text are not written by every run."""
        return exists(self.path(folder, shard))

    def schema(self, folder: str, shard: str) -> pa.Schema:
        """The columns of a shard's file."""
        with open_input(self.path(folder, shard)) as source, pq.ParquetFile(source) as file:
            return file.schema_arrow

    def tables(
        self, folder: str, shard: str, columns: Sequence[str], window_rows: int = WINDOW_ROWS
    ) -> Iterator[pa.Table]:
        """Columns of a shard, in windows of equal length whatever the row groups, the last one shorter.

        Two folders that hold the same rows are so read side by side. Memory is bounded by the window and
        one row group.

        Raises:
            OutputError: the file is missing or is not Parquet.
        """
        held: list[pa.Table] = []
        count = 0
        for table in self._row_groups(folder, shard, columns, window_rows):
            held.append(table)
            count += table.num_rows
            if count >= window_rows:
                joined = pa.concat_tables(held)
                whole = count - count % window_rows
                for start in range(0, whole, window_rows):
                    yield joined.slice(start, window_rows)
                held, count = [joined.slice(whole)], count - whole
        if count:
            yield pa.concat_tables(held)

    def _row_groups(self, folder: str, shard: str, columns: Sequence[str], window_rows: int) -> Iterator[pa.Table]:
        """Runs of neighbouring row groups of about a window."""
        path = self.path(folder, shard)
        try:
            with open_input(path) as source, pq.ParquetFile(source) as file:
                run: list[int] = []
                rows = 0
                for group in range(file.num_row_groups):
                    run.append(group)
                    rows += file.metadata.row_group(group).num_rows
                    if rows >= window_rows or group == file.num_row_groups - 1:
                        yield file.read_row_groups(run, columns=list(columns))
                        run, rows = [], 0
        except (OSError, pa.ArrowInvalid) as error:
            raise OutputError(f"{path} cannot be read: {error}; run the same command again to restore it") from error

    def rows(self, folder: str, shard: str, rows: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Some documents of a shard, in the file's order; only the row groups that hold them are read.

        Raises:
            OutputError: the file lacks a column.
        """
        path = self.path(folder, shard)
        wanted = pa.array(sorted(set(rows)), pa.int64())
        wanted_columns = list(dict.fromkeys(("row", *columns)))
        found = []
        with open_input(path) as source, pq.ParquetFile(source) as file:
            if lacking := [name for name in wanted_columns if name not in file.schema_arrow.names]:
                raise OutputError(
                    f"{path} has no column {', '.join(lacking)}: another version of Tamis wrote it; "
                    "run the same command again with --overwrite"
                )
            position = file.schema_arrow.names.index("row")
            leaf = _leaf(file, "row", position)
            for group in range(file.num_row_groups):
                if _may_hold(file.metadata.row_group(group).column(leaf).statistics, rows):
                    table = file.read_row_group(group, columns=wanted_columns)
                    found.append(table.filter(pc.is_in(table["row"], value_set=wanted)))
            empty = file.schema_arrow.empty_table().select(wanted_columns)
        return pa.concat_tables([empty, *found])

    def find(self, name: str) -> tuple[str, int]:
        """The shard and row of a document, by its key ``shard:row`` or by the user's id.

        Raises:
            OutputError: there is none, or more than one document has this id.
        """
        shard, row = _as_key(name)
        if shard in self.ordinals:
            return self._check_key(shard, row)
        found = [(s, r) for s in self.shards for r in self._rows_with_id(s, name)]
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(document_key(*f) for f in found[:CANDIDATES_SHOWN])
            more = f" and {len(found) - CANDIDATES_SHOWN:,} more" if len(found) > CANDIDATES_SHOWN else ""
            raise OutputError(
                f"{len(found):,} documents have the id {name!r}; ask for one of them by key: {keys}{more}"
            )
        earlier, key = split_earlier(name)
        if earlier is not None and earlier in self.against:
            raise OutputError(
                f"{name} is a document of an earlier output; ask there: tamis explain {self.against[earlier]} {key}"
            )
        near = difflib.get_close_matches(shard, self.shards, 1, 0.6)
        hint = f"the nearest shard is {near[0]!r}" if near else f"its shards are {', '.join(self.shards[:3])}, ..."
        raise OutputError(
            f"{self.output} has no document {name!r}; give a document's id, or its key SHARD:ROW ({hint})"
        )

    def _rows_with_id(self, shard: str, name: str) -> list[int]:
        rows: list[int] = []
        for table in self.tables("decisions", shard, ["row", "id"]):
            rows += table.filter(pc.equal(table["id"], name))["row"].to_pylist()
        return rows

    def _check_key(self, shard: str, row: int) -> tuple[str, int]:
        if self.rows("decisions", shard, [row], ["row"]).num_rows:
            return shard, row
        if self.has("failed", shard):
            failed = self.rows("failed", shard, [row], ["error", "message"])
            if failed.num_rows:
                why = f"{failed['error'][0]}: {failed['message'][0]}"
                raise OutputError(f"Record {row:,} of {shard} became no document, because it failed ({why})")
        raise OutputError(f"Record {row:,} of {shard} became no document: the shard has none there, or it was skipped")


def open_run(output: str) -> FinishedRun:
    """Open an output folder.

    Raises:
        OutputError: it is not there, or no run has finished in it.
    """
    output = output.rstrip("/")
    for name in ("run.json", "shards.json"):
        if not exists(f"{output}/{name}"):
            raise OutputError(
                f"{output} is not a finished run: it has no {name}. Name the output folder of `tamis run`; "
                "if that run was interrupted, run the same command again to finish it"
            )
    shards = read_json(f"{output}/shards.json")["shards"]
    names, identities = (tuple(shard[key] for shard in shards) for key in ("name", "identity"))
    return FinishedRun(output, read_json(f"{output}/run.json"), names, identities)


def _identities(output: str) -> dict[str, str]:
    return {shard["name"]: shard["identity"] for shard in read_json(f"{output}/shards.json")["shards"]}


def _as_key(name: str) -> tuple[str, int]:
    try:
        return split_key(name)
    except ValueError:
        return name, -1


def _leaf(file: pq.ParquetFile, name: str, start: int) -> int:
    """The position of a flat column among the leaves of a file, nested columns before it counted."""
    schema = file.schema
    return next(i for i in range(start, len(schema)) if schema.column(i).path == name)


def _may_hold(statistics: pq.Statistics | None, rows: Sequence[int]) -> bool:
    if statistics is None or not statistics.has_min_max:
        return True
    return any(statistics.min <= row <= statistics.max for row in rows)
