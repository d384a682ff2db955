"""Progress: a live display on a terminal, plain lines elsewhere, or JSON lines for machines."""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from pipelines.journal import WorkerState

__all__ = ["Progress"]

LINE_SECONDS = 10.0


class Progress:
    """Shows how far a run is; everything goes to standard error.

    Args:
        shard_count: how many shards go through each stage.
        stages: the stages that the job has, as workers' journals name them.
        log_format: ``auto``: a live display on a terminal, plain lines elsewhere.

    Attributes:
        states: the workers as they were last seen.
    """

    def __init__(self, shard_count: int, stages: Sequence[str], log_format: Literal["auto", "text", "json"]) -> None:
        self.states: list[WorkerState] = []
        self._shard_count = shard_count
        self._stages = stages
        self._json = log_format == "json"
        console = Console(stderr=True)
        self._live = Live(console=console, transient=True) if log_format == "auto" and console.is_terminal else None
        self._began = time.monotonic()
        self._told = 0.0
        self._noted: set[str] = set()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()
        elif self.states:
            self._tell(self._facts())

    def show(self, states: list[WorkerState]) -> None:
        """Show the workers as they are now."""
        self.states = states
        self._note([note for worker in states for note in worker.notes])
        if self._live is not None:
            self._live.update(_table(self._facts()))
        elif time.monotonic() - self._told >= LINE_SECONDS:
            self._told = time.monotonic()
            self._tell(self._facts())

    def _facts(self) -> dict[str, object]:
        counts: Counter[str] = Counter()
        for worker in self.states:
            counts.update(worker.counts)
        seconds = max(time.monotonic() - self._began, 1e-9)
        done = {stage: counts[f"{stage}_shards"] for stage in self._stages}
        share = sum(done.values()) / (self._shard_count * len(done))
        return {
            "stage": next((w.stage for w in self.states if w.alive and w.stage), None),
            "seconds": round(seconds, 1),
            "shards": self._shard_count,
            **{f"{stage}_done": count for stage, count in done.items()},
            "documents": counts["records"] or counts["decided"],
            "documents_per_second": round((counts["records"] or counts["decided"]) / seconds, 1),
            "megabytes_per_second": round(counts["bytes"] / seconds / 1e6, 1),
            "kept_share": round(counts["kept"] / counts["decided"], 4) if counts["decided"] else None,
            "seconds_left": round(seconds * (1 - share) / share) if share else None,
        }

    def _note(self, notes: list[str]) -> None:
        """Print what was not printed before."""
        for note in notes:
            if note not in self._noted:
                self._noted.add(note)
                print(json.dumps({"note": note}) if self._json else note, file=sys.stderr, flush=True)

    def _tell(self, facts: dict[str, object]) -> None:
        line = json.dumps(facts) if self._json else ", ".join(f"{k} {v}" for k, v in _worded(facts).items())
        print(line, file=sys.stderr, flush=True)


def _worded(facts: dict[str, object]) -> dict[str, object]:
    return {name.replace("_", " "): value for name, value in facts.items() if value is not None}


def _table(facts: dict[str, object]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in _worded(facts).items():
        table.add_row(f"[dim]{name}", f"{value:,}" if isinstance(value, int | float) else str(value))
    return table
