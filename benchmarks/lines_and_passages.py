"""What counting over the corpus found in a finished run: the lines that were cut, the passages, and the bytes it took.

Run: ``python benchmarks/lines_and_passages.py OUTPUT [--shown 30]``; the tables of docs/lines_and_passages.md are of
``benchmarks/lines_and_passages.yaml`` over ``../shared/data/web/pages.parquet``.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from filters.measured import replay

SPANS = "shared_passages@last"
SEED = 5


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--shown", type=int, default=30)
    arguments = parser.parse_args()
    documents = list(read(arguments.output))
    print_lines(documents, arguments.shown)
    print_passages(documents, arguments.shown)
    print_bytes(arguments.output, documents)


def read(output: Path) -> Iterator[dict[str, Any]]:
    """Every document: its key, the text as extracted and as it stands at last, and its annotations."""
    passes = tuple(json.loads((output / "run.json").read_text())["measured"]["passes"])
    for path in sorted((output / "annotations").rglob("*.parquet")):
        name = path.relative_to(output / "annotations")
        table = pq.read_table(path, partitioning=None).combine_chunks()
        texts = pq.read_table(output / "documents" / name, columns=["text"], partitioning=None).combine_chunks()["text"]
        edits = table["edits"].combine_chunks()
        lasts = replay(texts.combine_chunks(), edits, passes).to_pylist()
        for row, text, last in zip(table.to_pylist(), texts.to_pylist(), lasts, strict=True):
            yield {**row, "key": f"{name.with_suffix('')}:{row['row']}", "text": text, "last": last}


def print_lines(documents: list[dict[str, Any]], shown: int) -> None:
    """The lines that were cut most often, and some at random."""
    found: Counter[str] = Counter()
    example: dict[str, str] = {}
    characters = 0
    for document in documents:
        for edit in document["edits"]:
            line = document["text"][edit["start"] : edit["end"]].strip()
            form = re.sub(r"\d+", "0", line.lower())
            found[form] += 1
            example[form] = line
            characters += edit["end"] - edit["start"]
    total = sum(document["characters"] for document in documents)
    print(f"{sum(found.values()):,} lines cut, {len(found):,} different, {characters:,} characters of {total:,} "
          f"({characters / total:.2%})\n")  # fmt: skip
    for form, count in found.most_common(shown):
        print(f"| {count} | {brief(example[form], 90)} |")
    print("\nat random:\n")
    for form in random.Random(SEED).sample(sorted(found), min(shown, len(found))):
        print(f"| {found[form]} | {brief(example[form], 90)} |")


def print_passages(documents: list[dict[str, Any]], shown: int) -> None:
    """How many passages there are, how long, and some at random."""
    spans = [(span, document) for document in documents for span in document.get(SPANS) or ()]
    total = sum(len(document["last"]) for document in documents)
    inside = sum(span["end"] - span["start"] for span, _ in spans)
    scores = sorted(span["score"] for span, _ in spans)
    fractions = [document.get("shared_passages_fraction@last") or 0.0 for document in documents]
    print(f"\n{len(spans):,} passages in {len({d['key'] for _, d in spans}):,} documents of {len(documents):,}, "
          f"{inside:,} characters of {total:,} ({inside / total:.2%}); more than .8 shared: "
          f"{sum(f > 0.8 for f in fractions)}")  # fmt: skip
    for share in (0.25, 0.5, 0.75, 0.9, 0.99):
        print(f"{share:.0%} have at most {scores[int(share * (len(scores) - 1))]:.0f} words")
    for span, document in random.Random(SEED).sample(spans, min(shown, len(spans))):
        text = brief(document["last"][span["start"] : span["end"]], 110)
        print(f"| {document['key']} | {span['label']} | {span['score']:.0f} | {text} |")


def print_bytes(output: Path, documents: list[dict[str, Any]]) -> None:
    """What each count wrote and shuffled, by document."""
    size = sum(document["bytes"] for document in documents)
    print(f"\n{len(documents):,} documents of {size / len(documents):,.0f} bytes of text")
    for kind in ("run", "counts"):
        for number in range(8):
            found = sum(path.stat().st_size for path in (output / "counts").rglob(f"*.{number}.{kind}"))
            if found:
                print(f"count {number}, .{kind}: {found / len(documents):,.0f} bytes a document")


def brief(text: str, length: int) -> str:
    """A text on one line of a table, its beginning if it is long."""
    line = " ".join(text.split()).replace("|", "/")
    return line if len(line) <= length else f"{line[:length]}..."


if __name__ == "__main__":
    main()
