"""Deduplication end to end beside datatrove's MinHash and Dolma's Bloom filter: the same shards, the same machine.

    python benchmarks/duplicates_peers.py FOLDER --datatrove PEER_PYTHON --dolma PEER_PYTHON [--documents 100000]

Made documents of 2 kB whose duplicates are known (`made_clusters.py`), two workers on each side, one run each after a
short one that fills every cache. Near duplicates beside datatrove: neither side looks at URLs, and datatrove does not
verify what meets in a band, as ours does not with `verify: off`. Equal texts beside Dolma. Tamis reports and writes
clean Parquet in every run; datatrove writes clean JSONL.gz; Dolma marks duplicates and writes no text.
"""

import argparse
import gzip
import json
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
from duplicates_scale import FINEWEB, checked
from made_clusters import write_clusters
from measuring import PeakMemory, machine, tamis

CONFIGURATION = """
inputs: {{made: {{paths: {folder}/documents, id: id}}}}
output: {{path: {output}}}
steps: [{{name: raw}}]
duplicates: {{of: raw, url: false, near: {near}}}
run: {{workers: {workers}}}
"""
WARMING = 1000


def ours(folder, near, workers):
    """Seconds, mebibytes, documents removed, and what was found of the known copies."""
    configuration, output = folder / "peers.yaml", folder / "out"
    configuration.write_text(CONFIGURATION.format(folder=folder, output=output, near=near, workers=workers))
    shutil.rmtree(output, ignore_errors=True)
    with PeakMemory() as peak:
        seconds = tamis("run", str(configuration))
    removed = json.loads((output / "run.json").read_text())["totals"]["records"]["removed"]
    stages = json.loads((output / "timings.json").read_text())["stages"]
    found = checked(pq.read_table(folder / "truth.parquet"), output)
    return seconds, peak.mebibytes, removed, f"{stages}; text {found[0]}, near {found[2]}, less {found[3]}"


def peer(script, interpreter, *arguments):
    """Seconds by step and mebibytes of a script of a peer."""
    command = [interpreter, "-W", "ignore", str(Path(__file__).with_name(script)), *map(str, arguments)]
    with PeakMemory() as peak:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout.splitlines()[-1]), peak.mebibytes


def datatrove(folder, interpreter, documents, workers):
    """The same of datatrove's four steps."""
    output = folder / "datatrove"
    shutil.rmtree(output, ignore_errors=True)
    seconds, memory = peer("peer_dedup_datatrove.py", interpreter, folder / "documents", output, workers)
    kept = sum(lines(path) for path in output.glob("clean/*.gz"))
    return sum(seconds.values()), memory, documents - kept, str(seconds)


def dolma(folder, interpreter, documents, workers):
    """The same of Dolma's deduplication by text."""
    shutil.rmtree(folder / "attributes", ignore_errors=True)
    seconds, memory = peer("peer_dedup_dolma.py", interpreter, folder, "$.text", documents, workers)
    marked = sum(lines(path, b'"duplicate"') for path in folder.glob("attributes/*/*.gz"))
    return seconds["dedupe"], memory, marked, str(seconds)


def lines(path, holding=b""):
    """How many lines of a gzipped file hold that."""
    with gzip.open(path) as file:
        return sum(holding in line for line in file)


def row(name, documents, found):
    """One line of the table."""
    seconds, memory, removed, notes = found
    print(
        f"| {name} | {seconds:.1f} | {documents / seconds:,.0f} | {memory:,.0f} | {removed:,} | {notes} |", flush=True
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--datatrove", metavar="PEER_PYTHON")
    parser.add_argument("--dolma", metavar="PEER_PYTHON")
    options = parser.parse_args()
    print(f"{machine()}\n\n| what | seconds | documents/s | MiB | removed | steps |\n|---|---:|---:|---:|---:|---|")
    for documents in (WARMING, options.documents):
        folder = options.folder.resolve() / f"clusters-{documents}"
        write_clusters(folder, documents)
        for name, run in runs(folder, documents, options).items():
            found = run()
            if documents != WARMING:
                row(name, documents, found)


def runs(folder, documents, options):
    """What is run, by name; ours beside theirs."""
    ourselves = partial(ours, folder, workers=options.workers)
    near = {verify: FINEWEB.format(verify=verify) for verify in ("off", "signature", "exact")}
    named = {f"tamis, near, verify: {verify}": partial(ourselves, section) for verify, section in near.items()}
    if options.datatrove:
        named["datatrove, MinHash"] = partial(datatrove, folder, options.datatrove, documents, options.workers)
    named["tamis, equal texts"] = partial(ourselves, "null")
    if options.dolma:
        named["Dolma, equal texts"] = partial(dolma, folder, options.dolma, documents, options.workers)
    return named


if __name__ == "__main__":
    main()
