"""The supervisor: starts the engine, watches its workers, and starts it again where one was killed.

Beam's local runner waits for ever for a worker that was killed. Here a worker that no longer holds its lock
is noticed at the next look, the engine is ended, and a new one goes on from the markers. A chunk that was
being worked on at two deaths is measured in quarantine from then on, whoever died: that costs time and changes
no byte. Only chunks have a time limit: the exchange and deciding run no code but ours on what was measured,
and take as long as they take.
"""

import contextlib
import dataclasses
import functools
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from filters.errors import OutputError, RunError
from pipelines.engine_guard import KILLED
from pipelines.engine_request import ENGINE_FAILED, WORKER_DIED, Engine
from pipelines.journal import WorkerState, worker_errors, worker_states
from storage.files import read_json, remove_unfinished, write_json

__all__ = ["MOST_RESTARTS", "supervise"]

ENGINE = (sys.executable, "-m", "pipelines.engine")
LOOK_SECONDS = 0.3
MOST_RESTARTS = 3
"""Restarts in a row without a finished shard, or a chunk newly put in quarantine, after which a run fails."""

DEATHS_BEFORE_QUARANTINE = 2

MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
"""What glibc is told, unless the user's environment says otherwise: to give back what is freed.

Elements cross the shuffle through many threads, of which each would keep an arena, and freed blocks of many megabytes
would stay within it: at 300,000 documents with near duplicates that was a fifth of the memory of all processes.
"""

Watch = Callable[[list[WorkerState]], None]


def supervise(engine: Engine, state: Path, seconds_per_batch: float, watch: Watch) -> None:
    """Run an engine to its end, over as many starts as it takes.

    Args:
        engine: what to run. Journals go to a temporary folder, so that workers can tell of a full disk.
        state: the run's own folder, for the count of deaths and the engine's log.
        seconds_per_batch: how long a chunk may be worked on before its worker counts as stuck.
        watch: is shown all workers at every look, those of earlier starts too.

    Raises:
        OutputError: the state cannot be written.
        RunError: the engine failed, or was restarted too often without getting on.
    """
    deaths = _Deaths(state / "deaths.json")
    earlier: list[WorkerState] = []
    fruitless = 0
    while True:
        remove_unfinished(engine.job.output)  # what killed workers were writing, of this run or an earlier one
        before = _finished(earlier), len(deaths.suspects)
        show = functools.partial(_show, watch, list(earlier))
        with tempfile.TemporaryDirectory(prefix="tamis-") as folder:
            end = _run_once(_equipped(engine, folder, deaths), Path(folder), state, seconds_per_batch, show)
            earlier += worker_states(Path(folder))
        if end is None:
            deaths.forget()
            return
        deaths.note(end)
        got_on = (_finished(earlier), len(deaths.suspects)) != before
        fruitless = 0 if got_on else fruitless + 1
        if fruitless > MOST_RESTARTS:
            raise RunError(_given_up(end, state))


def _run_once(
    engine: Engine, folder: Path, state: Path, seconds_per_batch: float, watch: Watch
) -> list[WorkerState] | None:
    """One start of the engine: None when it finished, else those at work when it or one of them was killed.

    Raises:
        OutputError: the log cannot be written.
        RunError: the engine ended with an error of its own.
    """
    process = _start(engine, folder, state)
    states: list[WorkerState] = []
    try:
        while process.poll() is None and not worker_errors(folder) and not any(map(_died_at_work, states)):
            time.sleep(LOOK_SECONDS)
            states = worker_states(folder)
            watch(states)
            _end_stuck(states, seconds_per_batch)
        status = process.poll()
        states = worker_states(folder)  # before those that live are ended with the engine
    finally:
        _end(process)
    watch(worker_states(folder))
    if status == 0:
        return None
    for error in worker_errors(folder):
        raise RunError(error)
    at_work = [worker for worker in states if worker.stage is not None]
    ended = status is not None and status < KILLED and status != WORKER_DIED
    if status == ENGINE_FAILED or (ended and not at_work):
        raise RunError(f"the engine failed: {_last_line(state / 'engine.log')}; see {state / 'engine.log'}")
    return at_work


def _died_at_work(worker: WorkerState) -> bool:
    """Workers also end when all is done; one that dies between tasks is told by the engine."""
    return not worker.alive and worker.stage is not None


def _end_stuck(states: list[WorkerState], seconds_per_batch: float) -> None:
    for worker in states:
        if worker.alive and worker.chunk is not None and time.monotonic() - worker.since > seconds_per_batch:
            with contextlib.suppress(ProcessLookupError):  # it may have ended since the look
                os.kill(worker.pid, signal.SIGKILL)


def _show(watch: Watch, earlier: list[WorkerState], now: list[WorkerState]) -> None:
    watch([*earlier, *now])


def _start(engine: Engine, folder: Path, state: Path) -> "subprocess.Popen[bytes]":
    """Start the engine under its guard, which holds the other end of the process's standard input."""
    environment = {**MEMORY, **os.environ, "PYTHONSAFEPATH": "1", "TOKENIZERS_PARALLELISM": "false"}
    path = folder / "engine.pickle"
    try:
        path.write_bytes(pickle.dumps(engine))
        with (state / "engine.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "pipelines.engine_guard", *ENGINE, str(path)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        raise OutputError(
            f"{error.filename or path} cannot be written: {error.strerror}; free space there or make it writable"
        ) from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the engine and its workers, all of which share the guard's process group."""
    with contextlib.suppress(ProcessLookupError):  # all of them may have ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _equipped(engine: Engine, folder: str, deaths: "_Deaths") -> Engine:
    job = dataclasses.replace(engine.job, workers_folder=folder, suspects=json.dumps(deaths.suspects))
    return dataclasses.replace(engine, job=job)


class _Deaths:
    """At how many deaths each chunk was being worked on, kept on disk so that a new driver knows it too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known = read_json(str(path)) if path.exists() else []
        self._counts = Counter({(shard, chunk): count for shard, chunk, count in known})

    @property
    def suspects(self) -> list[tuple[str, int]]:
        return sorted(place for place, count in self._counts.items() if count >= DEATHS_BEFORE_QUARANTINE)

    def note(self, at_work: list[WorkerState]) -> None:
        for worker in at_work:
            if worker.shard is not None and worker.chunk is not None:
                self._counts[worker.shard, worker.chunk] += 1
        write_json(str(self._path), [[*place, count] for place, count in sorted(self._counts.items())])

    def forget(self) -> None:
        """All is measured; another configuration may mend what died."""
        self._path.unlink(missing_ok=True)


def _finished(states: list[WorkerState]) -> int:
    return sum(count for worker in states for name, count in worker.counts.items() if name.endswith("_shards"))


def _given_up(at_work: list[WorkerState], state: Path) -> str:
    named = [worker for worker in at_work if not worker.alive] or at_work
    where = ", ".join(f"{w.stage} of {w.shard or 'the whole corpus'}" for w in named) or "between two tasks"
    return (
        f"workers were killed again after {MOST_RESTARTS} restarts without finishing a shard (last at: {where}). "
        f"Too little memory is the usual cause: give the run fewer workers (--workers 1) or the machine more memory; "
        f"the log is {state / 'engine.log'}. Running the same command again goes on where this stopped"
    )


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it left no message"
