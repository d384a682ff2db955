"""Peak memory of whole runs as the corpus grows: all processes together, default policy, two workers.

python benchmarks/memory.py FOLDER [--documents 10000 100000 1000000]
"""

import argparse
import json
import shutil
from pathlib import Path

from made_corpus import write_warc
from measuring import PeakMemory, machine, tamis
from pipeline_overhead import CONFIGURATION

DOCUMENTS_PER_SHARD = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    print(machine())
    print("| documents | kept | seconds | documents/s | peak MiB, all processes |\n|---|---|---|---|---|")
    for documents in options.documents:
        folder = options.folder / str(documents)
        write_warc(folder / "warc", documents, max(2, documents // DOCUMENTS_PER_SHARD))
        configuration, output = folder / "memory.yaml", folder / "out"
        configuration.write_text(CONFIGURATION.format(folder=folder))
        shutil.rmtree(output, ignore_errors=True)
        with PeakMemory() as peak:
            seconds = tamis("run", str(configuration), "--output", str(output))
        kept = json.loads((output / "run.json").read_text())["totals"]["records"]["kept"]
        rate = documents / seconds
        print(f"| {documents:,} | {kept:,} | {seconds:.0f} | {rate:,.0f} | {peak.mebibytes:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
