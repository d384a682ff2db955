"""What a worker is doing, on disk, so that the supervisor sees progress, stuck work and dead workers.

A worker holds a lock on ``<pid>.lock`` for as long as it lives: the kernel frees it however the
process ends, ``kill -9`` included. Beside it, ``<pid>.json`` says what it is working on,
and ``<pid>.error`` what it failed with.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from filters.errors import TamisError

__all__ = ["Journal", "WorkerState", "journal", "worker_errors", "worker_states"]

MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker as the supervisor sees it.

    Attributes:
        pid: its process.
        alive: it still holds its lock.
        stage: ``measure``, ``exchange`` or ``decide``; None between tasks.
        shard: the shard it works on.
        chunk: ordinal of the chunk it works on, while measuring.
        since: when it began that chunk or task, by the machine's steady clock: a laptop that slept is not stuck.
        began: when it began its first task; None before.
        counts: ``records``, ``bytes``, ``decided``, ``kept`` and finished shards by stage, since it started.
        spent: seconds by stage and, within the measure stage, by what it did.
        notes: sentences that whoever watches the run should read.
    """

    pid: int
    alive: bool
    stage: str | None
    shard: str | None
    chunk: int | None
    since: float
    began: float | None
    counts: dict[str, int]
    spent: dict[str, float]
    notes: list[str] = field(default_factory=list)


class Journal:
    """The journal of this process; one that writes nothing where there is no folder.

    Attributes:
        spent: seconds by what they were spent on; whoever spends them adds them.
    """

    def __init__(self, folder: str | None) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._counts: Counter[str] = Counter()
        self._notes: list[str] = []
        self._began: float | None = None
        self._path = None if folder is None else Path(folder) / f"{os.getpid()}.json"
        self._lock: TextIO | None = None
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._path.with_suffix(".lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._write(None, None, None)

    @contextlib.contextmanager
    def task(self, stage: str, shard: str | None = None) -> Iterator[None]:
        """Work on one task; a shard's task counts as finished when the block ends well.

        An error is left for the supervisor, which shows it as it was written: a runner would wrap it
        in its own words. A process out of memory ends as if the kernel had killed it: only a new one
        has its memory back, and the chunk that asks for too much is found in the same way.
        """
        began = time.perf_counter()
        self._began = self._began or time.time()
        self._write(stage, shard, None)
        try:
            yield
        except MemoryError:
            if self._path is not None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise
        except Exception as error:
            kind = "" if isinstance(error, TamisError) else f"{type(error).__name__}: "
            self._publish(".error", f"{kind}{error}")
            raise
        self.spent[stage] += time.perf_counter() - began
        if shard is not None:
            self._counts[f"{stage}_shards"] += 1
        self._write(None, None, None)

    def working(self, stage: str, shard: str, chunk: int | None) -> None:
        """The next chunk of a shard is being worked on; None: one without a time limit."""
        self._write(stage, shard, chunk)

    def count(self, **amounts: int) -> None:
        """Add to the counts; they are written with the next change of work."""
        self._counts.update(amounts)

    def tell(self, note: str) -> None:
        """Have whoever watches the run read a sentence, the first of many; written with the next change of work."""
        if len(self._notes) < MOST_NOTES:
            self._notes.append(note)

    def _write(self, stage: str | None, shard: str | None, chunk: int | None) -> None:
        state: dict[str, object] = {"stage": stage, "shard": shard, "chunk": chunk, "since": time.monotonic()}
        state |= {"began": self._began, "counts": self._counts, "spent": self.spent, "notes": self._notes}
        self._publish(".json", json.dumps(state))

    def _publish(self, suffix: str, content: str) -> None:
        if self._path is not None:
            temporary = self._path.with_suffix(".new")
            temporary.write_text(content)
            temporary.replace(self._path.with_suffix(suffix))


@cache
def journal(folder: str | None) -> Journal:
    """The one journal of this process for a folder."""
    return Journal(folder)


def worker_states(folder: Path) -> list[WorkerState]:
    """All workers that ever kept a journal in a folder, by process number."""
    states = []
    for path in sorted(folder.glob("*.json")):
        alive = _is_locked(path.with_suffix(".lock"))  # first: what a dead worker wrote is its last word
        content: dict[str, Any] = json.loads(path.read_text())
        states.append(WorkerState(pid=int(path.stem), alive=alive, **content))
    return states


def worker_errors(folder: Path) -> list[str]:
    """The errors that workers left in a folder."""
    return [path.read_text() for path in sorted(folder.glob("*.error"))]


def _is_locked(path: Path) -> bool:
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
