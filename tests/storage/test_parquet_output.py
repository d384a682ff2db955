import errno
import os

import pyarrow as pa
import pytest
import xxhash

from filters.errors import OutputError
from storage import files
from storage.files import exists, list_files, open_input, remove_tree
from storage.parquet_output import (
    WINDOW_BYTES,
    WINDOW_ROWS,
    parquet_output,
    read_batches,
    read_table,
    row_group_windows,
)

SCHEMA = pa.schema([pa.field("row", pa.int64(), nullable=False), ("text", pa.string())])


def batch(first, count):
    rows = list(range(first, first + count))
    return pa.record_batch([pa.array(rows, pa.int64()), pa.array([f"é{r}" for r in rows])], schema=SCHEMA)


def write(path, *batches):
    with parquet_output(path, SCHEMA) as output:
        for each in batches:
            output.write(each)
    return output


@pytest.fixture(params=["disk", "memory"])
def path(request, tmp_path):
    yield str(tmp_path / "a.parquet") if request.param == "disk" else "memory://parquet-test/a.parquet"
    remove_tree("memory://parquet-test")


def test_every_batch_comes_back_as_it_was_and_an_empty_one_leaves_none(path):
    output = write(path, batch(0, 3), batch(3, 0), batch(3, 2))
    assert output.row_count == 5
    groups = [range(0, 1), range(1, 2)]
    assert [b.column("row").to_pylist() for b in read_batches(path, groups)] == [[0, 1, 2], [3, 4]]
    assert next(read_batches(path, groups, ["text"])).schema.names == ["text"]
    assert read_table(path).schema.equals(SCHEMA)


def test_small_row_groups_are_read_together_up_to_a_bound(path):
    counts = [WINDOW_ROWS - 1, 1, 1, WINDOW_ROWS + 5, 2]
    starts = [sum(counts[:place]) for place in range(len(counts))]
    write(path, *(batch(start, count) for start, count in zip(starts, counts, strict=True)))
    windows = row_group_windows(path)
    assert windows == [range(0, 2), range(2, 3), range(3, 4), range(4, 5)]
    rows = [row for b in read_batches(path, windows) for row in b.column("row").to_pylist()]
    assert rows == list(range(sum(counts)))


def test_the_digest_is_that_of_the_file(path):
    digest = write(path, batch(0, 3)).digest()
    with open_input(path) as file:
        assert digest == xxhash.xxh3_128_hexdigest(file.read())
    assert write(path, batch(0, 3)).digest() == digest


def test_a_file_without_batches_has_its_columns(path):
    write(path)
    assert row_group_windows(path) == []
    assert list(read_batches(path, [])) == []
    assert read_table(path).schema.equals(SCHEMA)
    assert read_table(path).num_rows == 0


def test_an_exception_in_the_block_publishes_nothing(tmp_path):
    path = str(tmp_path / "a.parquet")
    with pytest.raises(pa.ArrowInvalid):
        write(path, batch(0, 3), batch(3, 1).select(["text"]))
    assert list_files(str(tmp_path)) == []


def test_a_full_disk_under_arrow_is_an_error_that_names_the_file(tmp_path, monkeypatch):
    class Full(files.HashedFile):
        def write(self, data):
            if self.length_bytes > 10:
                with files._named(self._path):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    monkeypatch.setattr(files, "HashedFile", Full)
    path = str(tmp_path / "a.parquet")
    with pytest.raises(OutputError, match=r"a\.parquet cannot be written: No space left on device"):
        write(path, batch(0, 3))
    assert not exists(path)
    assert list_files(str(tmp_path)) == []


def test_one_text_repeated_is_read_in_windows_of_what_it_takes_in_memory(path):
    batch = pa.record_batch({"row": pa.array(range(64)), "text": ["x" * 131_072] * 64})  # 8 MiB, as a reader's chunk
    with parquet_output(path, batch.schema) as output:
        for _ in range(4):
            output.write(batch)
    assert max(batch.nbytes for batch in read_batches(path, row_group_windows(path))) < 2 * WINDOW_BYTES
    assert len(row_group_windows(path)) > 1
