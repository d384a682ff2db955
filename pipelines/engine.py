"""The engine: the process that runs the graph. ``python -m pipelines.engine JOB`` is started by the supervisor."""

import os
import pickle
import sys
import threading
import traceback
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipelines.engine_request import ENGINE_FAILED, WORKER_DIED, Engine
from pipelines.graph import build

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
    threading.excepthook = _end_with_worker
    try:
        execute(engine)
    except Exception:
        traceback.print_exc()
        os._exit(ENGINE_FAILED)  # Python's own exit would wait for the threads that wait for workers


def _end_with_worker(failed: threading.ExceptHookArgs) -> None:
    """End where a worker ended badly: Beam raises in the thread that waits for it, and nobody else hears of it."""
    threading.__excepthook__(failed)
    if failed.thread is not None and failed.thread.name == "run_worker":
        os._exit(WORKER_DIED)


if __name__ == "__main__":
    main()
