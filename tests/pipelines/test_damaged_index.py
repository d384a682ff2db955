"""Files of index/ that are missing, cut short or damaged: the shard is measured again, or the error says how."""

import re

import pytest
from runs import configured, digests, here, write_jsonl
from test_near_duplicates import edited, page

from pipelines.journal import Journal
from pipelines.running import run

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/in]}}}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, near: {{bands: 14, rows: 8, verify: exact}}}}
    run: {{workers: 1}}
"""
SUFFIXES = (".text.run", ".url.run", ".near.run", ".near.signatures", ".near.sets", ".near.shingles")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run; every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("damaged")
    for name in "ab":
        write_jsonl(folder / "in" / f"{name}.jsonl", [page(1), edited(page(2), 2, seed=ord(name)), page(ord(name))])
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        run_again(folder)
    return folder, digests(folder / "out"), contents(folder)


def run_again(folder):
    assert run(configured(folder, CONFIGURATION.format(folder=folder))).exit_status == 0


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "out/index/web").iterdir()}


@pytest.fixture
def told(monkeypatch):
    """What workers tell."""
    here(monkeypatch)
    notes = []
    monkeypatch.setattr(Journal, "tell", lambda _, note: notes.append(note))
    return notes


def measured_at(folder):
    return {name: (folder / f"out/documents/web/{name}.jsonl.parquet").stat().st_mtime_ns for name in "ab"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_shard_whose_file_is_missing_is_measured_again_and_no_other(finished, told, suffix):
    folder, wanted, index = finished
    before = measured_at(folder)
    path = folder / f"out/index/web/b.jsonl{suffix}"
    path.unlink()
    run_again(folder)
    assert told == [f"{path} is missing: web/b.jsonl is measured again"]
    after = measured_at(folder)
    assert (after["a"] == before["a"], after["b"] == before["b"]) == (True, False)
    assert contents(folder) == index
    assert digests(folder / "out") == wanted


def test_a_file_that_is_cut_short_is_made_again(finished, told):
    folder, wanted, index = finished
    path = folder / "out/index/web/a.jsonl.near.run"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-10])
    run_again(folder)
    assert told == [f"{path} has {size - 10:,} bytes and not {size:,}: web/a.jsonl is measured again"]
    assert contents(folder) == index
    assert digests(folder / "out") == wanted


@pytest.mark.parametrize("suffix", [".text.run", ".near.sets", ".near.shingles"])
def test_damage_within_a_file_is_refused_and_its_mend_mends_it(finished, told, suffix):
    folder, wanted, index = finished
    path = folder / f"out/index/web/a.jsonl{suffix}"
    content = bytearray(path.read_bytes())
    content[-1 if suffix != ".near.shingles" else 0] ^= 1
    path.write_bytes(content)
    with pytest.raises(Exception, match=re.escape(str(path))) as caught:
        run_again(folder)
    assert f"measure that shard again: delete {path}, then repeat the run that made it" in str(caught.value)
    path.unlink()
    run_again(folder)
    assert contents(folder) == index
    assert digests(folder / "out") == wanted


def test_a_run_that_is_whole_measures_nothing_again(finished, told):
    folder, wanted, _ = finished
    before = measured_at(folder)
    run_again(folder)
    assert told == []
    assert measured_at(folder) == before
    assert digests(folder / "out") == wanted
