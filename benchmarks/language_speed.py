"""What the language of a page costs, beside fasttext itself: ``python benchmarks/language_speed.py PAGES.parquet``.

The pages that lid.176 calls English, one core, processor time, the least of five rounds after a first. Both sides judge
the same sample of a text; printed is also of how many pages of all languages the two say the same, to the last bit.
"""

import os
import sys
import time

import fasttext
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measuring import machine

from classifiers.language import Language
from classifiers.language_judging import SHIPPED_MODEL
from classifiers.language_sample import sampled_paragraphs
from classifiers.model_files import resolve
from filters.contract import batch_of
from filters.cuts import Cuts, text_buffers

ROUNDS = 5


def milliseconds(run, count):
    """Of one text."""
    taken = []
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return 1000 * min(taken[1:]) / count


def samples_of(texts):
    """The part of each text that is judged, in one line."""
    cut = sampled_paragraphs(*text_buffers(pa.array(texts, pa.string())))
    lines = [cut.data[start:end].tobytes().decode() for start, end in zip(cut.starts, cut.ends, strict=True)]
    return [" ".join(" ".join(lines[a:b]).split()) + "\n" for a, b in zip(cut.rows, cut.rows[1:], strict=False)]


def same(found, told):
    """Whether label and probability are those of the package."""
    expected = [(label.removeprefix("__label__"), min(score, 1.0)) for score, label in told]
    return [(code, score) for code, score in found if code is not None] == expected


def main(pages):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    predict = fasttext.load_model(str(resolve(SHIPPED_MODEL)[0])).f.predict
    texts = pq.read_table(pages, columns=["text"])["text"].to_pylist()
    batch, by = batch_of(texts), Language()
    columns = by.annotate(batch, Cuts(batch["text"]))
    names = [("language", "language_score"), ("language_second", "language_second_score")]
    pairs = [list(zip(*(columns[name].to_pylist() for name in pair), strict=True)) for pair in names]
    judged = [row for row, (code, _) in enumerate(pairs[0]) if code is not None]
    samples = samples_of(texts)
    alike = sum(same([pair[row] for pair in pairs], predict(samples[row], 2, 0.0, "strict")) for row in judged)
    english = [text for text, (code, _) in zip(texts, pairs[0], strict=True) if code == "en"]
    batch, samples = batch_of(english), samples_of(english)
    rows = {
        "annotator `language`": lambda: by.annotate(batch, Cuts(batch["text"])),
        "the same with `paragraphs: true`": lambda: Language(paragraphs=True).annotate(batch, Cuts(batch["text"])),
        "package fasttext, two labels, samples in one line": lambda: [predict(s, 2, 0.0, "strict") for s in samples],
    }
    print(
        f"{machine()}\n\n{len(english):,} English pages of {np.mean([*map(len, english)]):,.0f} characters in the mean."
    )
    print(f"\nThe same two languages and probabilities: {alike:,} of {len(judged):,} pages.\n")
    print("| what | ms a document |\n|---|---:|")
    for name, run in rows.items():
        print(f"| {name} | {milliseconds(run, len(english)):.3f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
