"""What workers write down, and what is read of it."""

import json
import signal
import subprocess
import sys

import pytest
from commands import wait_until

from filters.errors import OutputError
from pipelines.journal import Journal, worker_errors, worker_states

WORKER = """
import sys, time
from pipelines.journal import Journal
journal = Journal(sys.argv[1])
journal.count(records=3)
journal.working("measure", "web/a", 2)
time.sleep(600)
"""


@pytest.fixture
def journal(tmp_path):
    """This process's journal, with its lock let go of at the end."""
    journal = Journal(str(tmp_path))
    yield journal
    assert journal._lock is not None
    journal._lock.close()


def test_a_worker_is_alive_until_it_is_killed_and_its_last_word_stays(tmp_path):
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)])
    try:
        wait_until(lambda: [w for w in worker_states(tmp_path) if w.chunk is not None])
        (alive,) = worker_states(tmp_path)
        assert (alive.pid, alive.alive, alive.stage, alive.shard, alive.chunk) == (
            worker.pid,
            True,
            "measure",
            "web/a",
            2,
        )
        assert alive.counts == {"records": 3}
    finally:
        worker.kill()
        worker.wait()
    (dead,) = worker_states(tmp_path)
    assert not dead.alive
    assert (dead.shard, dead.chunk, dead.since) == ("web/a", 2, alive.since)


def test_a_task_that_ends_well_counts_its_shard_and_leaves_nothing_at_work(journal, tmp_path):
    with journal.task("decide", "web/a"):
        assert worker_states(tmp_path)[0].stage == "decide"
    (state,) = worker_states(tmp_path)
    assert (state.stage, state.shard, state.chunk) == (None, None, None)
    assert state.counts == {"decide_shards": 1}
    assert worker_errors(tmp_path) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [(OutputError("disk full; free space"), "disk full; free space"), (KeyError("x"), "KeyError: 'x'")],
)
def test_an_error_is_written_down_and_its_shard_is_not_finished(journal, tmp_path, error, told):
    with pytest.raises(type(error)), journal.task("measure", "web/a"):
        raise error
    assert worker_errors(tmp_path) == [told]
    (state,) = worker_states(tmp_path)
    assert (state.stage, state.counts) == ("measure", {})


def test_a_process_out_of_memory_ends_as_if_it_had_been_killed(tmp_path):
    program = """if True:
        import sys
        from pipelines.journal import Journal
        with Journal(sys.argv[1]).task("measure", "a"):
            bytearray(1 << 60)
    """
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert worker_errors(tmp_path) == []


def test_a_journal_without_a_folder_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MemoryError), Journal(None).task("measure", "web/a"):
        raise MemoryError
    assert not list(tmp_path.iterdir())


def test_a_journal_is_never_read_half_written(journal, tmp_path):
    journal.working("measure", "web/a", 1)
    (tmp_path / "77.new").write_text('{"stage"')
    (content,) = tmp_path.glob("*.json")
    assert json.loads(content.read_text())["chunk"] == 1
    assert len(worker_states(tmp_path)) == 1
