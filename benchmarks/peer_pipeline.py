"""datatrove's pipeline over JSONL.gz, on one machine: run by the interpreter that has it, for `pipeline_speed.py`.

``peer_pipeline.py INPUT_FOLDER OUTPUT_FOLDER WORKERS`` prints the seconds that the executor ran.
"""

import sys
import time

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter


def main(source, target, workers):
    executor = LocalPipelineExecutor(
        pipeline=[
            JsonlReader(source, glob_pattern="*.jsonl.gz"),
            GopherRepetitionFilter(),
            GopherQualityFilter(),
            C4QualityFilter(filter_no_terminal_punct=False),
            FineWebQualityFilter(),
            ParquetWriter(f"{target}/clean"),
        ],
        tasks=int(workers),
        workers=int(workers),
        logging_dir=f"{target}/logs",
        skip_completed=False,
    )
    began = time.perf_counter()
    executor.run()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
