"""Running: from a configuration to a finished output, and from a finished run to another decision over it."""

import contextlib
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from filters.errors import ConfigurationError, OutputError
from pipelines.answers import answerable
from pipelines.configuration import Configuration
from pipelines.engine_request import Engine
from pipelines.finishing import Timings, finish
from pipelines.job import Job, source_record
from pipelines.output_lock import output_lock
from pipelines.progress import Progress
from pipelines.sampling import sampled_shards
from pipelines.standing import code_fingerprint, prepare
from pipelines.supervisor import supervise
from storage.files import exists, read_json
from storage.inputs import Shard
from storage.listing import list_shards

__all__ = ["Outcome", "decide", "run"]

LogFormat = Literal["auto", "text", "json"]
BYTES_PER_PARTITION = 64 << 20
MOST_PARTITIONS = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        exit_status: 0 done; 3 done, but more failed than the budget allows.
        totals: the ledger of the whole run; None where the graph was only handed over or built.
        report: path of the report, None likewise.
    """

    exit_status: int
    totals: dict[str, Any] | None = None
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
    output = _output_of(configuration)
    shards = sampled_shards(list_shards(configuration.readers(), configuration.read_limits()), configuration.sample)
    if not shards:
        raise ConfigurationError("the sample holds no shard; raise sample.fraction or take another seed")
    return _make(
        configuration, output, output, shards, measures=True, text=True, overwrite=overwrite, log_format=log_format
    )


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
    output, source = _output_of(configuration), from_.rstrip("/")
    if output == source:
        raise ConfigurationError(f"--output is the run that --from names, {source}; decide never writes that one")
    if not exists(f"{source}/run.json"):
        raise OutputError(f"{source} is not a finished run: it has no run.json; finish it with `tamis run`")
    record = read_json(f"{source}/run.json")
    if record.get("from"):
        raise ConfigurationError(f"{source} was itself decided from {record['from']}; give --from {record['from']}")
    earlier = Configuration.model_validate_json(json.dumps(record["configuration"]))
    answerable(configuration, earlier, source_record(source), source)
    taken = {name: getattr(earlier, name) for name in ("inputs", "extract", "limits", "sample", "tokens")}
    configuration = configuration.model_copy(update=taken)
    shards = [
        Shard(s["name"], s["input"], "", s["format"], s["size"], s["identity"])
        for s in read_json(f"{source}/shards.json")["shards"]
    ]
    return _make(
        configuration, output, source, shards, measures=False, text=text, overwrite=overwrite, log_format=log_format
    )


def _make(
    configuration: Configuration,
    output: str,
    source: str,
    shards: list[Shard],
    *,
    measures: bool,
    text: bool,
    overwrite: bool,
    log_format: LogFormat,
) -> Outcome:
    timings = Timings()
    local = configuration.run.runner == "local"
    with output_lock(output) as (state, lock), _stopped_cleanly():
        code = code_fingerprint()
        request: dict[str, Any] = {
            "configuration": configuration.model_dump(mode="json"),
            "code": code,
            "from": None if measures else source,
            "text": text,
        }
        prepare(output, request, shards, overwrite=overwrite)
        job = Job(
            configuration=configuration.model_dump_json(),
            output=output,
            source=source,
            measures=measures,
            text=text,
            code=code,
            partition_count=_partition_count(shards, configuration.run.workers),
            workers_folder=str(state / "workers") if local else None,
            supervisor_lock=str(lock) if local else None,
        )
        engine = Engine(job, shards, configuration.run.runner, configuration.run.workers, configuration.run.options)
        if not local:
            if not _hand_over(engine):
                return Outcome(0)
        else:
            with Progress(shards, log_format, measures=measures) as progress, timings.stage("pipeline"):
                supervise(engine, state, configuration.run.seconds_per_batch, progress.show)
                timings.workers = progress.states
        return Outcome(*finish(job, configuration, request, timings))


def _hand_over(engine: Engine) -> bool:
    """Run the graph on another runner in this process; False where it was only built, or left running."""
    from pipelines.engine import execute

    execute(engine)
    return exists(f"{engine.job.output}/totals.json")


def _output_of(configuration: Configuration) -> str:
    if configuration.output.path is None:
        raise ConfigurationError("no output; write output: {path: FOLDER} or give --output FOLDER")
    path = configuration.output.path.rstrip("/")
    return path if "://" in path else str(Path(path).absolute())


def _partition_count(shards: list[Shard], workers: int) -> int:
    """Parts of the exchange: it follows from the size of the input, and each worker gets some."""
    return min(MOST_PARTITIONS, max(2 * workers, sum(s.size for s in shards) // BYTES_PER_PARTITION))


@contextlib.contextmanager
def _stopped_cleanly() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: workers are ended, and nothing half-written has a final name."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
