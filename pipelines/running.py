"""Running: from a configuration to a finished output, and from a finished run to another decision over it."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Literal

from pipelines.against import against_of
from pipelines.configuration import Configuration
from pipelines.engine_request import Engine
from pipelines.finishing import Timings, finish
from pipelines.output_lock import output_lock, source_lock
from pipelines.paths import place_of_run
from pipelines.preparing import Prepared, output_of, prepare_decision, prepare_run
from pipelines.progress import Progress
from pipelines.supervisor import supervise
from reports.ledger import Ledger
from storage.files import exists, read_json

__all__ = ["Outcome", "decide", "run"]

LogFormat = Literal["auto", "text", "json"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        exit_status: 0 done; 3 done, but more failed than the budget allows.
        exceeded: a sentence for each part of the budget that was.
        totals: the ledger of the whole run; None where the graph was only handed over or built.
        report: path of the report, None likewise.
    """

    exit_status: int
    exceeded: Sequence[str] = ()
    totals: Ledger | None = None
    report: str | None = None


def run(configuration: Configuration, *, overwrite: bool = False, log_format: LogFormat = "auto") -> Outcome:
    """Read, measure, decide, write and report.

    Args:
        configuration: with an output path.
        overwrite: redo what another configuration or other inputs have changed.
        log_format: ``auto``: a live display on a terminal, plain lines elsewhere.

    Raises:
        ConfigurationError: it has no output, or an input matches nothing.
        OutputError: the output cannot be written, is in use, or holds something else.
        RunError: the run failed, or its ledger does not balance.
    """
    return _make(configuration, lambda: prepare_run(configuration, overwrite=overwrite), log_format)


def decide(
    configuration: Configuration,
    *,
    from_: str,
    text: bool = True,
    overwrite: bool = False,
    log_format: LogFormat = "auto",
) -> Outcome:
    """Apply a policy to what an earlier run measured; that run is never written.

    Args:
        configuration: the policy, with an output path; what it says of reading is taken from the earlier run.
        from_: the finished run.
        text: write clean/ and removed/ as well, not decisions, ledger and report alone.
        overwrite: as for `run`.
        log_format: as for `run`.

    Raises:
        ConfigurationError: the earlier run cannot answer the policy.
        OutputError: as for `run`, or `from_` is not a finished run.
        RunError: as for `run`.
    """
    source = place_of_run(from_)
    held = contextlib.nullcontext() if source == output_of(configuration) else source_lock(source)
    with held:
        return _make(
            configuration, lambda: prepare_decision(configuration, source, text=text, overwrite=overwrite), log_format
        )


def _make(configuration: Configuration, prepare: Callable[[], Prepared], log_format: LogFormat) -> Outcome:
    timings = Timings()
    output = output_of(configuration)
    with _earlier_locks(configuration, output), output_lock(output) as state, _stopped_cleanly():
        prepared = prepare()
        settings = configuration.run
        engine = Engine(prepared.job, prepared.shards, settings.runner, settings.workers, settings.options)
        if settings.runner != "local":
            _hand_over(engine)
            if not exists(f"{prepared.job.output}/totals.json"):
                return Outcome(0)
        else:
            with Progress(len(prepared.shards), _stages(prepared), log_format) as progress:
                timings.start()
                supervise(engine, state, settings.seconds_per_batch, progress.show)
                timings.worked(progress.states)
        exceeded, totals, report = finish(prepared, timings)
        return Outcome(3 if exceeded else 0, exceeded, totals, report)


@contextlib.contextmanager
def _earlier_locks(configuration: Configuration, output: str) -> Iterator[None]:
    """Keep others from writing what a run is deduplicated against: earlier outputs, and what they were decided from."""
    with contextlib.ExitStack() as locks:
        for place in sorted({*against_of(configuration).values()} - {output}):
            locks.enter_context(source_lock(place))
            record = read_json(f"{place}/run.json") if exists(f"{place}/run.json") else {"from": None}
            if record["from"] not in (None, output):
                locks.enter_context(source_lock(record["from"]))
        yield


def _stages(prepared: Prepared) -> list[str]:
    """The stages that every shard goes through, as `pipelines.graph` lays them out."""
    if not prepared.job.measures:
        return ["decide"]
    rounds = [f"{stage} {number}" for number in range(prepared.job.rounds) for stage in ("pieces", "counts")]
    groups = ["group"] if prepared.configuration.policy().duplicates is not None else []
    return [*(["extract"] if rounds else []), *rounds, "measure", *groups, "decide"]


def _hand_over(engine: Engine) -> None:
    """Run the graph on another runner, in this process: Beam is imported here alone."""
    from pipelines.engine import execute

    execute(engine)


@contextlib.contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: workers are ended, and nothing half-written has a final name.

    Only the main thread may say so; a run in another one is ended by its own process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
