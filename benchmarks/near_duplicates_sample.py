"""Draws removed near duplicates for someone to read beside their survivors, and counts what the reader found.

    python benchmarks/near_duplicates_sample.py make ../shared/data OUTPUT
    python benchmarks/near_duplicates_sample.py draw OUTPUT > sample.txt
    python benchmarks/near_duplicates_sample.py tally OUTPUT benchmarks/near_duplicates_judged.csv
    python benchmarks/near_duplicates_sample.py cleaned OUTPUT benchmarks/near_duplicates_judged.csv

``make`` removes near duplicates among the texts of ``../shared/data``, each input for itself (some pages stand in
two), from a similarity of 0.70 on, in bands so small that they miss next to none. ``draw`` shows 25 of 0.70 to 0.75 and
25 from there to 0.85, the first of each half in the order of a hash of their keys, with what stands in one of the two
texts alone. The filler text of a parser's tests ("Lorem ipsum") is left out. ``tally`` reads a table of key, survivor,
id, sample (below, above), similarity, remove (yes, no), kind and why. ``cleaned`` compares the same pairs again, by the
exact Jaccard similarity of what cleaners of lines leave of their texts.
"""

import csv
import difflib
import hashlib
import json
import re
import sys
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from filters.c4 import C4Lines
from filters.cuts import Cuts
from filters.edits import apply_edits
from filters.intervals import wilson
from filters.refinedweb_lines import RefinedWebLines
from filters.shingles import Shingling
from pipelines.configuration import load
from pipelines.running import run
from reports.explain import explain
from reports.finished_run import open_run

CONFIGURATION = """
inputs:
  warc: {{paths: {data}/web/warc/*.warc.gz}}
  pages: {{paths: {data}/web/pages.parquet, id: path, text: text, url: null}}
  judged: {{paths: {output}.texts/judged.jsonl, id: id, text: text, url: null}}
output: {{path: {output}}}
extract: {{html: trafilatura}}
steps:
  - name: raw
    rules: {{undetermined: {{signal: language_score, minimum: 0, action: tag, tag: undetermined}}}}
duplicates:
  of: raw
  near: {{words: 5, bands: 28, rows: 4, similarity: 0.70}}
  scope: input
  survivor: [language_score desc, characters desc]
"""
HALVES = {"below": (0.70, 0.75), "above": (0.75, 0.85)}
EACH = 25
FILLER = "mozilla+readability/"
OPENING, LONGEST = 300, 2_500
CLEANERS = {
    "none": None,
    "`c4_lines: {end_mark: false, words: 3}`, FineWeb's": C4Lines(end_mark=False, words=3),
    "`refinedweb_lines`": RefinedWebLines(),
    "`c4_lines`": C4Lines(),
}
FEWEST = 10


def make(data, output):
    """Runs Tamis over the real texts: extracted pages, whole texts of pages, and those of pairs that people judged."""
    data, output = Path(data).resolve(), Path(output).resolve()
    pairs = pq.read_table(data / "neardup/copycat_pairs.parquet").to_pylist()
    lines = [{"id": f"{pair['pair']}-{side}", "text": pair[f"text_{side}"]} for pair in pairs for side in "ab"]
    texts = Path(f"{output}.texts/judged.jsonl")
    texts.parent.mkdir(exist_ok=True)
    texts.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(data=data, output=output))
        file.flush()
        raise SystemExit(run(load(file.name)).exit_status)


def removed(output):
    """Key, id, survivor and similarity of every document that went as a near duplicate, in the order of hashes."""
    finished, found = open_run(output), []
    for shard in finished.shards:
        for table in finished.tables("decisions", shard, ["row", "id", "reasons"]):
            for row, name, reasons in zip(*(column.to_pylist() for column in table.columns), strict=True):
                key = f"{shard}:{row}"
                found += [(key, name, r["survivor"], r["similarity"]) for r in reasons if r["kind"] == "near"]
    return sorted(found, key=lambda each: hashlib.sha256(each[0].encode()).digest())


def sample(output):
    """Key to (id, survivor, similarity) of either half, in the order in which they are read."""
    found = [each for each in removed(output) if not each[1].startswith(FILLER)]
    return {
        name: {key: tuple(rest) for key, *rest in [each for each in found if low <= each[3] < high][:EACH]}
        for name, (low, high) in HALVES.items()
    }


def apart(one, other):
    """What stands in one of two texts alone, in their order; what both have is counted."""
    a, b = (re.findall(r"[^\W_]+|[^\w\s]|_", text) for text in (one, other))
    parts = []
    for what, start, stop, begin, end in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(f"  [{stop - start} in both]")
            continue
        parts += [f"\n- {' '.join(a[start:stop])[:LONGEST]}"] if stop > start else []
        parts += [f"\n+ {' '.join(b[begin:end])[:LONGEST]}"] if end > begin else []
    return "".join(parts)


def draw(output):
    """Prints every pair: how the removed text begins, then what it (-) or the survivor (+) has alone."""
    for half, drawn in sample(output).items():
        for number, (key, (name, survivor, similarity)) in enumerate(drawn.items(), 1):
            told = explain(output, key)
            text, kept = "".join(segment.text for segment in told.segments), told.survivor.text
            print(f"\n{'=' * 20} {half} {number} of {len(drawn)}: similarity {similarity:.3f}")
            print(f"removed {key} {told.url or name}: {len(text):,} characters")
            print(f"kept {survivor} {told.survivor.url or told.survivor.id}: {len(kept):,} characters")
            print(f"{text[:OPENING]}\n{'-' * 20}{apart(text, kept)}")


def tally(output, path):
    """Prints how many a reader would not have removed, by half and by kind."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        read = {line["key"]: line for line in csv.DictReader(file)}
    drawn = {key: half for half, keys in sample(output).items() for key in keys}
    if {key: line["sample"] for key, line in read.items()} != drawn:
        raise SystemExit(f"{path} does not judge the {len(drawn)} documents that are drawn from {output}")
    print("| similarity | read | not to be removed | share (95%, Wilson) |\n| --- | ---: | ---: | --- |")
    for half, (low, high) in HALVES.items():
        lines = [line for line in read.values() if line["sample"] == half]
        wrong = sum(line["remove"] == "no" for line in lines)
        least, most = wilson(wrong, len(lines)) or (0, 1)
        share = f"{wrong / len(lines):.0%} ({least:.0%} to {most:.0%})"
        print(f"| {low:.2f} to {high:.2f} | {len(lines)} | {wrong} | {share} |")
    print("\n| kind | to be removed | below | above |\n| --- | --- | ---: | ---: |")
    counts = Counter((line["remove"], line["kind"], line["sample"]) for line in read.values())
    for remove, kind in sorted({(remove, kind) for remove, kind, _ in counts}):
        print(f"| {kind} | {remove} | {counts[remove, kind, 'below']} | {counts[remove, kind, 'above']} |")


def cleaned(output, path):
    """Prints how many pairs are still duplicates behind a cleaner, from the least similarity that was drawn on."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if not line["key"].startswith("judged/")]  # those have no lines
    told = [explain(output, line["key"]) for line in lines]
    pairs = [("".join(segment.text for segment in each.segments), each.survivor.text) for each in told]
    texts = pa.array([text for pair in pairs for text in pair], pa.string())
    print("| cleaner | to be removed: 0.70 and more | less | nothing left | not: 0.70 and more | less | nothing left |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, cleaner in CLEANERS.items():
        edits = None if cleaner is None else cleaner.clean(pa.record_batch({"text": texts}), Cuts(texts))[0]
        bounds, hashes = Shingling("words", 5).hashes(texts if edits is None else apply_edits(texts, edits))
        sets = [set(hashes[start:stop].tolist()) for start, stop in pairwise(bounds.tolist())]
        counts = Counter()
        for line, one, other in zip(lines, sets[::2], sets[1::2], strict=True):
            left = min(len(one), len(other)) >= FEWEST
            alike = left and len(one & other) / len(one | other) >= HALVES["below"][0]
            counts[line["remove"], "more" if alike else "less" if left else "nothing"] += 1
        row = [counts[remove, fate] for remove in ("yes", "no") for fate in ("more", "less", "nothing")]
        print(f"| {name} | {' | '.join(map(str, row))} |")


if __name__ == "__main__":
    {"make": make, "draw": draw, "tally": tally, "cleaned": cleaned}[sys.argv[1]](*sys.argv[2:])
