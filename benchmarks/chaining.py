"""How unlike documents in one component get, and how unlike a removed document and its survivor.

``python benchmarks/chaining.py FOLDER [--chains 200] [--versions 30]``

Chains of made texts of 300 words, each version the one before it with five other words: neighbours have a Jaccard
similarity of 0.85, the ends of a chain share hardly a shingle. A component joins what is joined through others, the
usual false removal by union-find; a document only goes as the duplicate of one that is kept. Similarities are those of
the sets of shingles, whatever the check went by.
"""

import argparse
import json
import random
import shutil
from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from duplicates_scale import CONFIGURATION, FINEWEB
from measuring import machine, tamis
from near_duplicates import WORDS, word

from filters.near import NAMED

EXCHANGED = 5


def write_chains(folder, chains, versions):
    """The shards: of each chain the versions one after the other."""
    draw = random.Random(7)
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    with (folder / "documents/chains.jsonl").open("w") as file:
        for chain in range(chains):
            words = [word(draw) for _ in range(WORDS)]
            for version in range(versions):
                file.write(json.dumps({"id": f"{chain}-{version}", "text": " ".join(words)}) + "\n")
                for place in draw.sample(range(WORDS), EXCHANGED):
                    words[place] = word(draw)


def shingle_sets(folder):
    """Of each document, by row."""
    texts = [json.loads(line)["text"] for line in (folder / "documents/chains.jsonl").open()]
    bounds, hashes = NAMED["fineweb"].shingling.hashes(pa.array(texts))
    return [set(hashes[first:last].tolist()) for first, last in pairwise(bounds.tolist())]


def set_similarity(one, other):
    """Of two sets."""
    return len(one & other) / len(one | other)


def row(verify, output, sets):
    """One run."""
    (groups,) = (output / "groups").rglob("*.parquet")
    members = defaultdict(list)
    for place in pq.read_table(groups, columns=["row", "component"]).to_pylist():
        members[place["component"]].append(sets[place["row"]])
    within = min(set_similarity(*pair) for mine in members.values() for pair in combinations(mine, 2))
    (removed,) = (output / "removed").rglob("*.parquet")
    alike = []
    for document in pq.read_table(removed, columns=["row", "reasons"]).to_pylist():
        survivor = document["reasons"][0]["survivor"]
        alike.append(set_similarity(sets[document["row"]], sets[int(survivor.rpartition(":")[2])]))
    print(
        f"| {verify} | {len(members):,} | {sum(map(len, members.values())):,} | {within:.3f} | {len(alike):,} "
        f"| {min(alike):.3f} | {np.quantile(alike, 0.05):.3f} | {np.mean(np.array(alike) < 0.75):.3f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chains", type=int, default=200)
    parser.add_argument("--versions", type=int, default=30)
    options = parser.parse_args()
    folder = options.folder.resolve()
    write_chains(folder, options.chains, options.versions)
    sets = shingle_sets(folder)
    print(
        f"{machine()}\n\n| verify | components | documents | least within | removed | least to survivor | 5% ", end=""
    )
    print("| under 0.75 |\n| --- |" + " ---: |" * 7)
    for verify in ("off", "signature", "exact"):
        output = folder / "out"
        shutil.rmtree(output, ignore_errors=True)
        near = FINEWEB.format(verify=verify)
        (folder / "chains.yaml").write_text(CONFIGURATION.format(folder=folder, output=output, near=near, workers=1))
        tamis("run", str(folder / "chains.yaml"))
        row(verify, output, sets)


if __name__ == "__main__":
    main()
