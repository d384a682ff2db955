import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from filters.errors import InputError
from storage.inputs import Input, Limits
from storage.listing import list_shards


def names(folder, limits=None):
    return [shard.name for shard in list_shards([Input("in", (str(folder),))], limits or Limits())]


@pytest.fixture
def write(tmp_path):
    """Writes files of no interest into a folder."""

    def _write(*paths):
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text('{"text": "x"}\n')
        return tmp_path

    return _write


@pytest.mark.parametrize(
    ("file", "folder"),
    [("x", "x.parquet/y"), ("x", "x.json/deep/y"), ("d/x", "d/x.text.run/y"), ("x#y", "x~y.url.run/y")],
)
def test_a_file_whose_output_would_be_the_folder_of_another_is_refused_and_both_are_named(write, file, folder):
    with pytest.raises(InputError) as caught:
        names(write(file, folder))
    assert f"'in/{file}'" in str(caught.value)
    assert f"'in/{folder}'" in str(caught.value)


def test_a_file_that_ends_as_the_outputs_of_another_do_is_refused(write):
    with pytest.raises(InputError, match="'in/a#b' and 'in/a~b'"):
        names(write("a#b", "a~b"))


def test_a_file_with_the_name_of_a_part_of_a_cut_one_is_refused(write, tmp_path):
    table = pa.table({"text": ["x"] * 4})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    cut = Limits(shard_bytes=1)
    parts = names(tmp_path, cut)
    assert parts == [f"in/a.parquet#{k}-{k}" for k in range(4)]
    write("a.parquet~0-0")
    with pytest.raises(InputError, match=r"'in/a\.parquet#0-0' and 'in/a\.parquet~0-0'"):
        names(tmp_path, cut)


def test_names_that_only_look_alike_stand_side_by_side(write):
    assert names(write("x", "x.parquet", "x.jsonl", "y/x", "x~/z")) == [
        "in/x", "in/x.jsonl", "in/x.parquet", "in/x~/z", "in/y/x",
    ]  # fmt: skip
