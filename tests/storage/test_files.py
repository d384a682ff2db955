import errno
import os

import pytest
import xxhash
from fsspec.implementations.memory import MemoryFileSystem

from filters.errors import OutputError
from storage.files import (
    HashedFile,
    commit,
    exists,
    is_local,
    list_files,
    local_path,
    open_input,
    read_json,
    remove_tree,
    write_json,
)


@pytest.fixture(params=["disk", "file URL", "memory"])
def folder(request, tmp_path):
    """A place to write, on a disk and elsewhere."""
    if request.param == "memory":
        yield "memory://files-test"
        remove_tree("memory://files-test")
    else:
        yield str(tmp_path) if request.param == "disk" else f"file://{tmp_path}"


def content(path):
    with open_input(path) as file:
        return file.read()


def test_a_committed_file_is_whole_and_its_digest_is_that_of_its_bytes(folder):
    path = f"{folder}/deep/er/file.bin"
    with commit(path) as file:
        assert file.write(b"abc") == 3
        assert file.write(memoryview(bytearray(b"defg")).cast("H")) == 4
        assert not exists(path)
    assert content(path) == b"abcdefg"
    assert file.digest() == xxhash.xxh3_128_hexdigest(b"abcdefg")
    assert file.tell() == 7
    assert [f.endswith("deep/er/file.bin") for f in list_files(folder)] == [True]


def write_then_raise(path, error):
    with commit(path) as file:
        file.write(b"after")
        raise error


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), OutputError("x")])
def test_an_exception_in_the_block_leaves_no_trace_and_the_file_that_stood_there(folder, error):
    path = f"{folder}/file.bin"
    with commit(path) as file:
        file.write(b"before")
    with pytest.raises(type(error)):
        write_then_raise(path, error)
    assert content(path) == b"before"
    assert len(list_files(folder)) == 1


class Full:
    """A disk with room for a few bytes: it takes what fits, then refuses, as the kernel does."""

    def __init__(self, room):
        self.room, self.taken = room, b""

    def write(self, data):
        part = bytes(data[: self.room - len(self.taken)])
        if not part:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.taken += part
        return len(part)


def test_a_disk_that_fills_up_is_an_error_and_nothing_is_lost_silently():
    with pytest.raises(OutputError, match=r"a/b cannot be written: No space left on device; free space there"):
        HashedFile(Full(10), "a/b").write(b"x" * 20)


def test_what_is_taken_in_parts_is_written_whole():
    class Slow(Full):
        def write(self, data):
            return super().write(data[:3])

    disk = Slow(100)
    file = HashedFile(disk, "a/b")
    assert file.write(b"0123456789") == 10
    assert disk.taken == b"0123456789"
    assert file.tell() == 10


def test_an_upload_that_fails_names_the_file_and_publishes_nothing(monkeypatch):
    def refuse(self, lpath, rpath, **_):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(MemoryFileSystem, "put_file", refuse)
    with pytest.raises(OutputError, match="memory://nowhere/x cannot be written: Permission denied; make it writable"):
        write_json("memory://nowhere/x", 1)
    assert not exists("memory://nowhere/x")


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/x\.json cannot be written"):
        write_json(str(tmp_path / "file" / "x.json"), {})


def test_json_comes_back_with_its_keys_in_their_order(folder):
    write_json(f"{folder}/a.json", {"b": "é", "a": 1})
    assert list(read_json(f"{folder}/a.json").items()) == [("b", "é"), ("a", 1)]


def test_json_that_is_not_there_or_is_damaged_is_an_error_that_names_it(folder):
    with pytest.raises(OutputError, match=r"none\.json is not there; the run did not come so far"):
        read_json(f"{folder}/none.json")
    with commit(f"{folder}/bad.json") as file:
        file.write(b'{"a": ')
    with pytest.raises(OutputError, match=r"bad\.json cannot be read as JSON.*; remove it"):
        read_json(f"{folder}/bad.json")


def test_files_are_listed_sorted_and_as_paths_that_can_be_opened(folder):
    for name in ("b/2.json", "a.json", "b/1.txt"):
        write_json(f"{folder}/{name}", name)
    found = list_files(folder, ".json")
    assert [read_json(path) for path in found] == ["a.json", "b/2.json"]
    assert list_files(f"{folder}/none") == []


def test_a_removed_tree_is_gone_and_one_that_was_not_there_is_no_error(folder):
    write_json(f"{folder}/deep/a.json", 1)
    remove_tree(f"{folder}/deep")
    remove_tree(f"{folder}/deep")
    assert not exists(f"{folder}/deep/a.json")


def test_a_file_url_is_a_local_path(tmp_path):
    assert is_local(str(tmp_path))
    assert is_local(f"file://{tmp_path}")
    assert not is_local("memory://x")
    assert local_path(f"file://{tmp_path}/a") == local_path(f"{tmp_path}/a") == tmp_path / "a"


NAMES = ("a::b.json", "c d.json", "e?f.json", "*.json", "g[1].json", "h%20i.json", "é~j#k.json")


def test_a_name_of_any_characters_is_one_file(folder):
    names = [name for name in NAMES if is_local(folder) or "::" not in name]  # fsspec's memory takes it for a chain
    for name in names:
        write_json(f"{folder}/deep/{name}", name)
    assert [read_json(f"{folder}/deep/{name}") for name in names] == names
    assert len(list_files(folder)) == len(names)
    remove_tree(f"{folder}/deep/*.json")
    assert len(list_files(folder)) == len(names) - 1
    assert not exists(f"{folder}/deep/*.json")
