import gzip
import json

import pytest

from storage.jsonl_output import jsonl_output


def test_lines_are_read_back_and_the_same_lines_are_the_same_bytes(tmp_path):
    rows = [{"b": "é\n\u2028<|x|>", "a": 0.1}, {"b": None, "a": 3}]
    for name in ("one", "two"):
        with jsonl_output(str(tmp_path / name)) as output:
            output.write(rows[:1])
            output.write(rows[1:])
        assert output.line_count == 2
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    text = gzip.decompress((tmp_path / "one").read_bytes()).decode()
    assert [json.loads(line) for line in text.split("\n")[:-1]] == rows
    assert text.startswith('{"b": "é')


def test_nothing_written_is_an_empty_file_that_gzip_reads(tmp_path):
    with jsonl_output(str(tmp_path / "none")):
        pass
    assert gzip.decompress((tmp_path / "none").read_bytes()) == b""


def interrupted(path):
    with jsonl_output(path) as output:
        output.write([{"a": 1}])
        raise RuntimeError


def test_an_exception_in_the_block_publishes_nothing(tmp_path):
    with pytest.raises(RuntimeError):
        interrupted(str(tmp_path / "half"))
    assert list(tmp_path.iterdir()) == []
