"""The whole run against a plain process pool that calls the same functions: what Beam and the supervisor cost.

    python benchmarks/pipeline_overhead.py FOLDER [--documents 200000] [--shards 40] [--rounds 3]

Both sides read the same WARC shards, extract with resiliparse and decide by the default policy with two
processes, in turn, in one run of this script. The pool has no restarts, progress or report, and so three figures are
given of the other side: its work, from the first shard begun to the ledger; the pipeline, start-up of Beam and its
workers included; and the whole command, with the report. The pool's figure includes the start of its processes.
"""

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from made_corpus import write_warc
from measuring import machine, tamis

from filters.stars import forest
from pipelines import deciding_stage, electing_stage, exchange, grouping_stage, measuring_stage, members
from pipelines.blocks import keyed_blocks
from pipelines.configuration import load
from pipelines.documents import ordinals
from pipelines.job import tools
from pipelines.preparing import prepare_run

CONFIGURATION = """
extends: fineweb
inputs: {{made: {folder}/warc/*.warc.gz}}
extract: {{html: resiliparse}}
run: {{workers: 2}}
"""


def grouped(pairs: Iterator[tuple[int, object]]) -> dict[int, list[object]]:
    """Values by key."""
    found: dict[int, list[object]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def slices(job, number):
    return list(exchange.slices_of(job, number))


def edges(job, slices):
    found = exchange.find_edges(tools(job), exchange.pairs_of_slices(job, slices))
    return forest(found["low"], found["high"]).tobytes(), list(keyed_blocks(ordinals(found["high"]), found))


def contenders(job, ordinal, name):
    return list(electing_stage.contenders_of(job, ordinal, name, {}))


def losers(job, packed):
    return list(electing_stage.hold_elections(job, packed))


def pool_run(configuration_path: Path, output: Path) -> float:
    """The same functions, called by two processes."""
    began = time.monotonic()
    prepared = prepare_run(load(str(configuration_path), [], {"output.path": str(output)}))
    job, shards = prepared.job, prepared.shards
    numbers = range(len(shards))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(measuring_stage.measure_shard, [job] * len(shards), shards))
        every = [pair for i in numbers for pair in pool.submit(slices, job, i).result()]
        partitions = list(grouped(iter(every)).values())
        found = list(pool.map(edges, [job] * len(partitions), partitions))
        own_members = grouped(iter(members.find_members(job, [links for links, _ in found])))
        own_edges = grouped(pair for _, pairs in found for pair in pairs)
        parts = [own_members.get(i, []) for i in numbers], [own_edges.get(i, []) for i in numbers]
        list(pool.map(grouping_stage.write_groups, [job] * len(shards), numbers, *parts))
        standing = [pool.submit(contenders, job, i, s.name) for i, s in enumerate(shards)]
        by_partition = grouped(pair for future in standing for pair in future.result())
        lost = grouped(pair for packed in by_partition.values() for pair in pool.submit(losers, job, packed).result())
        arguments = ([job] * len(shards), numbers, [lost.get(i, []) for i in numbers])
        list(pool.map(deciding_stage.decide_shard, *arguments, [{}] * len(shards)))
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--shards", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    write_warc(options.folder / "warc", options.documents, options.shards)
    configuration = options.folder / "overhead.yaml"
    configuration.write_text(CONFIGURATION.format(folder=options.folder))
    print(machine())
    times: dict[str, list[float]] = {"work": [], "pipeline": [], "command": [], "pool": []}
    output = options.folder / "out"
    for _ in range(options.rounds):
        shutil.rmtree(output, ignore_errors=True)
        times["command"].append(tamis("run", str(configuration), "--output", str(output)))
        stages = json.loads((output / "timings.json").read_text())["stages"]
        times["work"].append(stages["work"])
        times["pipeline"].append(stages["start_up"] + stages["work"])
        shutil.rmtree(output, ignore_errors=True)
        times["pool"].append(pool_run(configuration, output))
        print(", ".join(f"{name} {found[-1]:.1f} s" for name, found in times.items()), flush=True)
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, seconds in medians.items():
        beside = seconds / medians["pool"] - 1
        print(
            f"{name}: median {seconds:.1f} s, {options.documents / seconds:,.0f} documents/s, {beside:+.1%} of the pool"
        )


if __name__ == "__main__":
    main()
