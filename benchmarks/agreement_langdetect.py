"""Which limit of lid.176 stands for langdetect's, in C4: ``python benchmarks/agreement_langdetect.py PAGES.parquet``.

C4 keeps pages that langdetect calls English with at least 0.99, and langdetect is nearly always that certain; lid.176
is so of hardly any page. The two are asked about the same texts, as C4's line cleaner leaves them; printed is, for each
limit of lid.176, how many texts each keeps and both keep, and the Jaccard of the removed sets.

langdetect is no dependency of Tamis: ``pip install --target peers_langdetect langdetect``, and name that folder in
PYTHONPATH.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from langdetect import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

from classifiers.language import Language
from filters.c4 import C4Lines
from filters.contract import batch_of
from filters.cuts import Cuts
from filters.edits import apply_edits

TEXTS = 1000
LIMITS = (0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 0.99)


def cleaned(texts):
    """The texts as C4's line cleaner leaves them, empty ones left out."""
    batch = batch_of(texts)
    edits, _ = C4Lines().clean(batch, Cuts(batch["text"]))
    return [text for text in apply_edits(pa.array(texts, pa.string()), edits).to_pylist() if text]


def is_english(text):
    """What C4's detect_english says."""
    DetectorFactory.seed = 0
    try:
        best = detect_langs(text)[0]
    except LangDetectException:
        return False
    return best.lang == "en" and best.prob >= 0.99


def main(pages):
    texts = cleaned([text or "" for text in pq.read_table(pages, columns=["text"])["text"].to_pylist()])
    texts = texts[:: max(1, len(texts) // TEXTS)][:TEXTS]
    there = np.array([is_english(text) for text in texts])
    batch = batch_of(texts)
    columns = Language().annotate(batch, Cuts(batch["text"]))
    english = np.array([code == "en" for code in columns["language"].to_pylist()])
    scores = np.array([score or 0 for score in columns["language_score"].to_pylist()])
    print(f"{len(texts)} texts, of which langdetect keeps {there.sum()}\n")
    print("| limit of lid.176 | kept | both keep | Jaccard of the removed |\n|---|---:|---:|---:|")
    for limit in LIMITS:
        here = english & (scores >= limit)
        jaccard = (~here & ~there).sum() / (~here | ~there).sum()
        print(f"| {limit} | {here.sum()} | {(here & there).sum()} | {jaccard:.3f} |")


if __name__ == "__main__":
    main(sys.argv[1])
