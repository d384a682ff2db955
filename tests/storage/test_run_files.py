from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.errors import OutputError
from storage import run_files
from storage.run_files import RECORD, START, partition_bounds, read_run, write_run

GREATEST = 2**64 - 1


def records_of(hashes):
    records = np.zeros(len(hashes), RECORD)
    records["hash"], records["row"], records["payload"] = hashes, np.arange(len(hashes)), 7
    return records


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(run_files, "BLOCK_RECORDS", 4)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "a.run")


def test_records_come_back_sorted_and_the_digest_is_the_file_s(path):
    records = records_of([3, 1, 2, 1, GREATEST])
    digest = write_run(path, records, "p")
    assert digest == xxhash.xxh3_128_hexdigest(Path(path).read_bytes())
    found = read_run(path, "p")
    assert found["hash"].tolist() == [1, 1, 2, 3, GREATEST]
    assert found["row"].tolist() == [1, 3, 2, 0, 4]
    assert write_run(path, records[::-1], "p") == digest


@pytest.mark.usefixtures("small_blocks")
def test_slices_cross_the_bounds_of_blocks(path):
    write_run(path, records_of(list(range(11))), "p")
    for first in range(12):
        for last in range(12):
            assert read_run(path, "p", first, last)["hash"].tolist() == list(range(first, last))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, GREATEST), st.just(GREATEST))), st.integers(1, 9))
def test_partitions_cover_every_record_once_and_equal_hashes_stay_together(tmp_path_factory, hashes, count):
    path = str(tmp_path_factory.mktemp("runs") / "a.run")
    write_run(path, records_of(hashes), "p")
    bounds = partition_bounds(read_run(path, "p")["hash"], count)
    assert (bounds[0], bounds[-1], len(bounds)) == (0, len(hashes), count + 1)
    assert bounds == sorted(bounds)
    parts = [read_run(path, "p", a, b)["hash"].tolist() for a, b in pairwise(bounds)]
    assert [h for part in parts for h in part] == sorted(hashes)
    for partition, part in enumerate(parts):
        assert all(h * count >> 64 == partition for h in part)


def test_an_empty_run_file_has_no_records(path):
    write_run(path, records_of([]), "p")
    assert len(read_run(path, "p")) == 0
    assert partition_bounds(read_run(path, "p")["hash"], 3) == [0, 0, 0, 0]


def damage(path, place):
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (0, "not a run file or is damaged"),
        (8, "is a run file of version 0"),
        (12, "has a damaged header"),
        (17, "has a damaged header"),
        (START.size + 3, "has a damaged header"),
        (-1, "damaged in block 2"),
        (-1 - 4 * RECORD.itemsize, "damaged in block 1"),
    ],
)
@pytest.mark.usefixtures("small_blocks")
def test_any_damage_is_an_error_that_names_the_file_and_the_mend(path, place, message):
    write_run(path, records_of(list(range(11))), "p")
    damage(path, place)
    with pytest.raises(OutputError, match=message) as caught:
        read_run(path, "p")
    assert path in str(caught.value)
    assert "measure that shard again" in str(caught.value)


@pytest.mark.usefixtures("small_blocks")
def test_a_slice_does_not_read_the_damage_of_another_block(path):
    write_run(path, records_of(list(range(11))), "p")
    damage(path, -1)
    assert read_run(path, "p", 0, 8)["hash"].tolist() == list(range(8))


@pytest.mark.parametrize("kept", [0, 10, START.size, START.size + 20, -1])
def test_a_truncated_file_is_an_error(path, kept):
    write_run(path, records_of([1, 2, 3]), "p")
    Path(path).write_bytes(Path(path).read_bytes()[:kept])
    with pytest.raises(OutputError, match="damaged"):
        read_run(path, "p")


def test_run_files_of_other_parameters_do_not_meet(path):
    write_run(path, records_of([1]), "shingles of 5")
    with pytest.raises(OutputError, match="made with 'shingles of 5', not 'shingles of 4'"):
        read_run(path, "shingles of 4")
