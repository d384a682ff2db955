import pickle

import fsspec
import pyarrow as pa
import pytest

from filters.errors import ConfigurationError, InputError
from storage.inputs import Input, Limits, Shard
from storage.shards import list_shards, read_shard


def names(*paths):
    return [shard.name for shard in list_shards([Input("in", tuple(map(str, paths)))], Limits())]


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "deep/c.jsonl", ".hidden/d.jsonl", "deep/.e.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('{"text": "x"}\n')
    return tmp_path


def test_folders_globs_and_files_give_names_without_the_machine(folder):
    assert names(folder) == ["in/a.jsonl", "in/b.jsonl", "in/deep/c.jsonl"]
    assert names(folder / "*.jsonl") == ["in/a.jsonl", "in/b.jsonl"]
    assert names(folder / "**/*.jsonl") == ["in/a.jsonl", "in/b.jsonl", "in/deep/c.jsonl"]
    assert names(folder / "b.jsonl", folder / "a.jsonl") == ["in/a.jsonl", "in/b.jsonl"]
    assert names(folder / "a.jsonl", folder / "*.jsonl") == ["in/a.jsonl", "in/b.jsonl"]


def test_an_object_store_gives_the_names_of_a_local_folder(folder):
    memory = fsspec.filesystem("memory")
    for name in ("a.jsonl", "b.jsonl", "deep/c.jsonl"):
        memory.pipe(f"/bucket/{name}", (folder / name).read_bytes())
    try:
        assert names("memory://bucket") == names(folder)
        assert names("memory://bucket/*.jsonl") == names(folder / "*.jsonl")
        source = Input("in", ("memory://bucket",))
        shards = list_shards([source], Limits())
        texts = [chunk.records["text"].to_pylist() for s in shards for chunk in read_shard(s, source, Limits())]
        assert texts == [["x"]] * 3
    finally:
        memory.rm("/bucket", recursive=True)


def test_two_files_of_one_name_are_refused(folder):
    (folder / "deep/a.jsonl").write_text("{}")
    with pytest.raises(InputError, match=r"in/a\.jsonl"):
        names(folder / "a.jsonl", folder / "deep/a.jsonl")


@pytest.mark.parametrize("pattern", ["nothing/*.jsonl", "nothing.jsonl", "empty"])
def test_a_pattern_that_matches_nothing_is_named(tmp_path, pattern):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=pattern.replace("*", r"\*")):
        names(tmp_path / pattern)


def test_identity_changes_with_the_file(folder):
    (before,) = list_shards([Input("in", (str(folder / "a.jsonl"),))], Limits())
    (folder / "a.jsonl").write_text('{"text": "other"}\n')
    (after,) = list_shards([Input("in", (str(folder / "a.jsonl"),))], Limits())
    assert before.identity != after.identity
    assert before.name == after.name


def test_inputs_limits_and_shards_pickle(folder):
    source = Input("in", (str(folder),), columns={"s": "double"})
    for thing in (source, Limits(), *list_shards([source], Limits())):
        assert pickle.loads(pickle.dumps(thing)) == thing


@pytest.mark.parametrize("columns", [{"s": "number"}, {"text": "string"}, {"row": "int64"}, {"language": "string"}])
def test_a_wrong_declaration_is_refused(columns):
    with pytest.raises(ConfigurationError, match=next(iter(columns))):
        Input("in", ("x",), columns=columns)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0", b"[\n {", b"PAR1 and no footer", b"", b"\0\x01\x02"])
def test_a_file_of_no_known_format_is_one_failure(tmp_path, read_all, content):
    (tmp_path / "a").write_bytes(content)
    got = read_all(tmp_path)
    assert got.errors == [(0, "unreadable_shard")]
    assert got.failures[0].message


def test_a_file_that_is_gone_is_one_failure():
    source = Input("in", ("x",))
    shard = Shard("in/gone", "in", "/nowhere/gone", "file", 1, "1")
    (chunk,) = read_shard(shard, source, Limits())
    assert [failure.error for failure in chunk.failures] == ["unreadable_shard"]
    assert "nowhere" not in chunk.failures[0].message  # failed/ is the same on every machine


def test_an_error_while_reading_keeps_what_was_read(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n' * 3)
    source = Input("in", (str(tmp_path),))
    (shard,) = list_shards([source], Limits())

    def broken(stream, gatherer, source, limits):
        gatherer.add(1, text="x")
        raise OSError("connection lost")
        yield

    monkeypatch.setattr("storage.shards.read_jsonl", broken)
    (chunk,) = read_shard(shard, source, Limits())
    assert chunk.records.num_rows == 1
    assert [(failure.row, failure.error) for failure in chunk.failures] == [(1, "unreadable_rest")]


def test_a_text_file_is_one_document(tmp_path, read_all):
    (tmp_path / "a.txt").write_text("one\ntwo {x}\n", "utf-8")
    assert read_all(tmp_path).texts == ["one\ntwo {x}\n"]


def test_a_saved_dataset_is_read_from_its_arrow_files(tmp_path):
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    data = datasets.Dataset.from_dict({"text": ["a", "b", "c"], "n": [1, 2, 3]})
    datasets.DatasetDict({"train": data, "test": data}).save_to_disk(str(tmp_path / "saved"))
    source = Input("in", dataset={"saved": str(tmp_path / "saved")})
    shards = list_shards([source], Limits())
    assert [shard.name.rpartition("/")[0] for shard in shards] == ["in/test", "in/train"]
    batches = [c.records for shard in shards for c in read_shard(shard, source, Limits())]
    assert pa.Table.from_batches(batches)["text"].to_pylist() == ["a", "b", "c"] * 2


def test_a_dataset_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        list_shards([Input("in", dataset={"saved": str(tmp_path / "nowhere")})], Limits())
