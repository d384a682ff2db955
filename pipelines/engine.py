"""The engine: the process that runs the graph. ``python -m pipelines.engine JOB`` is started by the supervisor."""

import pickle
import sys
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipelines.engine_request import Engine
from pipelines.graph import build
from pipelines.journal import end_with

__all__ = ["execute", "main"]


def execute(engine: Engine) -> beam.runners.runner.PipelineResult:
    """Run the graph to its end.

    The local runner is instantiated here and not by name: the name ``DirectRunner`` makes Beam try to
    download another one first.
    """
    flags = list(engine.options)
    runner: FnApiRunner | str = engine.runner
    if engine.runner == "local":
        runner = FnApiRunner()
        if engine.workers > 1:
            flags += [f"--direct_num_workers={engine.workers}", "--direct_running_mode=multi_processing"]
    pipeline = beam.Pipeline(runner=runner, options=PipelineOptions(flags))
    build(pipeline, engine.job, engine.shards)
    result = pipeline.run()
    result.wait_until_finish()
    return result


def main() -> None:
    """Run the engine that is pickled in the file named by the first argument."""
    engine: Engine = pickle.loads(Path(sys.argv[1]).read_bytes())
    if engine.job.supervisor_lock is not None:
        end_with(engine.job.supervisor_lock)
    execute(engine)


if __name__ == "__main__":
    main()
