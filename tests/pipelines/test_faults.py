"""Whole runs that are killed, starved, poisoned and refused: each ends as it should."""

import re
import signal
import subprocess
import textwrap
from pathlib import Path

import pytest
from commands import kill_count, processes_of, restart_seconds, started, told, wait_until
from runs import configured, digests, here, prose, rows_of, write_jsonl

from pipelines import marked
from pipelines.running import run

pytestmark = pytest.mark.faults

CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {output}}}
    steps:
      - name: raw
        rules:
          words: {{signal: word_count, minimum: 20}}
          best: {{signal: mean_word_length, keep_top: 90%}}
    duplicates: {{of: raw}}
    limits: {{chunk_rows: 4}}
    run: {{workers: 1}}
"""
WORKERS_KILLED = {
    "pipelines.measuring_stage:measure_shard": [1],
    "filters.measuring:measure": [4],
    "pipelines.exchange:find_edges": [1],
    "filters.deciding:decide_batch": [2],
    "storage.files:commit": [2],
}
"""At which calls: before a worker has told of itself, in each stage, and after the commit of one of a shard's files."""

DRIVER_KILLED = {place: calls for place, calls in WORKERS_KILLED.items() if "measure_shard" not in place}


def write_corpus(folder, poison=()):
    """Five shards of nine documents each; poison is (shard, row, text)."""
    shards = [[*(prose(k * 100 + i, 2) for i in range(8)), prose(7, 2)] for k in range(5)]
    for shard, row, text in poison:
        shards[shard][row] = text
    for k, documents in enumerate(shards):
        write_jsonl(folder / "in" / f"{k}.jsonl", documents)


def write_configuration(folder, text=CONFIGURATION):
    path = folder / "tamis.yaml"
    path.write_text(textwrap.dedent(text.format(folder=folder, output=folder / "out")))
    return path


@pytest.fixture(scope="module")
def left_alone(tmp_path_factory):
    """Digests of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("alone")
    write_corpus(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        run(configured(folder, CONFIGURATION.format(folder=folder, output=folder / "out")))
    return digests(folder / "out")


@pytest.fixture
def corpus(tmp_path):
    write_corpus(tmp_path)
    write_configuration(tmp_path)
    return tmp_path


def unfinished(folder):
    return [str(path) for path in Path(folder, "out").rglob(".writing-*")]


def test_workers_killed_in_every_stage_cost_no_byte(corpus, left_alone):
    status, output = told(corpus, "--workers", 2, kills=WORKERS_KILLED)
    assert status == 0, output
    assert kill_count(corpus) == len(WORKERS_KILLED)
    assert max(restart_seconds(corpus)) < 10
    assert digests(corpus / "out") == left_alone
    assert processes_of(corpus) == []
    assert unfinished(corpus) == []


def test_the_driver_killed_in_every_stage_goes_on_by_the_same_command(corpus, left_alone):
    for count in range(1, len(DRIVER_KILLED) + 1):
        status, output = told(corpus, kills=DRIVER_KILLED, victim="driver")
        assert status == -signal.SIGKILL, output
        assert kill_count(corpus) == count
        wait_until(lambda: processes_of(corpus) == [], 5)
    status, output = told(corpus, kills=DRIVER_KILLED, victim="driver")
    assert status == 0, output
    assert digests(corpus / "out") == left_alone
    assert unfinished(corpus) == []


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM])
def test_a_driver_that_is_stopped_leaves_no_process_and_says_how_to_go_on(corpus, interruption):
    process = started(corpus, "--workers", 2, kills={"filters.measuring:measure": [1]}, victim="nobody")
    wait_until((corpus / "counts" / "filters.measuring-measure").exists)
    process.send_signal(interruption)
    output, _ = process.communicate(timeout=10)
    wait_until(lambda: processes_of(corpus) == [], 5)
    assert not (corpus / "out" / "run.json").exists()
    assert process.returncode == 130
    assert "the same command goes on where it stopped" in output


POISONED = """
    inputs: {{web: {folder}/in}}
    output: {{path: {output}}}
    annotators: {{fragile: {{kind: {own}:Fragile}}}}
    steps:
      - name: raw
        rules:
          length: {{signal: text_length, minimum: 20}}
    duplicates: {{of: raw}}
    limits: {{chunk_rows: 4}}
    run: {{workers: 1, seconds_per_batch: 4}}
"""
OWN = Path(__file__).with_name("poisoned.py")


def test_poison_documents_fail_alone_and_the_run_goes_on(tmp_path, monkeypatch):
    places = [(0, 0, "kill"), (0, 2, "hang"), (0, 3, "greed"), (2, 1, "raise")]
    text = POISONED.format(folder=tmp_path, output=tmp_path / "out", own=OWN)
    write_corpus(tmp_path, [(shard, row, f"{poison} {prose(row)}") for shard, row, poison in places])
    (tmp_path / "tamis.yaml").write_text(textwrap.dedent(text))
    status, output = told(tmp_path)
    assert status == 3, output
    failed = {(r["shard"], r["row"]): r for r in rows_of(tmp_path / "out", "failed")}
    errors = {"kill": "crashed", "hang": "timed_out", "greed": "crashed", "raise": "annotator_failed"}
    assert {place: r["error"] for place, r in failed.items()} == {
        (f"web/{shard}.jsonl", row): errors[poison] for shard, row, poison in places
    }
    assert "measuring this record alone ended its process with status -9" in failed["web/0.jsonl", 0]["message"]
    assert "more than 4 s (run.seconds_per_batch)" in failed["web/0.jsonl", 2]["message"]
    assert failed["web/2.jsonl", 1]["message"].startswith("raw/Fragile raised ValueError: no such luck")
    assert failed["web/2.jsonl", 1]["first_bytes"].startswith(b"raise In year")
    assert processes_of(tmp_path) == []

    here(monkeypatch)
    for shard, row, _ in places:  # the same corpus, in which these records are no JSON, of the same length
        path = tmp_path / "in" / f"{shard}.jsonl"
        lines = path.read_text().splitlines()
        lines[row] = "{" * len(lines[row])
        path.write_text("\n".join(lines) + "\n")
    assert run(configured(tmp_path, text, **{"output.path": str(tmp_path / "other")})).exit_status == 3
    folders = ("documents", "annotations", "groups", "clean", "removed", "decisions")
    assert digests(tmp_path / "out", folders) == digests(tmp_path / "other", folders)


@pytest.fixture
def small_disk(corpus):
    """The output on a disk of its own."""
    (corpus / "out").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120k", "tamis-test", str(corpus / "out")], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield corpus
    subprocess.run(["umount", str(corpus / "out")], check=True)


def test_a_full_disk_is_named_and_the_run_goes_on_once_there_is_room(small_disk, left_alone):
    status, output = told(small_disk)
    assert status == 1
    assert re.search(r"tamis: \S+/out/\S+ cannot be written: No space left on device; free space there", output)
    assert unfinished(small_disk) == []
    assert all(path.stat().st_size for path in (small_disk / "out").rglob("*.parquet"))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk / "out")], check=True)
    status, output = told(small_disk)
    assert status == 0, output
    assert digests(small_disk / "out") == left_alone


def test_going_back_after_a_change_that_was_cut_short_redoes_what_it_had_replaced(corpus, left_alone, monkeypatch):
    here(monkeypatch)
    text = CONFIGURATION.format(folder=corpus, output=corpus / "out")
    run(configured(corpus, text))

    def fail(*_):
        raise OSError("cut short")

    changed = configured(corpus, text.replace("keep_top: 90%", "keep_top: 50%"))
    with monkeypatch.context() as patched:
        patched.setattr(marked, "write_json", fail)
        with pytest.raises(OSError, match="cut short"):
            run(changed, overwrite=True)
    assert digests(corpus / "out") != left_alone
    run(configured(corpus, text), overwrite=True)
    assert digests(corpus / "out") == left_alone
