"""What each annotator and cleaner costs on one core, as a page: ``python benchmarks/signal_costs.py PAGES.parquet``.

``python benchmarks/signal_costs.py ../shared/data/web/pages.parquet ../shared/data/web/warc > docs/costs.md``

Every kind of the catalogue with its defaults, and once for each way of cutting words that it knows, over texts in
memory; annotators of pages over the pages of WARC files, if a folder of them is named. Medians of five after a first
call, which compiles. Last, all that the presets measure, each signal once for each text that a preset measures it on.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from itertools import islice
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from measuring import machine

from filters.contract import batch_of
from filters.cuts import CUTTERS, Cuts, WordCut
from filters.edits import apply_edits
from pipelines import factories
from pipelines.catalogue import ANNOTATORS, CLEANERS
from pipelines.configuration import load
from pipelines.extends import preset_names
from pipelines.planning import plan_of
from storage.inputs import Input, Limits
from storage.listing import list_shards
from storage.shards import read_shard

ROUNDS = 5
ROWS = 1024
SHIPPED = {"words": "insults_en", "phrases": "boilerplate_lines"}
"""What stands for a file that a user would name."""

PAGE = """# What signals cost

Made by `{command}` on {machine}.

{documents:,} texts of {megabytes:.1f} MB in memory, {rows} a batch, one core, median of five after a first round.

## All signals of all presets together

**{together:.1f} MB/s**, {together_ms:.3f} ms a document: {annotators} annotators and {cleaners} cleaners over {texts}
versions of the text, no gate stopping any document. Each was asked once for each version of the text on which a preset
measures it.

## Cuts

Words, lines and paragraphs are cut once a text, for all that want them. *Lengths* are counted in characters; *firsts*
name the first piece with the same bytes. What a cut is made from is there already.
"""

ANNOTATORS_PAGE = """
## Annotators and cleaners

*Alone*: the cuts that it wants are there already. *From nothing*: these included. Replaying the edits is part of a
cleaner.

| kind | words | signals | MB/s alone | ms a document alone | ms from nothing |
|---|---|---:|---:|---:|---:|
"""

PAGES_PAGE = """
## Annotators of pages

Over {pages:,} pages of HTML, {megabytes:.1f} MB, with their headers.

| kind | signals | MB/s | ms a page |
|---|---:|---:|---:|
"""


def seconds(run, prepare=lambda: None):
    """The median of five rounds after a first; `prepare` is not timed, and `run` gets what it returns."""
    taken = []
    for _ in range(ROUNDS + 1):
        ready = prepare()
        began = time.perf_counter()
        run(ready)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


def batches_of(path, count):
    """Batches of the file's documents."""
    table = pq.read_table(path).slice(0, count)
    texts = table["text"].cast(pa.string()).to_pylist()
    urls = table["url"].to_pylist() if "url" in table.schema.names else [None] * len(texts)
    return [batch_of(texts[i : i + ROWS], url=urls[i : i + ROWS]) for i in range(0, len(texts), ROWS)]


def megabytes_of(arrays):
    """MB of strings or bytes."""
    return sum(pc.sum(pc.binary_length(array)).as_py() or 0 for array in arrays) / 1e6


def apply(subject, batch, cuts):
    """Measures, or cleans and replays the edits."""
    if hasattr(subject, "annotate"):
        subject.annotate(batch, cuts)
    else:
        apply_edits(batch["text"], subject.clean(batch, cuts)[0])


def alone(subject, batches):
    """Seconds with the cuts that it wants made, and from nothing."""
    made = [Cuts(batch["text"]) for batch in batches]
    shared = seconds(lambda _: [apply(subject, batch, cuts) for batch, cuts in zip(batches, made, strict=True)])
    return shared, seconds(lambda _: [apply(subject, batch, Cuts(batch["text"])) for batch in batches])


def subjects(kinds, folder):
    """Every kind, its way of cutting words if it has one, and what it makes; None where a user must name a list."""
    for kind, path in kinds.items():
        fields = factories.parameters(path).model_fields
        given = {}
        for name, field in fields.items():
            if field.is_required():
                given[name] = example(name, field.annotation, folder)
        if None in given.values():
            yield kind, "", None
            continue
        ways = get_args(WordCut) if "words" in fields and fields["words"].annotation == WordCut else [None]
        for way in ways:
            parameters = {**given, **({} if way is None else {"words": way})}
            yield kind, way or "", factories.build(path, kind, parameters)


def example(name, kind, folder):
    """A list for a parameter that must be given; None for one of which nothing is known."""
    if name == "allowed":
        allowed = Path(folder) / "allowed.txt"
        allowed.write_text("example.org\nexample.com\n")
        return str(allowed)
    if name not in SHIPPED:
        return None
    return {"en": SHIPPED[name]} if kind not in (Path, Path | None) else SHIPPED[name]


def cut_rows(batches):
    """What each cut costs, and what is derived from it."""
    ways = {f"words_by({way!r})": methodcaller("words_by", way) for way in CUTTERS}
    named = {name: attrgetter(name) for name in ("lines", "split_lines", "paragraphs")}
    for name, cut in {**ways, **named}.items():
        needs = {"paragraphs": ("words", "lines"), "split_lines": ("lines",)}.get(name, ())

        def prepare(*attributes, needs=needs, cut=cut):
            made = [Cuts(batch["text"]) for batch in batches]
            for cuts in made:
                for need in needs:
                    attrgetter(need)(cuts)
                for attribute in attributes:
                    attribute(cuts)
            return made

        pieces = sum(len(cut(cuts).starts) for cuts in prepare())
        yield name, pieces, seconds(lambda made, cut=cut: [cut(cuts) for cuts in made], prepare)
        for derived in ("lengths", "firsts"):
            get = attrgetter(derived)
            took = seconds(
                lambda made, cut=cut, get=get: [get(cut(cuts)) for cuts in made], lambda p=prepare, cut=cut: p(cut)
            )
            yield f"{name}.{derived}", pieces, took


class Union:
    """What all presets measure: a tree of versions of the text, by the cleaners on the way."""

    def __init__(self):
        self.annotators = {}
        self.children = {}

    def add(self, steps):
        """The steps of a plan; the same annotators and cleaners are there once."""
        here = self
        for step in steps:
            for _, cleaner in step.cleaners:
                _, here = here.children.setdefault(cleaner.fingerprint + type(cleaner).__name__, (cleaner, Union()))
            for measurement in step.measurements:
                found = measurement.annotator
                if found is not None and found.reads == "text":
                    names = ",".join(signal.name for signal in found.signals)
                    here.annotators.setdefault(f"{found.fingerprint} {names}", found)

    def run(self, batch):
        """Measures, cleans, and goes on with each cleaned text."""
        cuts = Cuts(batch["text"])
        for annotator in self.annotators.values():
            annotator.annotate(batch, cuts)
        for cleaner, child in self.children.values():
            texts = apply_edits(batch["text"], cleaner.clean(batch, cuts)[0])
            child.run(batch.set_column(batch.schema.get_field_index("text"), "text", texts))

    def count(self):
        """Annotators, cleaners, versions of the text."""
        below = [child.count() for _, child in self.children.values()]
        return tuple(map(sum, zip((len(self.annotators), len(self.children), 1), *below, strict=True)))


def pages_of(folder, count):
    """Batches of the pages of WARC files, with their headers."""
    source, limits = Input("web", (str(folder),)), Limits()
    chunks = (chunk.records for shard in list_shards([source], limits) for chunk in read_shard(shard, source, limits))
    for records in islice(chunks, count):
        found = records.filter(records["page"].is_valid())
        page, headers = (found[name].to_pylist() for name in ("page", "headers"))
        yield batch_of([""] * len(page), page=page, headers=headers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages")
    parser.add_argument("warc", nargs="?")
    parser.add_argument("--documents", type=int, default=sys.maxsize, help="no more than so many")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    batches = batches_of(options.pages, options.documents)
    documents = sum(map(len, batches))
    megabytes = megabytes_of(batch["text"] for batch in batches)
    union = Union()
    for preset in preset_names():
        union.add(plan_of(load(preset)).steps)
    together = seconds(lambda _: [union.run(batch) for batch in batches])
    annotators, cleaners, texts = union.count()
    print(
        PAGE.format(
            command=" ".join(["python benchmarks/signal_costs.py", *sys.argv[1:]]),
            machine=machine(),
            documents=documents,
            megabytes=megabytes,
            rows=ROWS,
            together=megabytes / together,
            together_ms=1000 * together / documents,
            annotators=annotators,
            cleaners=cleaners,
            texts=texts,
        )
    )
    print("| cut | pieces | MB/s | ms a document |\n|---|---:|---:|---:|")
    for name, pieces, took in cut_rows(batches):
        print(f"| `{name}` | {pieces:,} | {megabytes / took:,.0f} | {1000 * took / documents:.3f} |", flush=True)
    print(ANNOTATORS_PAGE, end="")
    of_pages, left_out = [], []
    with tempfile.TemporaryDirectory() as folder:
        for kind, way, subject in [*subjects(ANNOTATORS, folder), *subjects(CLEANERS, folder)]:
            if subject is None:
                left_out.append(f"`{kind}`")
            elif getattr(subject, "reads", "text") == "page":
                of_pages.append((kind, subject))
            else:
                shared, whole = alone(subject, batches)
                speed = f"{megabytes / shared:,.0f} | {1000 * shared / documents:.3f}"
                print(
                    f"| `{kind}` | {way} | {len(subject.signals)} | {speed} | {1000 * whole / documents:.3f} |",
                    flush=True,
                )
    if left_out:
        print(f"\nNot measured, for want of a list or an index that a user names: {', '.join(left_out)}.")
    if options.warc:
        pages = list(pages_of(options.warc, 1 + options.documents // ROWS))
        count, size = sum(map(len, pages)), megabytes_of(batch["page"] for batch in pages)
        print(PAGES_PAGE.format(pages=count, megabytes=size), end="")
        for kind, subject in of_pages:
            took = seconds(lambda _, subject=subject: [subject.annotate(batch, Cuts(batch["text"])) for batch in pages])
            print(f"| `{kind}` | {len(subject.signals)} | {size / took:,.0f} | {1000 * took / count:.3f} |")


if __name__ == "__main__":
    main()
