"""What an engine is started with. Apart from the engine, so that the supervisor need not import Beam."""

from dataclasses import dataclass

from pipelines.job import Job
from storage.inputs import Shard

__all__ = ["ENGINE_FAILED", "WORKER_DIED", "Engine"]

ENGINE_FAILED, WORKER_DIED = 70, 75
"""Exit statuses of an engine that raised, and of one that lost a worker: EX_SOFTWARE, EX_TEMPFAIL of sysexits.h."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A job and how it is run.

    Attributes:
        job: what is to be done.
        shards: in the order of their names.
        runner: ``local``, or the name of a Beam runner.
        workers: processes of the local runner.
        options: Beam's own options.
    """

    job: Job
    shards: list[Shard]
    runner: str
    workers: int
    options: tuple[str, ...] = ()
