"""Finishing a run: the ledgers must balance, then its record, report and dataset card are written."""

import contextlib
import platform
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from pipelines.configuration import Configuration
from pipelines.job import tools
from pipelines.journal import WorkerState
from pipelines.preparing import Prepared
from reports.dataset_card import write_dataset_card
from reports.ledger import Ledger, check, merge
from reports.report import write_report
from storage.files import read_json, remove_tree, write_json
from storage.layout import shard_path

__all__ = ["Timings", "finish"]

PACKAGES = (
    "tamis",
    "apache-beam",
    "pyarrow",
    "numpy",
    "numba",
    "fasttext-community",
    "fastwarc",
    "resiliparse",
    "trafilatura",
)
"""Those whose versions are written into ``run.json``."""


@dataclass
class Timings:
    """What took how long; kept apart from everything that must be the same in every run."""

    stages: dict[str, float] = field(default_factory=dict)
    workers: list[WorkerState] = field(default_factory=list)
    started: float = 0.0

    def start(self) -> None:
        """The engine is about to be started."""
        self.started = time.time()

    def worked(self, workers: list[WorkerState]) -> None:
        """The workers are done: what lies before the first task of any is the start-up."""
        first = min((w.began for w in workers if w.began is not None), default=self.started)
        self.stages |= {"start_up": round(first - self.started, 3), "work": round(time.time() - first, 3)}
        self.workers = workers

    def record(self) -> dict[str, Any]:
        """``stages`` by the clock on the wall, ``spent`` in seconds of all workers together."""
        spent: Counter[str] = Counter()
        for worker in self.workers:
            spent.update(worker.spent)
        return {"stages": self.stages, "spent": {name: round(seconds, 3) for name, seconds in sorted(spent.items())}}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.stages[name] = round(time.monotonic() - began, 3)


def finish(prepared: Prepared, timings: Timings) -> tuple[list[str], Ledger, str]:
    """Check and write up a run whose graph has ended.

    Returns:
        A sentence for each part of the budget that was exceeded, the ledger of the whole run, the report's path.

    Raises:
        RunError: a ledger does not balance.
    """
    job = prepared.job
    ledgers = [read_json(shard_path(job.output, "ledger", shard.name, ".json")) for shard in prepared.shards]
    for ledger in ledgers:
        check(ledger)
    totals = merge(ledgers)
    check(totals)
    kit = tools(job)
    earlier = None if job.measures else read_json(f"{job.source}/run.json")
    measure = kit.measure_fingerprint if earlier is None else earlier["fingerprints"]["measure"]
    record = {
        **prepared.request,
        "fingerprints": {"code": job.code, "measure": measure, "decide": kit.decide_fingerprint},
        "measured": kit.plan.record() if earlier is None else earlier["measured"],
        "limits": read_json(f"{job.output}/totals.json")["limits"],
        "totals": totals,
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "machine": platform.machine(),
    }
    write_json(f"{job.output}/run.json", record)
    remove_tree(f"{job.output}/work/counts")
    with timings.stage("report"):
        write_json(f"{job.output}/timings.json", timings.record())
        report = write_report(job.output)
        write_dataset_card(job.output)
    write_json(f"{job.output}/timings.json", timings.record())
    return _exceeded(prepared.configuration, totals, ledgers), totals, report


def _exceeded(configuration: Configuration, totals: Ledger, ledgers: list[Ledger]) -> list[str]:
    failed = sum(totals["records"]["failed"].values())
    unread = sum("unreadable_shard" in ledger["records"]["failed"] for ledger in ledgers)
    return configuration.budget.exceeded(
        failed_shards=unread, shards=len(ledgers), failed_records=failed, records=totals["records"]["total"]
    )
