"""Deduplication end to end as the corpus grows: time by stage, memory of all processes, what was found of the truth.

    python benchmarks/duplicates_scale.py grow FOLDER [--documents 100000 300000 1000000] [--verify signature exact]
    python benchmarks/duplicates_scale.py hot FOLDER [--documents 50000 100000 200000] [--verify signature exact]
    python benchmarks/duplicates_scale.py short FOLDER [--documents 250000 500000 1000000]

`grow` runs over made documents of 2 kB whose duplicates are known (`made_clusters.py`), `hot` over one cluster, of
equal texts and of texts of which each has another word exchanged, `short` over equal pages of 200 characters. FOLDER
keeps the corpora; a run is `tamis run` in processes of its own, with `near: fineweb` and two workers. Stages are
seconds of all workers together, memory is the sum of the proportional set sizes of the supervisor, the engine and the
workers. The last columns say which share of the copies stands in the component of its original: copies of the text, of
the URL, near copies of a similarity of 0.75 or more, or of less; and how many documents stand in components of several
clusters.
"""

import argparse
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from made_clusters import NEAR, ORIGINAL, TEXT, URL, write_clusters, write_hot, write_short
from measuring import PeakMemory, machine, tamis

CONFIGURATION = """
inputs: {{made: {{paths: {folder}/documents, id: id}}}}
output: {{path: {output}}}
steps: [{{name: raw}}]
duplicates: {{of: raw, near: {near}}}
run: {{workers: {workers}}}
"""
FINEWEB = "{{words: 5, bands: 14, rows: 8, similarity: 0.75, verify: {verify}}}"
LIMIT = 0.75


def measured_run(folder: Path, near: str, workers: int) -> tuple[Path, float, float]:
    """The output of a run over a corpus, its seconds, and the mebibytes of its processes at their most."""
    configuration, output = folder / "scale.yaml", folder / "out"
    configuration.write_text(CONFIGURATION.format(folder=folder, output=output, near=near, workers=workers))
    shutil.rmtree(output, ignore_errors=True)
    with PeakMemory() as peak:
        seconds = tamis("run", str(configuration))
    return output, seconds, peak.mebibytes


def heading() -> None:
    """Of the table of runs."""
    print(
        "\n| corpus | verify | documents | removed | seconds | documents/s | work, seconds | of all workers | MiB ",
        end="",
    )
    print("| index, bytes a document | text | URL | near, 0.75 | near, less | wrong |\n|" + "---|" * 15)


def row(name: str, verify: str, truth: pa.Table, found: tuple[Path, float, float]) -> None:
    """One run."""
    output, seconds, memory = found
    documents = truth.num_rows
    timings = json.loads((output / "timings.json").read_text())
    removed = json.loads((output / "run.json").read_text())["totals"]["records"]["removed"]
    spent = ", ".join(f"{stage} {took:.0f}" for stage, took in timings["spent"].items())
    index = sum(path.stat().st_size for path in (output / "index").rglob("*") if path.is_file()) / documents
    print(f"| {name} | {verify} | {documents:,} | {removed:,} | {seconds:.0f} | {documents / seconds:,.0f} ", end="")
    print(f"| {timings['stages']['work']:.0f} | {spent} | {memory:,.0f} | {index:,.0f} ", end="")
    print(f"| {' | '.join(checked(truth, output))} |", flush=True)


def components_of(truth: pa.Table, output: Path) -> np.ndarray:
    """The number of each document's component, in the order of the truth; one of its own where it has no duplicate."""
    numbers: dict[str, int] = {}
    found = np.arange(truth.num_rows) + truth.num_rows
    shards = truth["shard"].combine_chunks().dictionary_encode()
    firsts = np.searchsorted(shards.indices.to_numpy(), np.arange(len(shards.dictionary)))
    for first, shard in zip(firsts.tolist(), shards.dictionary.to_pylist(), strict=True):
        (path,) = (output / "groups").rglob(f"{shard}*.parquet")
        groups = pq.read_table(path, columns=["row", "component"]).to_pydict()
        for place, component in zip(groups["row"], groups["component"], strict=True):
            found[first + place] = numbers.setdefault(component, len(numbers))
    return found


def checked(truth: pa.Table, output: Path) -> list[str]:
    """The share of copies joined to their original, by what they share; how many were joined to others too."""
    component = components_of(truth, output)
    cluster, kind, similarity = (truth[name].to_numpy() for name in ("cluster", "kind", "similarity"))
    originals = np.zeros(cluster.max() + 1, np.int64)
    originals[cluster[kind == ORIGINAL]] = component[kind == ORIGINAL]
    joined, near = component == originals[cluster], kind == NEAR
    copies = [kind == TEXT, kind == URL, near & (similarity >= LIMIT), near & (similarity < LIMIT)]
    pairs = np.unique(np.stack([component, cluster]), axis=1)
    mixed = [number for number, clusters in Counter(pairs[0].tolist()).items() if clusters > 1]
    shares = [f"{joined[mine].mean():.4f} of {mine.sum():,}" if mine.any() else "" for mine in copies]
    return [*shares, f"{np.isin(component, mixed).sum():,}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["grow", "hot", "short"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="+")
    parser.add_argument("--verify", nargs="+", choices=["signature", "exact", "off"])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--make", action="store_true", help="make the corpora and run nothing")
    options = parser.parse_args()
    defaults = {
        "grow": ([100_000, 300_000, 1_000_000], ["signature", "exact"]),
        "hot": ([50_000, 100_000, 200_000], ["signature", "exact"]),
        "short": ([250_000, 500_000, 1_000_000], ["signature"]),
    }[options.what]
    makers = {
        "grow": {"clusters": write_clusters},
        "hot": {
            "equal": lambda folder, documents: write_hot(folder, documents, near=False),
            "near": lambda folder, documents: write_hot(folder, documents, near=True),
        },
        "short": {"short": write_short},
    }[options.what]
    print(machine())
    if not options.make:
        heading()
    for name, make in makers.items():
        for documents in options.documents or defaults[0]:
            folder = options.folder.resolve() / f"{name}-{documents}"
            make(folder, documents)
            for verify in [] if options.make else options.verify or defaults[1]:
                found = measured_run(folder, FINEWEB.format(verify=verify), options.workers)
                row(name, verify, pq.read_table(folder / "truth.parquet"), found)
                shutil.rmtree(found[0])


if __name__ == "__main__":
    main()
