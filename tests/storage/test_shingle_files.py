from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filters.errors import OutputError
from filters.shingle_sets import set_digests
from storage import shingle_files
from storage.checked_files import START
from storage.shingle_files import read_places, read_sets, shingle_output


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(shingle_files, "BLOCK_SHINGLES", 4)


def flat(sets):
    bounds = np.cumsum([0, *map(len, sets)]).astype(np.int64)
    return bounds, np.array([item for one in sets for item in one], np.uint32)


def write(folder, batches, parameters="p"):
    """Batches of sets by row; returns the digest of the shingle file."""
    with shingle_output(str(folder / "sets"), str(folder / "shingles"), parameters) as output:
        for batch in batches:
            bounds, hashes = flat(batch.values())
            output.write(np.array(list(batch), np.int64), bounds, hashes, set_digests(bounds, hashes))
    return output.digest()


def read(folder, rows, parameters="p"):
    present, places = read_places(str(folder / "sets"), parameters, np.array(rows, np.int64))
    found = places[present]
    hashes = read_sets(str(folder / "shingles"), parameters, found["start"], found["size"])
    parts = iter(np.split(hashes, np.cumsum(found["size"])[:-1]))
    return [next(parts).tolist() if there else None for there in present]


ROWS = st.dictionaries(st.integers(0, 60), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=11), max_size=20)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sets(st.integers(0, 60)), st.integers(1, 7))
def test_the_sets_of_any_rows_come_back_however_they_were_written(tmp_path_factory, there, wanted, size):
    folder = tmp_path_factory.mktemp("shingles")
    rows = sorted(there)
    batches = [{row: there[row] for row in rows[first : first + size]} for first in range(0, len(rows), size)]
    digest = write(folder, batches)
    assert digest == xxhash.xxh3_128_hexdigest((folder / "shingles").read_bytes())
    assert read(folder, sorted(wanted)) == [there.get(row) for row in sorted(wanted)]
    assert write(folder, [{row: there[row] for row in rows}]) == digest


def test_a_place_has_the_digest_of_the_set(tmp_path):
    write(tmp_path, [{3: [1, 2]}, {5: [1, 2], 6: [1, 3]}])
    _, places = read_places(str(tmp_path / "sets"), "p", np.array([3, 5, 6]))
    digests = [row.tobytes() for row in places["digest"]]
    assert digests[0] == digests[1] == xxhash.xxh3_128_digest(np.array([1, 2], "<u4").tobytes())
    assert digests[2] != digests[0]


def damage(path, place):
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


SEVEN = {row: [row, 10 + row] for row in range(7)}  # 14 shingles: blocks 0 to 3


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (0, "damaged in block 0"),
        (4 * 13, "damaged in block 3"),
        (4 * 14 + 5, "has a damaged header"),
        (-START.size, "is not a shingle file or is damaged"),
        (8 - START.size, "is a shingle file of version 0"),
        (-1, "has a damaged header"),
    ],
)
def test_any_damage_is_an_error_that_names_the_file_and_the_mend(tmp_path, place, message):
    write(tmp_path, [SEVEN])
    damage(tmp_path / "shingles", place)
    with pytest.raises(OutputError, match=message) as caught:
        read(tmp_path, range(7))
    assert str(tmp_path / "shingles") in str(caught.value)
    assert "measure that shard again" in str(caught.value)


@pytest.mark.parametrize("kept", [0, 10, 60, -1, -30])
def test_a_truncated_file_is_an_error(tmp_path, kept):
    write(tmp_path, [SEVEN])
    (tmp_path / "shingles").write_bytes((tmp_path / "shingles").read_bytes()[:kept])
    with pytest.raises(OutputError, match="damaged"):
        read(tmp_path, range(7))


def test_blocks_that_hold_none_of_the_sets_are_not_read(tmp_path):
    write(tmp_path, [SEVEN])
    damage(tmp_path / "shingles", 4 * 13)
    assert read(tmp_path, [0, 5]) == [[0, 10], [5, 15]]


@pytest.mark.parametrize("name", ["sets", "shingles"])
def test_sets_of_other_parameters_are_refused_with_what_differs(tmp_path, name):
    write(tmp_path, [SEVEN], "shingles 1; 5 words; from 10 on")
    other = tmp_path / "other"
    other.mkdir()
    write(other, [SEVEN], "shingles 1; 4 words; from 10 on")
    (other / name).rename(tmp_path / name)
    with pytest.raises(OutputError, match=f"{name} was made with '4 words', not '5 words'; measure"):
        read(tmp_path, range(7), "shingles 1; 5 words; from 10 on")


def test_places_beyond_the_shingles_are_refused(tmp_path):
    write(tmp_path, [{0: [1, 2, 3]}])
    with pytest.raises(OutputError, match="has 3 shingles, fewer than the file of places beside it says"):
        read_sets(str(tmp_path / "shingles"), "p", np.array([2]), np.array([2]))


@pytest.mark.parametrize("name", ["sets", "shingles"])
def test_a_missing_file_is_named_with_the_mend(tmp_path, name):
    write(tmp_path, [SEVEN])
    (tmp_path / name).unlink()
    with pytest.raises(OutputError, match=f"{name} is missing, a .*; measure that shard again"):
        read(tmp_path, range(7))


def test_a_file_that_fails_midway_leaves_no_trace(tmp_path):
    def failing():
        yield SEVEN
        raise ValueError("midway")

    with pytest.raises(ValueError, match="midway"):
        write(tmp_path, failing())
    assert list(tmp_path.iterdir()) == []
