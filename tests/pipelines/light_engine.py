"""What the supervisor needs of an engine, without the libraries that a real job imports."""

from dataclasses import dataclass


@dataclass
class LightJob:
    """Stands for `pipelines.job.Job`."""

    output: str
    workers_folder: str | None = None
    suspects: str = "[]"


@dataclass
class LightEngine:
    """Stands for `pipelines.engine_request.Engine`."""

    job: LightJob
