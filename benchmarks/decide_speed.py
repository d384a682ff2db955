"""How fast a new threshold is answered, and what writing the text costs beside copying the same Parquet.

    python benchmarks/decide_speed.py FOLDER [--documents 200000] [--rounds 3]

A run measures the made documents once. Then, two workers: `tamis decide --no-text`, with the pipeline's own
seconds (after start-up: from the first shard begun to the ledger) beside the whole command's; and `tamis decide`
with text, against copying the same clean and removed files batch by batch with the same compression, by
two processes that call pyarrow alone.
"""

import argparse
import json
import shutil
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
from made_corpus import write_parquet
from measuring import machine, tamis

CONFIGURATION = """
extends: fineweb
inputs: {{made: {folder}/parquet/*.parquet}}
run: {{workers: 2}}
"""


def copy(source: Path, target: Path) -> None:
    """Read and write one Parquet file, a row group at a time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    file = pq.ParquetFile(source)
    with pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, use_threads=False)
            writer.write_table(table, row_group_size=max(1, table.num_rows))


def copy_seconds(run: Path, target: Path) -> float:
    """Seconds in which two processes copy the text that a decision writes, start-up excluded."""
    paths = [p for folder in ("clean", "removed") for p in sorted((run / folder).rglob("*.parquet"))]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(len, ["", ""]))
        began = time.monotonic()
        list(pool.map(copy, paths, [target / p.relative_to(run) for p in paths]))
        return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = options.folder
    write_parquet(folder / "parquet", options.documents, 20)
    configuration, measured, decided = folder / "decide.yaml", folder / "measured", folder / "decided"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    print(machine())
    shutil.rmtree(measured, ignore_errors=True)
    print(f"run: {tamis('run', str(configuration), '--output', str(measured)):.1f} s", flush=True)
    found: dict[str, list[float]] = {"no text": [], "no text, command": [], "text": [], "copy": []}
    for _ in range(options.rounds):
        for name, flags in (("no text", ["--no-text"]), ("text", [])):
            shutil.rmtree(decided, ignore_errors=True)
            arguments = ["decide", str(configuration), "--from", str(measured), "--output", str(decided), *flags]
            whole = tamis(*arguments)
            spent = json.loads((decided / "timings.json").read_text())["stages"]
            found[name].append(spent["work"])
            if flags:
                found["no text, command"].append(whole)
        shutil.rmtree(folder / "copied", ignore_errors=True)
        found["copy"].append(copy_seconds(decided, folder / "copied"))
    medians = {name: statistics.median(seconds) for name, seconds in found.items()}
    for name, seconds in medians.items():
        print(f"{name}: median {seconds:.2f} s, {options.documents / seconds:,.0f} documents/s")
    written = medians["text"] - medians["no text"]
    print(f"writing the text adds {written:.2f} s: {written / medians['copy']:.2f} times copying the same Parquet")
    print(f"deciding and writing together take {medians['text'] / medians['copy']:.2f} times copying it")


if __name__ == "__main__":
    main()
