"""Gopher's, C4's and FineWeb's filters beside datatrove's and Dolma's, on the same pages, one core each.

``python benchmarks/filters_speed.py PAGES.parquet --datatrove PEER_PYTHON [--dolma PEER_PYTHON] [--pages 150]``

datatrove and Dolma have environments of their own (`pip install "datatrove[processing]==0.10.1" spacy`; `pip install
dolma==1.2.1`); `peer_filters_speed.py` runs there. Text is in memory on both sides. Here all signals of the preset
fineweb are measured, C4's rewriting of the text and the second cut included, with words cut as spaCy does and
between white space; reading and parsing the file is shown beside it as the floor. Medians of five.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from measuring import machine

from filters.contract import batch_of
from filters.measuring import measure
from pipelines.configuration import load
from pipelines.planning import plan_of

ROUNDS = 5
PEER = Path(__file__).with_name("peer_filters_speed.py")
FILTERS = """
annotators: {{gopher_quality: {{words: {way}}}, gopher_repetition: {{words: {way}}}, fineweb: {{words: {way}}}}}
steps:
  - {{name: raw, measure: [gopher_repetition, gopher_quality]}}
  - {{name: c4, clean: {{c4_lines: {{like: datatrove, end_mark: false}}}}, measure: [{sentences}, fineweb]}}
"""
GOPHER = "steps: [{name: raw, measure: [gopher_quality]}]"


def ours(text, batches):
    """Seconds of each round of measuring what a configuration asks for."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        plan = plan_of(load(file.name))
    seconds = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        for batch in batches:
            measure(batch, plan)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def theirs(interpreter, peer, texts):
    """Seconds of each round, by filter."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(texts, file)
        file.flush()
        command = [interpreter, "-W", "ignore", str(PEER), peer, file.name, str(ROUNDS)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def reading(path):
    """Seconds of each round of reading the texts from Parquet."""
    seconds = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        pq.read_table(path, columns=["text"])
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def row(name, seconds, count, megabytes, references=()):
    """One line of the table: documents and megabytes a second, and how many times faster than each reference."""
    median = statistics.median(seconds)
    times = [f"{reference / median:,.0f}" for reference in references] or ["", ""]
    print(f"| {name} | {count / median:,.0f} | {megabytes / median:,.2f} | {' | '.join(times)} |")
    return median


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages")
    parser.add_argument("--datatrove", required=True)
    parser.add_argument("--dolma")
    parser.add_argument("--pages", dest="count", type=int, default=150)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # ours and, inherited, theirs
    table = pq.read_table(options.pages, columns=["text", "language"])
    english = table.filter(pc.equal(table["language"], "en"))["text"].cast(pa.string())
    texts = english.to_pylist()
    few = texts[:: max(1, len(texts) // options.count)][: options.count]
    batches = [batch_of(texts[first : first + 1024]) for first in range(0, len(texts), 1024)]
    megabytes, few_megabytes = (sum(len(t.encode()) for t in some) / 1e6 for some in (texts, few))
    print(f"{machine()}\n")
    print(f"{len(texts):,} English pages of {megabytes:.1f} MB here,")
    print(f"{len(few):,} of them of {few_megabytes:.1f} MB there;")
    print("one core, median of five, text in memory\n")
    print("| filters | documents/s | MB/s | times datatrove's four | times datatrove until one drops |")
    print("|---|---:|---:|---:|---:|")
    peers = {"datatrove": theirs(options.datatrove, "datatrove", few)}
    if options.dolma:
        peers["Dolma"] = theirs(options.dolma, "dolma", few)
    scale = megabytes / few_megabytes  # by bytes, not by documents: the few may be longer
    for name, seconds in peers["datatrove"].items():
        row(f"datatrove: {name}", seconds, len(few), few_megabytes)
    for name, seconds in peers.get("Dolma", {}).items():
        row(f"Dolma: {name}", seconds, len(few), few_megabytes)
    single = [sum(parts) for parts in zip(*[s for n, s in peers["datatrove"].items() if "until" not in n], strict=True)]
    four = row("datatrove: the four, one after the other", single, len(few), few_megabytes)
    references = [four * scale, statistics.median(peers["datatrove"]["all, until one drops"]) * scale]
    for way, sentences in (("spacy", "c4_sentences"), ("whitespace", "c4_page")):
        filters = ours(FILTERS.format(way=way, sentences=sentences), batches)
        row(f"Tamis: the four, words by {way}", filters, len(texts), megabytes, references)
    row("Tamis: Gopher quality alone", ours(GOPHER, batches), len(texts), megabytes)
    row(
        "reading the Parquet file",
        reading(options.pages),
        table.num_rows,
        pc.sum(pc.binary_length(table["text"])).as_py() / 1e6,
    )


if __name__ == "__main__":
    main()
