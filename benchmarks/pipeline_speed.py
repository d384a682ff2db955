"""JSONL.gz to clean Parquet through the filters of FineWeb, two workers, beside datatrove's LocalPipelineExecutor.

``python benchmarks/pipeline_speed.py PAGES.parquet --datatrove PEER_PYTHON [--copies 10] [--rounds 3]``

Both sides read the same files, English pages cut into eight shards, and apply Gopher's, C4's and FineWeb's rules; the
number of documents kept stands beside each. Tamis writes decisions, reasons and a report besides. It also runs over
`copies` times the pages, since its start is most of a short run, and a run over one page shows what that is. Rounds
alternate; medians are shown. The floor is a plain process that reads the JSON and writes Parquet.
"""

import argparse
import gzip
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from measuring import machine, tamis

PEER = Path(__file__).with_name("peer_pipeline.py")
SHARDS = 8
CONFIGURATION = """
extends: fineweb
inputs: {{pages: {{paths: "{folder}/*.jsonl.gz", id: id}}}}
output: {{path: {output}}}
steps:
  - {{name: raw, rules: {{blocked_url: null, language: null, certain_language: null}}}}
  - {{name: c4, rules: {{email: null, ip_address: null}}}}
duplicates: null
"""


def write_shards(texts, folder, copies=1):
    """The texts as eight JSONL.gz files, copies of them with other ids."""
    folder.mkdir(parents=True)
    for shard in range(min(SHARDS, len(texts))):
        with gzip.open(folder / f"{shard}.jsonl.gz", "wt", compresslevel=3) as file:
            for copy in range(copies):
                for number in range(shard, len(texts), SHARDS):
                    file.write(json.dumps({"id": f"{copy}-{number}", "text": texts[number]}) + "\n")


def ours(source, output):
    """Seconds, and documents kept."""
    file = output.with_suffix(".yaml")
    file.write_text(CONFIGURATION.format(folder=source, output=output))
    seconds = tamis("run", str(file), "--workers", "2", "--overwrite")
    return seconds, json.loads((output / "run.json").read_text())["totals"]["records"]["kept"]


def theirs(interpreter, source, output):
    """Seconds of the executor alone, and documents kept."""
    command = [interpreter, "-W", "ignore", str(PEER), str(source), str(output), "2"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    kept = sum(pq.read_metadata(path).num_rows for path in output.glob("clean/*.parquet"))
    return float(done.stdout.split()[-1]), kept


def floor(source, output):
    """Seconds of one process that reads the JSON and writes Parquet."""
    output.mkdir(exist_ok=True)
    began = time.perf_counter()
    for path in sorted(source.glob("*.jsonl.gz")):
        with gzip.open(path, "rt") as file:
            rows = [json.loads(line) for line in file]
        pq.write_table(pa.Table.from_pylist(rows), output / f"{path.stem}.parquet", compression="zstd")
    return time.perf_counter() - began


def row(name, count, seconds, kept, reference=None):
    """One line of the table."""
    median = statistics.median(seconds)
    times = "" if reference is None else f"{count / median / reference:,.0f}"
    kept = "" if kept is None else f"{kept:,}"
    print(f"| {name} | {count:,} | {median:.1f} | {count / median:,.0f} | {times} | {kept} |", flush=True)
    return count / median


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages")
    parser.add_argument("--datatrove", required=True)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    table = pq.read_table(options.pages, columns=["text", "language"])
    texts = table.filter(pc.equal(table["language"], "en"))["text"].to_pylist()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_shards(texts, folder / "pages")
        write_shards(texts, folder / "many", options.copies)
        write_shards(texts[:1], folder / "one")
        tried = {"datatrove": [], "pages": [], "many": [], "one": [], "floor": []}
        for number in range(options.rounds):
            tried["datatrove"].append(theirs(options.datatrove, folder / "pages", folder / f"peer{number}"))
            for name in ("pages", "many", "one"):
                tried[name].append(ours(folder / name, folder / f"out-{name}"))
            tried["floor"].append((floor(folder / "pages", folder / "floor"), None))
        print(f"{machine()}\n\ntwo workers, median of {options.rounds}\n")
        print("| what | documents | seconds | documents/s | times datatrove | kept |\n|---|---:|---:|---:|---:|---:|")
        took = {name: [seconds for seconds, _ in rounds] for name, rounds in tried.items()}
        kept = {name: rounds[0][1] for name, rounds in tried.items()}
        many, start = len(texts) * options.copies, statistics.median(took["one"])
        peer = row("datatrove", len(texts), took["datatrove"], kept["datatrove"])
        row("Tamis, whole command", len(texts), took["pages"], kept["pages"], peer)
        row(f"Tamis, {options.copies} times the pages", many, took["many"], kept["many"], peer)
        row("the same without its start", many, [s - start for s in took["many"]], None, peer)
        row("Tamis, one page: its start", 1, took["one"], kept["one"])
        row("floor: read JSONL.gz, write Parquet, one process", len(texts), took["floor"], None, peer)


if __name__ == "__main__":
    main()
