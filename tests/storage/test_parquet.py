import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.inputs import Input, Limits
from storage.shards import list_shards, read_shard


def write(path, columns, rows=10):
    pq.write_table(pa.table(columns), path, row_group_size=rows, compression="none", use_dictionary=False)


def test_rows_are_documents_and_columns_travel(tmp_path, read_all):
    when = datetime(2024, 1, 2, tzinfo=UTC)
    columns = {
        "text": pa.array(["a", 'b"\n\\', "c"], pa.large_string()),
        "key": [1, 2, 3],
        "when": [when, None, when],
        "s": pa.array([1, 2, 3], pa.int32()),
        "rest": ['x"\x01', None, "é"],
        "list": [[1, None], [], [{"a": 1}]][:1] * 3,
        "b": [True, False, None],
        "f": [0.5, float("nan"), 1e300],
    }
    write(tmp_path / "a.parquet", columns)
    got = read_all(tmp_path, id="key", date="when", columns={"s": "double"})
    assert got.texts == ["a", 'b"\n\\', "c"]
    assert [row["id"] for row in got.rows] == ["1", "2", "3"]
    assert [row["fetched_at"] for row in got.rows] == [when, None, when]
    assert [row["s"] for row in got.rows] == [1.0, 2.0, 3.0]
    assert got.rows[0]["extra"] == '{"b":true,"f":0.5,"list":[1,null],"rest":"x\\"\\u0001"}'
    assert json.loads(got.rows[1]["extra"]) == {"rest": None, "list": [1, None], "b": False, "f": None}


def test_a_null_text_and_a_value_that_does_not_fit_fail_alone(tmp_path, read_all):
    write(tmp_path / "a.parquet", {"text": ["a", None, "c", "d"], "s": ["1", "2", "many", None]})
    got = read_all(tmp_path, columns={"s": "int64"})
    assert got.errors == [(1, "missing_text"), (2, "bad_column")]
    assert [(row["row"], row["s"]) for row in got.rows] == [(0, 1), (3, None)]


def test_bad_utf8_in_a_string_column_fails_alone(tmp_path, read_all):
    data = pa.array([b"ok", b"\xff\xfe", b"fine"], pa.binary())
    write(tmp_path / "a.parquet", {"text": pa.Array.from_buffers(pa.string(), 3, data.buffers())})
    got = read_all(tmp_path)
    assert got.errors == [(1, "bad_utf8")]
    assert got.texts == ["ok", "fine"]


def test_a_missing_text_column_fails_every_row(tmp_path, read_all):
    write(tmp_path / "a.parquet", {"body": ["a", "b", "c"]})
    got = read_all(tmp_path)
    assert got.errors == [(i, "missing_text") for i in range(3)]
    assert "body" in got.failures[0].message


def test_a_lost_row_group_does_not_take_the_others(tmp_path, read_all):
    path = tmp_path / "a.parquet"
    write(path, {"text": [f"text {i}" * 20 for i in range(30)]})
    data = bytearray(path.read_bytes())
    column = pq.read_metadata(path).row_group(1).column(0)
    data[column.data_page_offset : column.data_page_offset + 40] = b"\xff" * 40
    path.write_bytes(data)
    got = read_all(path)
    assert got.errors == [(i, "bad_row_group") for i in range(10, 20)]
    assert [row["row"] for row in got.rows] == [*range(10), *range(20, 30)]


def test_a_file_is_cut_by_row_groups_into_shards_that_together_are_the_file(tmp_path):
    write(tmp_path / "a.parquet", {"text": ["x" * 1000 for _ in range(100)]})
    source, limits = Input("in", (str(tmp_path),)), Limits(shard_bytes=25_000)
    shards = list_shards([source], limits)
    assert [shard.name for shard in shards] == [f"in/a.parquet#{a}-{a + 1}" for a in range(0, 10, 2)]
    assert {shard.source for shard in shards} == {"in/a.parquet"}
    whole = (tmp_path / "a.parquet").stat().st_size
    assert 0.8 * whole < sum(shard.size for shard in shards) < whole
    rows = [c.records.num_rows for shard in shards for c in read_shard(shard, source, limits)]
    assert sum(rows) == 100


def test_a_chunk_is_bounded_in_bytes(tmp_path, read_all):
    write(tmp_path / "a.parquet", {"text": ["x" * 3000 for _ in range(10)]})
    got = read_all(tmp_path, limits=Limits(chunk_bytes=8192))
    assert max(chunk.records.num_rows for chunk in got.chunks) <= 3
    assert len(got.rows) == 10


@pytest.mark.parametrize("open_writer", [pa.ipc.new_file, pa.ipc.new_stream])
def test_arrow_files_are_read(tmp_path, read_all, open_writer):
    table = pa.table({"text": ["a", "b"], "n": [1, 2]})
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, open_writer(sink, table.schema) as writer:
        writer.write_table(table)
    got = read_all(tmp_path)
    assert got.texts == ["a", "b"]
    assert got.rows[1]["extra"] == '{"n":2}'


def test_a_text_over_the_limit_fails(tmp_path, read_all):
    write(tmp_path / "a.parquet", {"text": ["x" * 5000, "y"]})
    assert read_all(tmp_path).errors == [(0, "too_large")]


def test_few_long_rows_are_decoded_at_once(tmp_path, read_all, monkeypatch):
    asked = []
    iterate = pq.ParquetFile.iter_batches
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", lambda *a, **k: asked.append(a[1]) or iterate(*a, **k))
    write(tmp_path / "a.parquet", {"text": ["x" * 3000 for _ in range(10)]})
    assert len(read_all(tmp_path, limits=Limits(chunk_bytes=8192)).rows) == 10
    assert asked == [2]


def test_a_time_that_python_does_not_hold_fails_alone(tmp_path, read_all):
    far = pa.array([0, 1 << 62], pa.int64())
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), far.cast(pa.timestamp("us")))
    write(tmp_path / "a.parquet", {"text": ["a", "b"], "when": far.cast(pa.timestamp("us")), "nested": lists})
    got = read_all(tmp_path)
    assert got.errors == [(1, "bad_column")]
    assert got.rows[0]["extra"] == '{"nested":["1970-01-01T00:00:00"],"when":"1970-01-01T00:00:00"}'
