"""The supervisor: starts the engine, watches its workers, and starts it again where one was killed.

Beam's local runner waits for ever for a worker that was killed. Here a worker that no longer holds its lock
is noticed at the next look, the engine is ended, and a new one goes on from the markers. A chunk at
which workers died twice is measured in quarantine from then on.
"""

import contextlib
import dataclasses
import functools
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from filters.errors import RunError
from pipelines.engine_request import Engine
from pipelines.journal import WorkerState, worker_states

__all__ = ["MOST_RESTARTS", "supervise"]

LOOK_SECONDS = 0.3
GRACE_SECONDS = 5.0
MOST_RESTARTS = 3
"""Restarts without a finished shard, or a chunk newly put in quarantine, after which a run fails."""

DEATHS_BEFORE_QUARANTINE = 2


def supervise(
    engine: Engine, state: Path, seconds_per_batch: float, watch: Callable[[list[WorkerState]], None]
) -> None:
    """Run an engine to its end, over as many starts as it takes.

    Args:
        engine: what to run; its journals go to ``state/workers``.
        state: a local folder for journals, the count of deaths and the engine's log.
        seconds_per_batch: how long a chunk may be worked on before its worker counts as stuck.
        watch: is shown all workers at every look, those of earlier starts too.

    Raises:
        RunError: the engine failed, or was restarted too often without getting on.
    """
    deaths = _Deaths(state / "deaths.json")
    earlier: list[WorkerState] = []
    fruitless = 0
    while True:
        before = _finished(earlier), len(deaths.suspects)
        show = functools.partial(_show, watch, list(earlier))
        end = _run_once(_with_suspects(engine, deaths), state, seconds_per_batch, show)
        states = worker_states(state / "workers")
        earlier += states
        if end is None:
            return
        deaths.note(end)
        got_on = (_finished(earlier), len(deaths.suspects)) != before
        fruitless = 0 if got_on else fruitless + 1
        if fruitless >= MOST_RESTARTS:
            raise RunError(_given_up(end, state))


def _run_once(
    engine: Engine, state: Path, seconds_per_batch: float, watch: Callable[[list[WorkerState]], None]
) -> list[WorkerState] | None:
    """One start of the engine: None when it finished, else the workers that were killed or stuck.

    Raises:
        RunError: the engine ended with an error of its own.
    """
    workers = state / "workers"
    _empty(workers)
    process = _start(engine, state)
    states: list[WorkerState] = []
    dead_since = math.inf
    try:
        while process.poll() is None:
            time.sleep(LOOK_SECONDS)
            states = worker_states(workers)
            watch(states)
            _end_stuck(states, seconds_per_batch)
            dead = [worker for worker in states if not worker.alive]
            dead_since = min(dead_since, time.monotonic()) if dead else math.inf
            # Workers also end when all is done: the engine gets a moment to say so.
            if any(w.stage is not None for w in dead) or time.monotonic() - dead_since > GRACE_SECONDS:
                break
        status = process.poll()
    finally:
        _end(process)
    watch(worker_states(workers))
    if status == 0:
        return None
    errors = sorted(path.read_text() for path in workers.glob("*.error"))
    if errors:
        raise RunError(errors[0])
    if status is not None and status > 0:
        raise RunError(f"the engine failed: {_last_line(state / 'engine.log')}; see {state / 'engine.log'}")
    return [w for w in states if w.stage is not None and (not w.alive or w.pid == process.pid)]


def _end_stuck(states: list[WorkerState], seconds_per_batch: float) -> None:
    for worker in states:
        if worker.alive and worker.chunk is not None and time.time() - worker.since > seconds_per_batch:
            os.kill(worker.pid, signal.SIGKILL)


def _show(watch: Callable[[list[WorkerState]], None], earlier: list[WorkerState], now: list[WorkerState]) -> None:
    watch([*earlier, *now])


def _start(engine: Engine, state: Path) -> "subprocess.Popen[bytes]":
    path = state / "engine.pickle"
    path.write_bytes(pickle.dumps(engine))
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "TOKENIZERS_PARALLELISM": "false"}
    with (state / "engine.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.engine", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the engine and its workers, all of which share its session."""
    with contextlib.suppress(ProcessLookupError):  # all of them may have ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _with_suspects(engine: Engine, deaths: "_Deaths") -> Engine:
    return dataclasses.replace(engine, job=dataclasses.replace(engine.job, suspects=json.dumps(deaths.suspects)))


class _Deaths:
    """How often workers died at each chunk, kept on disk so that a new driver knows it too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        known = json.loads(path.read_text()) if path.exists() else []
        self._counts = Counter({(shard, chunk): count for shard, chunk, count in known})

    @property
    def suspects(self) -> list[tuple[str, int]]:
        return sorted(place for place, count in self._counts.items() if count >= DEATHS_BEFORE_QUARANTINE)

    def note(self, killed: list[WorkerState]) -> None:
        for worker in killed:
            if worker.shard is not None and worker.chunk is not None:
                self._counts[worker.shard, worker.chunk] += 1
        self._path.write_text(json.dumps([[*place, count] for place, count in sorted(self._counts.items())]))


def _finished(states: list[WorkerState]) -> int:
    return sum(count for worker in states for name, count in worker.counts.items() if name.endswith("_shards"))


def _empty(workers: Path) -> None:
    workers.mkdir(parents=True, exist_ok=True)
    for path in workers.iterdir():
        path.unlink()


def _given_up(killed: list[WorkerState], state: Path) -> str:
    where = ", ".join(f"{w.stage} of {w.shard or 'the exchange'}" for w in killed) or "the engine itself"
    return (
        f"workers were killed {MOST_RESTARTS} times in a row without finishing a shard (last at: {where}). "
        f"Too little memory is the usual cause: give the run fewer workers (--workers 1) or the machine more memory; "
        f"the log is {state / 'engine.log'}. Running the same command again goes on where this stopped"
    )


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it left no message"
