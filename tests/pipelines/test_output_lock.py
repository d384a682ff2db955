"""One run at a time in an output."""

import subprocess
import sys

import fsspec
import pytest
from commands import wait_until

from filters.errors import OutputError
from pipelines.output_lock import output_lock, source_lock

HOLDER = """
import sys, time
from pathlib import Path
from pipelines.output_lock import output_lock, source_lock
with output_lock(sys.argv[1]):
    Path(sys.argv[1], "held").touch()
    time.sleep(600)
"""


def test_a_second_run_is_refused_and_a_killed_one_holds_nothing(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)])
    try:
        wait_until((tmp_path / "held").exists)
        with (
            pytest.raises(
                OutputError, match="is being written by another run; wait until it ends, or choose"
            ) as caught,
            output_lock(str(tmp_path)),
        ):
            pass
        assert str(tmp_path) in str(caught.value)
    finally:
        holder.kill()
        holder.wait()
    with output_lock(str(tmp_path)) as state:
        assert state == tmp_path / "work"


def test_a_run_that_ended_holds_nothing(tmp_path):
    for _ in range(2):
        with output_lock(str(tmp_path / "new" / "out")) as state:
            assert state.is_dir()


def test_an_output_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    refused = pytest.raises(OutputError, match=r"file/out cannot be written: Not a directory; make it writable")
    with refused, output_lock(str(tmp_path / "file" / "out")):
        pass


def test_a_disk_mounted_read_only_is_named(tmp_path):
    options = ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tamis-test", str(tmp_path)]
    mounted = subprocess.run(options, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        with pytest.raises(OutputError, match="cannot be written: Read-only file system"), output_lock(str(tmp_path)):
            pass
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_an_object_store_has_a_mark_that_names_its_holder(monkeypatch):
    monkeypatch.setattr(fsspec.filesystem("memory"), "store", {})
    output = "memory://bucket/out"
    with output_lock(output), pytest.raises(OutputError, match="is being written by"), output_lock(output):
        pass
    with output_lock(output):
        pass


def test_a_run_that_is_being_written_is_not_decided_from(tmp_path):
    with (
        output_lock(str(tmp_path)),
        pytest.raises(OutputError, match="is being written by a run"),
        source_lock(str(tmp_path)),
    ):
        pass
    with source_lock(str(tmp_path)), source_lock(str(tmp_path)), pytest.raises(OutputError), output_lock(str(tmp_path)):
        pass
