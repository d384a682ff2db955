"""How fast annotators, cleaners and digests are on one core: ``python benchmarks/annotators.py TEXTS.parquet``.

Prints MB of UTF-8 a second, the median of five after a first call that compiles and loads; words and lines are
cut already. The kernels of words, lines and Gopher's signals have `kernels.py`.
"""

import importlib.resources
import statistics
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

from classifiers.language import Language
from filters.c4 import C4Lines
from filters.c4_page import C4Page
from filters.contract import batch_of
from filters.cuts import Cuts
from filters.personal_data import PersonalData
from filters.text_hash import text_digests
from filters.word_list import WordList


def median_seconds(run):
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def insults():
    lines = (
        importlib.resources.files("filters.lists").joinpath("insults_en.txt").read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if not line.startswith("#")]


def main(path):
    batch = batch_of(pq.read_table(path, columns=["text"])["text"].to_pylist())
    cuts = Cuts(batch["text"])
    assert cuts.words is not None
    assert cuts.lines is not None
    megabytes = pa.compute.sum(pa.compute.binary_length(batch["text"])).as_py() / 1e6
    word_list, language = WordList("insults_en", insults()), Language()
    runs = {
        "c4_lines": lambda: C4Lines().clean(batch, cuts),
        "c4_lines (FineWeb)": lambda: C4Lines(end_mark=False, words=3).clean(batch, cuts),
        "c4_page": lambda: C4Page().annotate(batch, cuts),
        "word_list (insults_en)": lambda: word_list.annotate(batch, cuts),
        "personal_data": lambda: PersonalData().annotate(batch, cuts),
        "language": lambda: language.annotate(batch, cuts),
        "text_digests": lambda: text_digests(batch["text"]),
    }
    print(f"{len(batch)} texts, {megabytes:.1f} MB; MB/s and ms a document, median of five, one core")
    for name, run in runs.items():
        seconds = median_seconds(run)
        print(f"{name:24}{megabytes / seconds:8.0f}{1000 * seconds / len(batch):10.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
