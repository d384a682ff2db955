"""The screen beside fastText: recall of held-out toxic texts set into held-out web windows, and time a window.

``python benchmarks/screen.py TRAIN.parquet HARMLESS.parquet INSERTED.parquet``

TRAIN has the columns text, target (0 to 1) and source, where ``web`` names harmless windows of pages; HARMLESS has
text, windows of other pages; INSERTED has text, target and source, held-out texts at a random sentence end of such
windows. Both are trained on the same texts. fastText (16 numbers, bigrams, n-grams of 3 to 5, two labels) judges each
window as a whole, and as the maximum over its sentences.
"""

import argparse
import random
import re
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from measuring import machine

from classifiers.screen import Screen
from classifiers.screen_training import scores_of, train

SHARES = (0.005, 0.01, 0.02, 0.04)
WEB_WEIGHT = 8


def ours(table):
    targets = table["target"].to_numpy().astype(np.float32)
    weights = np.where(np.array(table["source"].to_pylist()) == "web", WEB_WEIGHT, 1).astype(np.float32)
    screen = train(table["text"].combine_chunks(), targets, weights)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "screen.npz"
        screen.save(path)
        print(f"screen.npz: {path.stat().st_size:,} bytes")
        screen = Screen.load(path)
    return lambda texts: scores_of(screen, texts)


def cleaned(text):
    return " ".join(re.sub(r"[^\w\s'@$*]", " ", text.lower()).split())


def fasttexts(table):
    import fasttext

    lines = [
        f"__label__{int(target > 0.5)} {cleaned(text)}"
        for text, target in zip(table["text"].to_pylist(), table["target"].to_pylist(), strict=True)
    ]
    random.Random(1).shuffle(lines)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines))
        file.flush()
        options = {"dim": 16, "wordNgrams": 2, "minn": 3, "maxn": 5, "bucket": 1 << 18, "minCount": 2}
        model = fasttext.train_supervised(file.name, epoch=5, lr=0.3, thread=1, seed=1, verbose=0, **options)

    def probability(text):
        labels, found = model.predict(cleaned(text) or "x")
        return found[0] if labels[0] == "__label__1" else 1 - found[0]

    def by_window(texts):
        return np.array([probability(text) for text in texts.to_pylist()])

    def by_sentence(texts):
        parts = ([part for part in re.split(r"(?<=[.!?])\s+|\n", text) if part.strip()] for text in texts.to_pylist())
        return np.array([max(map(probability, found), default=0) for found in parts])

    return by_window, by_sentence


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "harmless", "inserted"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    table, inserted = pq.read_table(options.train), pq.read_table(options.inserted)
    harmless = pq.read_table(options.harmless)["text"].combine_chunks()
    toxic, sources = inserted["target"].to_numpy() > 0.5, np.array(inserted["source"].to_pylist())
    named = sorted(set(sources[toxic]))
    window, sentence = fasttexts(table)
    judges = {"screen": ours(table), "fastText, window": window, "fastText, sentence": sentence}
    print(
        f"{machine()}; {len(table):,} texts trained on, {len(harmless):,} windows, {toxic.sum():,} toxic texts set in\n"
    )
    print(f"| judge | us a window | passed | recall | {' | '.join(named)} |\n{'| --- ' * (4 + len(named))}|")
    for name, judge in judges.items():
        found = judge(harmless)
        began = time.process_time()
        judge(harmless)
        each = (time.process_time() - began) / len(harmless) * 1e6
        scores = judge(inserted["text"].combine_chunks())
        for passed in SHARES:
            limit = np.quantile(found, 1 - passed)
            recalls = [(scores[toxic & (sources == source)] > limit).mean() for source in named]
            each_source = " | ".join(f"{recall:.3f}" for recall in recalls)
            print(f"| {name} | {each:.1f} | {passed:.1%} | {(scores[toxic] > limit).mean():.3f} | {each_source} |")


if __name__ == "__main__":
    main()
