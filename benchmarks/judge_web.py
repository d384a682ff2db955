"""English web pages as data of the judge: harmless but for the stretches that were read and found otherwise.

Pages of `web/pages.parquet` are trained on where the hash of their path is even, and are tested on where it is odd;
`judge_hard.csv` names stretches of the even ones that were read.
"""

import csv
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import xxhash
from judge_rows import HARMLESS, Row, row

HARD_WEIGHT = 3.0
"""Of a stretch of a page that an earlier model wrongly flagged."""


def windows(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Stretches of whole lines of about `size` characters; a longer line is cut at a space."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            cut = max(text.rfind("\n", start + size // 2, end), text.rfind(". ", start + size // 2, end) + 1)
            end = cut if cut > start else max(text.rfind(" ", start + 1, end), start + 1)
        yield start, end
        start = end


@cache
def pages(data: Path, odd: int) -> tuple[tuple[str, str], ...]:
    """Path and text of the English pages of one half."""
    table = pq.read_table(data / "web/pages.parquet", columns=["path", "language", "text"]).to_pylist()
    english = ((each["path"], each["text"]) for each in table if each["language"] == "en")
    return tuple((path, text) for path, text in english if xxhash.xxh3_64_intdigest(path.encode()) % 2 == odd)


def web(data: Path, count: int, seed: int) -> Iterator[Row]:
    """Windows of English web pages, harmless but for the stretches that were read and found otherwise."""
    order = random.Random(seed)
    found = []
    for path, text in pages(data, 0):
        places = [(start, end) for start, end in windows(text, 420) if end - start > 60]
        found += [(path, text[start:end]) for start, end in order.sample(places, min(len(places), 12))]
    order.shuffle(found)
    for path, text in found[:count]:
        yield row(text.strip(), "web", HARMLESS, f"web {path}", words=[], weight=0.7)


def web_sentences(data: Path, count: int, seed: int) -> Iterator[Row]:
    """Sentences of English web pages, each alone: without them a judge has seen few short texts that are harmless."""
    order = random.Random(seed)
    found = []
    for path, text in pages(data, 0):
        sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s+|\n+", text)]
        prose = [each for each in sentences if 20 < len(each) < 160 and each.count(" ") >= 3 and each[-1] in ".!?"]
        found += [(path, each) for each in order.sample(prose, min(len(prose), 10))]
    order.shuffle(found)
    for path, text in found[:count]:
        yield row(text, "web_sentence", HARMLESS, f"web {path}", words=[], weight=0.7)


def hard(data: Path, part: str) -> Iterator[Row]:
    """Stretches of web pages that an earlier model flagged, with what a reader found."""
    listed = Path(__file__).with_name("judge_hard.csv")
    if not listed.exists():
        return
    texts = dict(pages(data, 0))
    for each in csv.DictReader(listed.open(encoding="utf-8")):
        if each["part"] != part:
            continue
        text = texts[each["path"]][int(each["start"]) : int(each["end"])]
        labels = HARMLESS | {label: 1.0 for label in each["labels"].split() if label}
        words = None if each["labels"] else []
        yield row(text, "web_read", labels, f"web {each['path']}", words=words, weight=HARD_WEIGHT)


def inserted(rows: list[Row], around: list[Row], seed: int) -> Iterator[Row]:
    """Texts set between sentences of harmless web pages: what they are, the window is."""
    order = random.Random(seed)
    for each in rows:
        page = order.choice(around)["text"]
        room = order.randrange(40, 260)
        start = order.randrange(max(1, len(page) - room))
        before = page[start : start + room].partition(" ")[2]
        after = page[start + room :][: 300 - room].partition(" ")[2]
        if order.random() < 0.3:
            before = ""
        gap = order.choice([" ", "\n", ". "])
        words = None if each.get("words") is None else [at + len(before) + len(gap) for at in each["words"]]
        text = f"{before}{gap}{each['text']}{order.choice([' ', chr(10)])}{after}"
        yield {**each, "text": text, "words": words, "source": f"{each['source']} within web"}
