"""How much of validation and test leaks into training: splits by component, by host and at random, by brute force.

    python benchmarks/split_leakage.py pages ../shared/data OUTPUT [--near fineweb]
    python benchmarks/split_leakage.py both ../shared/data OUTPUT [--near fineweb]
    python benchmarks/split_leakage.py made OUTPUT [--documents 20000] [--near fineweb]

``pages`` takes the real pages of ``../shared/data/web/pages.parquet``: their whole text, menus included, by the host
that their path names; those whose path names none have a host each, or none. ``both`` adds those of the WARC files,
many of which are the same pages with their main text alone. ``made`` takes the documents of `made_clusters`.
Duplicates are tagged, not removed, save those that leave train where the host decides. A document of validation or
test leaks if one of train has at least half of its distinct 13-grams of words. Every pair of documents that share a
gram is counted, through an index of all grams: none of Tamis's signatures, shingles or components is used. Documents
of fewer than 13 words have no grams and count as clean.
"""

import argparse
import json
import re
import statistics
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from made_clusters import write_clusters

from pipelines.configuration import load
from pipelines.running import decide, run

N = 13
CONTAINED = 0.5
SEEDS = range(1, 6)
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
WORD = re.compile(r"\w+")
HOST = re.compile(r"((?:[a-z0-9-]+\.)+[a-z]{2,4})(?:[-.]|$)", re.IGNORECASE)
CONFIGURATION = """
inputs: {{{inputs}}}
output: {{path: {output}}}
steps: [{{name: raw, measure: [gopher_quality]}}]
duplicates: {{of: raw, near: {near}, action: tag}}
splits: {{shares: {shares}, by: {by}, seed: {seed}}}
"""


def pages(data, folder):
    """The texts of whole pages as an input, with the URLs that their paths tell."""
    texts = folder / "pages.jsonl"
    with texts.open("w") as file:
        for row in pq.read_table(data / "web/pages.parquet", columns=["path", "text"]).to_pylist():
            host = host_of(row["path"])
            url = f"https://{host}/{row['path']}" if host is not None else None
            file.write(json.dumps({"id": row["path"], "text": row["text"], "url": url}) + "\n")
    return f"pages: {{paths: {texts}, id: id}}"


def host_of(path):
    """``tests/test_data/example.com/a.testhtml`` and ``html/example.com-1.html`` alike: example.com."""
    parts = Path(path).with_suffix("").parts
    found = (HOST.match(part) for part in (parts[-1], parts[-2]))
    return next((match[1].lower() for match in found if match is not None), None)


def texts_of(output):
    """Key and text of every document."""
    found = {}
    for path in sorted(Path(output, "documents").rglob("*.parquet")):
        shard = str(path.relative_to(Path(output, "documents"))).removesuffix(".parquet")
        for batch in pq.ParquetFile(path).iter_batches(columns=["row", "text"]):
            rows, texts = batch.column("row").to_pylist(), batch.column("text").to_pylist()
            found.update({f"{shard}:{row}": text for row, text in zip(rows, texts, strict=True)})
    return found


def splits_of(output):
    """Key and split of every kept document."""
    found = {}
    for path in sorted(Path(output, "decisions").rglob("*.parquet")):
        shard = str(path.relative_to(Path(output, "decisions"))).removesuffix(".parquet")
        table = pq.read_table(path, columns=["row", "split"], partitioning=None)
        pairs = zip(table["row"].to_pylist(), table["split"].to_pylist(), strict=True)
        found.update({f"{shard}:{row}": split for row, split in pairs if split is not None})
    return found


def grams_of(texts):
    """(document, gram) pairs, none twice, sorted by document: grams are numbered, equal ones alike, without a hash."""
    numbers = {}
    words = [np.array([numbers.setdefault(w, len(numbers)) for w in WORD.findall(t.lower())], np.int64) for t in texts]
    lengths = np.array([len(w) for w in words])
    document = np.repeat(np.arange(len(texts)), lengths)
    runs, size = np.concatenate(words), 1  # the number of the run of so many words that begins at each word
    for step in (1, 2, 4, 5):  # runs of 2, 4, 8 words, then of 13 as two of 8 that overlap
        joined = runs[:-step] * (int(runs.max()) + 1) + runs[step:]
        runs, size = np.unique(joined, return_inverse=True)[1], size + step
    assert size == N
    whole = document[: len(runs)] == document[N - 1 :]
    pairs = np.unique(document[: len(runs)][whole] * (int(runs.max()) + 1) + runs[whole])
    return pairs // (int(runs.max()) + 1), pairs % (int(runs.max()) + 1)


def contained(texts):
    """Every pair (a, b) of documents of which b contains at least half of the grams of a."""
    document, gram = grams_of(texts)
    order = np.argsort(gram, kind="stable")
    holders = document[order]
    bounds = np.append(np.searchsorted(gram[order], np.arange(int(gram.max()) + 1)), len(gram))
    starts = np.searchsorted(document, np.arange(len(texts) + 1))
    found = []
    for a in range(len(texts)):
        mine = gram[starts[a] : starts[a + 1]]
        shared = mine[bounds[mine + 1] - bounds[mine] > 1]
        if len(shared) == 0:
            continue
        counts = np.bincount(np.concatenate([holders[bounds[g] : bounds[g + 1]] for g in shared]))
        found += [(a, b) for b in np.flatnonzero(counts >= CONTAINED * len(mine)).tolist() if b != a]
    return found


def leaks(splits, keys, pairs):
    """Documents of validation and test, and how many of them a document of train contains."""
    where = [splits.get(key) for key in keys]
    held = {a for a, b in pairs if where[a] in ("validation", "test") and where[b] == "train"}
    return sum(split in ("validation", "test") for split in where), len(held)


def at_random(keys, seed):
    """The same shares, by chance."""
    draw = np.random.default_rng(seed)
    return dict(zip(keys, draw.choice(list(SHARES), len(keys), p=list(SHARES.values())).tolist(), strict=True))


def measure(inputs, folder, near):
    """Prints what leaks, in all seeds together."""

    def configured(by, seed, output):
        path = folder / "tamis.yaml"
        values = {"inputs": inputs, "near": near, "by": by, "seed": seed, "output": output}
        path.write_text(CONFIGURATION.format(**values, shares=json.dumps(SHARES)))
        return load(str(path))

    measured = folder / "measured"
    run(configured("component", 0, measured), overwrite=True)
    texts = texts_of(measured)
    keys = list(texts)
    pairs = contained(list(texts.values()))
    print(f"{len(keys):,} documents, of which {len({a for a, _ in pairs}):,} are half contained in another; ", end="")
    print(f"near duplicates: {near}\n")
    print("| split | documents kept | in validation and test | of these leak | share |\n|---|---:|---:|---:|---:|")
    for name in ("at random", "component", "host"):
        counts = []
        for seed in SEEDS:
            splits = at_random(keys, seed)
            if name != "at random":
                output = folder / f"{name}-{seed}"
                decide(configured(name, seed, output), from_=str(measured), text=False, overwrite=True)
                splits = splits_of(output)
            counts.append((len(splits), *leaks(splits, keys, pairs)))
        kept, judged, leaking = (statistics.mean(each) for each in zip(*counts, strict=True))
        print(f"| {name} | {kept:,.0f} | {judged:,.0f} | {leaking:,.1f} | {leaking / judged:.2%} |", flush=True)
    print(f"\nMeans of {len(SEEDS)} seeds; shares {SHARES}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    for name in ("pages", "both", "made"):
        command = what.add_parser(name)
        if name != "made":
            command.add_argument("data", type=Path)
        command.add_argument("output", type=Path)
        command.add_argument("--near", default="fineweb", help="as in duplicates.near")
    command.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    folder = options.output.resolve()
    if options.what == "made":
        write_clusters(folder, options.documents)
        inputs = f"made: {folder}/documents/*.jsonl.gz"
    else:
        inputs = pages(options.data.resolve(), folder)
        inputs += f", warc: {options.data.resolve()}/web/warc/*.warc.gz" if options.what == "both" else ""
    measure(inputs, folder, options.near)


if __name__ == "__main__":
    main()
