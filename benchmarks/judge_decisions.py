"""Draws up to 200 decisions of the shipped judge on web pages to be read, and counts what a reader said of them.

    python benchmarks/judge_decisions.py draw ../shared/data > decisions.txt
    python benchmarks/judge_decisions.py tally benchmarks/judge_decisions.csv

The pages are the English ones of pages.parquet whose path has an odd hash, which nothing was trained on; the judge
reads them as in a run, behind its screen. A decision is a window, with the label of harm that goes furthest beyond its
limit, or comes nearest to it:

    flagged      the label's score reaches its limit
    below        it is kept as a span, but does not reach the limit
    passed       a stretch of a page in which no label of harm was kept, most of them held back by the screen
    language     a page that was not judged, as its language was taken for another; from all pages of the same half

Within each kind the decisions with the smallest hashes are taken, so that nobody picks.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import xxhash
from judge_rows import HARMS
from judge_web import pages, windows

import classifiers
from classifiers.figures_text import markdown

COUNTS = {"flagged": 100, "below": 40, "passed": 40, "language": 20}
SIZE = 430  # characters of a stretch that was passed
SHOWN = 900


class Decision(NamedTuple):
    """What is read.

    Attributes:
        key: of page, place and label.
        kind: see above.
        label: of harm; empty where there is none.
        score: the label's; NaN where there is none.
        text: of the window.
    """

    key: str
    kind: str
    label: str
    score: float
    text: str


def main() -> None:
    """One of the two commands."""
    if sys.argv[1] == "draw":
        draw(Path(sys.argv[2]))
    else:
        tally(Path(sys.argv[2]))


def draw(data: Path) -> None:
    """Print the decisions, each with its key, which the reader's file repeats."""
    found = sorted([*judged(data), *unjudged(data)], key=lambda decision: decision.key)
    for kind, count in COUNTS.items():
        for decision in [each for each in found if each.kind == kind][:count]:
            text = " ".join(decision.text.split())[:SHOWN]
            print(f"{decision.key}\t{kind}\t{decision.label}\t{decision.score:.3f}\t{text}")


def judged(data: Path) -> Iterator[Decision]:
    """The decisions over windows of the English pages."""
    found = list(pages(data, 1))
    judge = classifiers.load("embedded", screen=True)
    limits = judge.files.thresholds
    table = judge.score([text for _, text in found])
    for (path, text), spans, windows_judged in zip(
        found, table["spans"].to_pylist(), table["windows"].to_pylist(), strict=True
    ):
        if windows_judged is None:
            continue
        harms = [at for at in spans if at["unit"] == "window" and at["label"] in HARMS]
        for at in furthest(harms, limits):
            kind = "flagged" if at["score"] >= limits[at["label"]] else "below"
            yield Decision(key(path, at["start"], at["label"]), kind, at["label"], at["score"],
                           text[at["start"] : at["end"]])  # fmt: skip
        for start, end in windows(text, SIZE):
            if not any(start < at["end"] and at["start"] < end for at in harms) and text[start:end].strip():
                yield Decision(key(path, start, "passed"), "passed", "", float("nan"), text[start:end])


def furthest(harms: list[dict[str, Any]], limits: Mapping[str, float]) -> list[dict[str, Any]]:
    """Of each window the label whose odds are the largest share of its limit's."""
    best: dict[int, dict[str, Any]] = {}
    for at in sorted(harms, key=lambda at: odds(at["score"]) / odds(limits[at["label"]])):
        best[at["start"]] = at
    return list(best.values())


def odds(p: float) -> float:
    """Of a probability."""
    return p / max(1 - p, 1e-12)


def unjudged(data: Path) -> Iterator[Decision]:
    """Pages that are passed over for their language: the beginnings of those that are called English, and of others."""
    table = pq.read_table(data / "web/pages.parquet", columns=["path", "text", "language"]).to_pylist()
    half = [row for row in table if xxhash.xxh3_64_intdigest(row["path"].encode()) % 2 == 1]
    scored = classifiers.load("embedded", screen=True).score([row["text"] for row in half])
    for row, count in zip(half, scored["windows"].to_pylist(), strict=True):
        if count is None:
            yield Decision(key(row["path"], 0, "language"), "language", "", float("nan"), row["text"][:SHOWN])


def key(path: str, start: int, label: str) -> str:
    """Of a page, a place in it and a label."""
    return xxhash.xxh3_64_hexdigest(f"{path}\0{start}\0{label}".encode())


def tally(path: Path) -> None:
    """The share of decisions that the reader disagreed with, by kind and label."""
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    lines = [["kind", "label", "read", "wrong", "unsure", "share wrong"]]
    groups = Counter((row["kind"], row["label"]) for row in rows)
    for kind in COUNTS:
        both = Counter(row["verdict"] for row in rows if row["kind"] == kind)
        for label in sorted(label for group, label in groups if group == kind):
            said = Counter(row["verdict"] for row in rows if (row["kind"], row["label"]) == (kind, label))
            lines.append(line(kind, label or "-", said))
        lines.append(line(kind, "all", both))
    print(markdown(lines))


def line(kind: str, label: str, said: Counter[str]) -> list[str]:
    """A row of the table."""
    read = said.total()
    return [kind, label, str(read), str(said["wrong"]), str(said["unsure"]), f"{said['wrong'] / max(read, 1):.0%}"]


if __name__ == "__main__":
    main()
