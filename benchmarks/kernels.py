"""How fast the kernels of `filters` are on one core: ``python benchmarks/kernels.py TEXTS.parquet``.

Prints MB of UTF-8 a second, the median of five, after a first call that compiles: each cut with the cuts that
it needs already made, each annotator so and from nothing.
"""

import platform
import statistics
import sys
import time
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.gopher_quality import GopherQuality
from filters.gopher_repetition import GopherRepetition

CUTS = ("words", "lines", "paragraphs", "words.lengths", "words.firsts")


def speed(texts, run, made=()):
    """Median MB/s of `run` on fresh cuts of which those named in `made` are there already."""
    seconds = []
    for _ in range(6):
        cuts = Cuts(texts)
        for name in made:
            attrgetter(name)(cuts)
        start = time.perf_counter()
        run(cuts)
        seconds.append(time.perf_counter() - start)
    return size(texts) / statistics.median(seconds[1:])


def size(texts):
    """MB of UTF-8."""
    return pa.compute.sum(pa.compute.binary_length(texts)).as_py() / 1e6


def processor():
    """The name of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.processor()


def main(path):
    texts = pq.read_table(path, columns=["text"])["text"].cast(pa.string()).combine_chunks()
    texts = pa.concat_arrays(texts.chunks) if isinstance(texts, pa.ChunkedArray) else texts
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "pyarrow"))
    print(f"{processor()}; Python {platform.python_version()}, {packages}")
    print(f"{len(texts)} texts, {size(texts):.1f} MB; MB/s, median of five, one core")
    for name in CUTS:
        needs = [] if name in ("words", "lines") else ["words", "lines"]
        print(f"{name:40}{speed(texts, lambda cuts, name=name: attrgetter(name)(cuts), needs):8.0f}")
    batch = batch_of(texts.to_pylist())
    for annotator in (GopherQuality(), GopherRepetition()):
        for made, how in ((CUTS, "cuts shared"), ((), "cuts included")):
            found = speed(texts, lambda cuts, annotator=annotator: annotator.annotate(batch, cuts), made)
            print(f"{type(annotator).__name__ + ', ' + how:40}{found:8.0f}")


if __name__ == "__main__":
    main(sys.argv[1])
