from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filters.errors import OutputError
from storage import row_files
from storage.signature_files import read_signatures, write_signatures


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(row_files, "BLOCK_RECORDS", 4)


def write(path, rows):
    rows = np.array(rows, np.int64)
    return write_signatures(path, rows, (rows[:, None] * 10 + np.arange(3)).astype(np.uint32), "p")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_the_signatures_of_any_rows_come_back(tmp_path_factory, there, wanted):
    path = str(tmp_path_factory.mktemp("signatures") / "a")
    digest = write(path, sorted(there))
    assert digest == xxhash.xxh3_128_hexdigest(Path(path).read_bytes())
    present, values = read_signatures(path, "p", 3, np.array(sorted(wanted), np.int64))
    assert present.tolist() == [row in there for row in sorted(wanted)]
    assert values.tolist() == [[row * 10 + k if row in there else 0 for k in range(3)] for row in sorted(wanted)]


def damage(path, place):
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


@pytest.mark.parametrize(
    ("place", "message"),
    [(0, "not a signature file"), (8, "of version 0"), (30, "damaged header"), (-1, "damaged in block 2")],
)
def test_damage_is_an_error_that_names_the_file_and_the_mend(tmp_path, place, message):
    path = str(tmp_path / "a")
    write(path, range(11))
    damage(path, place)
    with pytest.raises(OutputError, match=message) as caught:
        read_signatures(path, "p", 3, np.arange(11))
    assert path in str(caught.value)
    assert "measure that shard again" in str(caught.value)


def test_a_missing_file_is_named_with_the_mend(tmp_path):
    with pytest.raises(OutputError, match="nowhere is missing, a signature file; measure that shard again"):
        read_signatures(str(tmp_path / "nowhere"), "p", 3, np.arange(3))


def test_blocks_that_hold_none_of_the_rows_are_not_read(tmp_path):
    path = str(tmp_path / "a")
    write(path, range(11))
    damage(path, -1)
    present, _ = read_signatures(path, "p", 3, np.arange(8))
    assert present.all()


def test_signatures_of_other_parameters_are_refused(tmp_path):
    path = str(tmp_path / "a")
    write(path, range(3))
    with pytest.raises(OutputError, match="made with 'p', not 'q'"):
        read_signatures(path, "q", 3, np.arange(3))
