"""Benchmarks that a corpus must not contain, read from the files that a configuration names."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq

from filters.benchmark_index import FEWEST, Item
from filters.contamination import Contamination
from filters.errors import ConfigurationError
from pipelines.names import unknown

__all__ = ["contamination"]


def contamination(
    name: str, benchmarks: dict[str, Path], columns: Sequence[str], id: str | None = None, n: int = 13
) -> Contamination:
    """The items of benchmark files, JSONL or Parquet; each item is called ``benchmark:id``, or by its row from 0.

    Args:
        name: of the instance.
        benchmarks: files by the name of their benchmark.
        columns: texts, each of which is looked for; a file must have at least one of them.
        id: the column that names an item.
        n: words of an n-gram.

    Raises:
        ConfigurationError: a file cannot be read, or has none of the columns, or they hold no text.
    """
    by_benchmark = {benchmark: list(_items(benchmark, path, columns, id)) for benchmark, path in benchmarks.items()}
    annotator = Contamination([item for items in by_benchmark.values() for item in items], name, n)
    too_short = set(annotator.too_short)
    for benchmark, items in by_benchmark.items():
        if too_short.issuperset(item.name for item in items):
            raise ConfigurationError(
                f"the benchmark {str(benchmarks[benchmark])!r}: none of its {len(items):,} items has {FEWEST} words or "
                f"more in {', '.join(columns)}, so that none would ever be found; name other columns, or leave it out"
            )
    return annotator


def _items(benchmark: str, path: Path, columns: Sequence[str], id_column: str | None) -> Iterator[Item]:
    table = _table(path)
    present = [column for column in columns if column in table.column_names]
    if not present:
        raise ConfigurationError(f"the benchmark {str(path)!r}: {unknown('column', columns[0], table.column_names)}")
    if id_column is not None and id_column not in table.column_names:
        raise ConfigurationError(f"the benchmark {str(path)!r}: {unknown('id column', id_column, table.column_names)}")
    for column in present:
        if table[column].type not in (pa.string(), pa.large_string(), pa.null()):
            raise ConfigurationError(
                f"the benchmark {str(path)!r}: the column {column!r} is {table[column].type}; it must be text"
            )
    names = range(len(table)) if id_column is None else table[id_column].to_pylist()
    for name, *passages in zip(names, *(table[column].to_pylist() for column in present), strict=True):
        yield Item(f"{benchmark}:{name}", tuple(passage for passage in passages if passage))


def _table(path: Path) -> pa.Table:
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                return pq.read_table(path)
        whole = min(max(path.stat().st_size, 1 << 20), (1 << 31) - 1)  # a line may not be longer than a block
        return pyarrow.json.read_json(path, pyarrow.json.ReadOptions(block_size=whole))
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfigurationError(
            f"the benchmark {str(path)!r} cannot be read as JSONL or Parquet: {str(error).splitlines()[0]}"
        ) from error
