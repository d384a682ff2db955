"""The supervisor with engines that are a few lines of Python: what it notices, notes, restarts and gives up."""

import json
import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest
from commands import processes_of, wait_until
from light_engine import LightEngine, LightJob

from filters.errors import OutputError, RunError
from pipelines import supervisor
from pipelines.engine_request import ENGINE_FAILED, WORKER_DIED
from pipelines.supervisor import supervise

PRELUDE = """
    import os, pickle, signal, subprocess, sys, time
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    from pipelines.journal import Journal
    engine = pickle.loads(Path(sys.argv[1]).read_bytes())
    here = Path({here!r})
    starts = here / "starts"
    starts.touch()
    start = len(starts.read_text())
    starts.write_text("." * (start + 1))
    (here / f"suspects-{{start}}").write_text(engine.job.suspects)
    journal = Journal(engine.job.workers_folder)
    def die(): os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def supervised(tmp_path, monkeypatch):
    """Supervises an engine that is given as the end of a program."""
    (tmp_path / "state").mkdir()
    monkeypatch.setattr(supervisor, "LOOK_SECONDS", 0.05)
    engine = LightEngine(LightJob(str(tmp_path / "out")))
    shown = []

    def _supervised(program, seconds=60.0):
        path = tmp_path / "engine.py"
        path.write_text(
            textwrap.dedent(PRELUDE.format(here=str(tmp_path), tests=str(Path(__file__).parent)))
            + textwrap.dedent(program)
        )
        monkeypatch.setattr(supervisor, "ENGINE", (sys.executable, str(path)))
        supervise(engine, tmp_path / "state", seconds, shown.append)
        return len((tmp_path / "starts").read_text()), shown

    return _supervised


def test_an_engine_that_finishes_is_started_once_and_its_counts_are_shown(supervised):
    starts, shown = supervised(
        """
        with journal.task("measure", "a"):
            journal.count(records=7)
        """
    )
    assert starts == 1
    assert shown[-1][0].counts == {"records": 7, "measure_shards": 1}


def test_an_error_of_the_engine_ends_the_run_in_the_words_of_who_raised_it(supervised):
    with pytest.raises(RunError, match=r"^ValueError: broken$"):
        supervised(
            """
            with journal.task("measure", "a"):
                raise ValueError("broken")
            """
        )


def test_a_runner_that_hangs_after_an_error_is_not_waited_for(supervised):
    with pytest.raises(RunError, match=r"^ValueError: broken$"):
        supervised(
            """
            try:
                with journal.task("measure", "a"):
                    raise ValueError("broken")
            finally:
                time.sleep(600)
            """
        )


def test_an_engine_that_fails_outside_of_tasks_is_told_with_its_last_line(supervised):
    with pytest.raises(RunError, match=r"the engine failed: RuntimeError: no beam today; see .*engine\.log"):
        supervised("raise RuntimeError('no beam today')")


def test_an_engine_that_raises_while_workers_work_is_no_death(supervised):
    with pytest.raises(RunError, match="the engine failed: no totals"):
        supervised(f"journal.working('measure', 'a', 0); print('no totals', flush=True); os._exit({ENGINE_FAILED})")


def test_an_engine_that_gets_on_is_restarted_as_often_as_it_takes(supervised):
    starts, shown = supervised(
        """
        if start < 6:
            with journal.task("measure", str(start)):
                pass
            die()
        """
    )
    assert starts == 7
    assert sum(worker.counts.get("measure_shards", 0) for worker in shown[-1]) == 6


def test_three_restarts_that_finish_nothing_are_the_last(supervised, tmp_path):
    program = """
        with journal.task("exchange"):
            if not (here / "mended").exists(): die()
    """
    with pytest.raises(RunError, match="killed again after 3 restarts without finishing a shard") as caught:
        supervised(program)
    assert "last at: exchange of the whole corpus" in str(caught.value)
    assert "Running the same command again goes on where this stopped" in str(caught.value)
    assert len((tmp_path / "starts").read_text()) == 4
    (tmp_path / "mended").touch()
    assert supervised(program)[0] == 5


def test_a_chunk_at_two_deaths_is_suspected_and_being_suspected_is_getting_on(supervised, tmp_path):
    program = """
        with journal.task("measure", "a"):
            for chunk in range(4):
                journal.working("measure", "a", chunk)
                if ["a", chunk] not in __import__("json").loads(engine.job.suspects): die()
    """
    starts, _ = supervised(program)
    assert starts == 9
    suspects = [json.loads((tmp_path / f"suspects-{k}").read_text()) for k in (0, 1, 2, 8)]
    assert suspects == [[], [], [["a", 0]], [["a", 0], ["a", 1], ["a", 2], ["a", 3]]]
    assert not (tmp_path / "state" / "deaths.json").exists()


def test_what_all_workers_were_at_when_one_died_is_noted(supervised, tmp_path):
    """So that many poison documents at once are found within two deaths, not one after the other."""
    starts, _ = supervised(
        """
        if start == 2: sys.exit()
        other = subprocess.Popen([sys.executable, "-c", "import sys, time; from pipelines.journal import Journal; "
            "kept = Journal(sys.argv[1]); kept.working('measure', 'b', 5); time.sleep(60)", engine.job.workers_folder])
        while not list(Path(engine.job.workers_folder).glob(f"{other.pid}.json")): time.sleep(0.02)
        time.sleep(0.2)
        journal.working("measure", "a", 3)
        die()
        """
    )
    assert starts == 3
    assert json.loads((tmp_path / "suspects-2").read_text()) == [["a", 3], ["b", 5]]


def test_deaths_are_known_to_the_next_driver(supervised, tmp_path):
    (tmp_path / "state" / "deaths.json").write_text('[["a", 3, 1], ["b", 0, 2]]')
    supervised("if start == 0: journal.working('measure', 'a', 3); die()")
    suspects = [json.loads((tmp_path / f"suspects-{k}").read_text()) for k in (0, 1)]
    assert suspects == [[["b", 0]], [["a", 3], ["b", 0]]]


def test_a_chunk_that_takes_too_long_counts_as_a_death_and_an_exchange_may_take_its_time(supervised, tmp_path):
    began = time.monotonic()
    starts, _ = supervised(
        """
        with journal.task("exchange"):
            time.sleep(1)
        with journal.task("measure", "a"):
            journal.working("measure", "a", None)
            time.sleep(1)
            if start < 2:
                journal.working("measure", "a", 0)
                __import__("re").match("(a+)+$", "a" * 64 + "b")
        """,
        seconds=0.5,
    )
    assert starts == 3
    assert json.loads((tmp_path / "suspects-2").read_text()) == [["a", 0]]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("ending", [f"os._exit({WORKER_DIED})", "die()"])
def test_a_worker_that_died_between_tasks_is_a_restart(supervised, ending):
    assert supervised(f"if start == 0: {ending}")[0] == 2


def test_native_code_that_ends_the_process_in_a_task_is_a_death(supervised, tmp_path):
    assert supervised("if start < 2: journal.working('measure', 'a', 0); os._exit(3)")[0] == 3
    assert json.loads((tmp_path / "suspects-2").read_text()) == [["a", 0]]


def test_want_of_memory_is_a_death(supervised, tmp_path):
    starts, _ = supervised(
        """
        if start < 2:
            with journal.task("measure", "a"):
                journal.working("measure", "a", 1)
                raise MemoryError
        """
    )
    assert starts == 3
    assert json.loads((tmp_path / "suspects-2").read_text()) == [["a", 1]]


def test_what_killed_workers_were_writing_is_removed_before_the_next_start(supervised, tmp_path):
    supervised(
        """
        (here / "out" / "clean").mkdir(parents=True, exist_ok=True)
        if start == 0:
            (here / "out" / "clean" / ".writing-x").touch()
            die()
        """
    )
    assert list((tmp_path / "out").rglob("*")) == [tmp_path / "out" / "clean"]


def test_workers_end_with_the_engine(supervised, tmp_path):
    supervised(f"subprocess.Popen(['sleep', '600'], env={{'OF': {str(tmp_path)!r}}})")
    wait_until(lambda: processes_of(tmp_path) == [], 5)


def test_the_engine_ends_with_its_supervisor_even_where_it_hangs_in_native_code(tmp_path):
    stuck = "__import__('re').match('(a+)+$', 'a' * 64 + 'b')"
    guard = [
        sys.executable,
        "-m",
        "pipelines.engine_guard",
        sys.executable,
        "-c",
        f"open({str(tmp_path / 'up')!r}, 'w'); {stuck}",
    ]
    program = (
        "import subprocess, sys, time; "
        f"subprocess.Popen({guard!r}, stdin=subprocess.PIPE, start_new_session=True); time.sleep(600)"
    )
    driver = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", program])
    wait_until((tmp_path / "up").exists)
    os.kill(driver, signal.SIGKILL)
    os.waitpid(driver, 0)
    wait_until(lambda: processes_of(tmp_path) == [], 5)


def test_a_state_that_cannot_be_written_is_named(supervised, tmp_path):
    (tmp_path / "state" / "engine.log").mkdir()
    with pytest.raises(OutputError, match=r"state/engine\.log cannot be written: Is a directory"):
        supervised("")
