"""How much faster the cascade is than its transformer on every window, and what it misses.

``python benchmarks/judge_speed.py ../shared/data out/judge``, after ``python benchmarks/judge_data.py ../shared/data
out/judge``. English pages of `web/pages.parquet` that nothing was trained on, with passages of held-out labelled
texts set into some of them at known places; one core. Detoxify's `original-small` is timed with random weights, if
tamis[detoxify] is installed: its cost does not depend on them.
"""

import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from judge_rows import HARMS
from judge_web import pages

from classifiers.judge import Judge, load
from classifiers.language_memo import languages_of
from filters.cuts import Cuts

PASSAGES = {"toxic_spans": "toxicity", "davidson": "identity_attack", "edos": "sexism", "templates": "identity_attack"}
EACH = 40
SAMPLE = 150  # windows that Detoxify's architecture is timed on


def main() -> None:
    data, made = Path(sys.argv[1]), Path(sys.argv[2])
    texts, at = with_passages(data, made)
    size = sum(len(text.encode()) for text in texts)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, ", end="")
    print(
        f"onnxruntime {version('onnxruntime')}; {len(texts)} pages, {size / 1e6:.1f} MB, {len(at)} passages, one core\n"
    )
    cascade, transformer = load("embedded", screen=True, audit=0.0), load("embedded")
    for judge in (cascade, transformer):
        judge.score(texts[:3])  # compiled kernels, loaded models
    quick, fast = timed(lambda: cascade.score(texts))
    every, slow = timed(lambda: transformer.score(texts))
    windows = sum(value or 0 for value in every["windows"].to_pylist())
    read = sum(value or 0 for value in quick["seen_windows"].to_pylist())
    found, reference = flagged(quick, cascade), flagged(every, transformer)
    both = int((found & reference).sum())
    print("| | seconds | ms a window | MB/s | windows read |\n|---|---|---|---|---|")
    for name, seconds, seen in (("cascade", fast, read), ("transformer on every window", slow, windows)):
        cells = (f"{seconds:.1f}", f"{seconds / windows * 1e3:.3f}", f"{size / seconds / 1e6:.2f}")
        print(f"| {name} | {' | '.join(cells)} | {seen / windows:.2%} |")
    recall, f1 = both / max(1, reference.sum()), 2 * both / max(1, found.sum() + reference.sum())
    within = np.zeros(len(texts), bool)
    within[list(at)] = True
    print(
        f"""
The cascade is {slow / fast:.1f} times faster.
Pages flagged: {reference.sum()} by the transformer, {found.sum()} by the cascade, {both} by both: \
recall {recall:.3f}, F1 {f1:.3f}.
With a passage: {reference[within].mean():.1%} and {found[within].mean():.1%}; \
without: {reference[~within].mean():.2%} and {found[~within].mean():.2%}."""
    )
    batch = Cuts(pa.array(texts, pa.string()))
    _, seconds = timed(lambda: languages_of(batch))
    print(f"\nLanguage: {seconds / len(texts) * 1e3:.3f} ms a document.")
    print(f"\nA process with all judges: {memory()} MB resident; {memory(with_judges=False)} MB before it loads them.")
    detoxify()


def with_passages(data: Path, made: Path) -> tuple[list[str], set[int]]:
    """The pages, and which of them hold a passage."""
    order = random.Random(4)
    texts = [text for _, text in pages(data, 1)]
    passages: list[str] = []
    for name, label in PASSAGES.items():
        table = pq.read_table(made / f"{name}.parquet")
        harmful = [row["text"] for row in table.to_pylist() if (row[label] or 0) >= 0.5 and 40 < len(row["text"]) < 300]
        passages += order.sample(harmful, EACH)
    places = order.sample(range(len(texts)), len(passages))
    for place, passage in zip(places, passages, strict=True):
        text = texts[place]
        ends = [at for at in range(len(text)) if text.startswith(("\n", ". "), at)] or [len(text)]
        at = order.choice(ends) + 1
        texts[place] = f"{text[:at]} {passage}\n{text[at:]}"
    return texts, set(places)


def flagged(table: pa.Table, judge: Judge) -> np.ndarray:
    """Which texts have a harm that reaches its limit."""
    limits = judge.files.thresholds
    return np.any([np.nan_to_num(table[f"{label}_score"].to_numpy()) >= limits[label] for label in HARMS], axis=0)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def memory(with_judges: bool = True) -> int:
    """The resident memory of a fresh process that has judged a text, in MB."""
    judging = (
        "from classifiers.toxicity import Toxicity\nfrom classifiers.bias import Bias\n"
        "from classifiers.language import Language\nfrom filters.contract import batch_of\n"
        "from filters.cuts import Cuts\n"
        "batch = batch_of(['You are all idiots and liars. ' * 200])\ncuts = Cuts(batch['text'])\n"
        "[judge.annotate(batch, cuts) for judge in (Toxicity(), Bias(), Language())]\n"
    )
    script = "import numpy, pyarrow, numba, psutil\n" + (judging if with_judges else "")
    script += "print(psutil.Process().memory_info().rss // 1_000_000)"
    return int(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def detoxify() -> None:
    """A window of 128 tokens through the architecture of Detoxify's smallest English model."""
    try:
        import torch
        from transformers import AlbertConfig, AlbertForSequenceClassification
    except ImportError:
        print("\nDetoxify's `original-small` is not timed: install tamis[detoxify]")
        return
    torch.set_num_threads(1)
    shape = AlbertConfig(
        hidden_size=768, num_attention_heads=12, num_hidden_layers=12, intermediate_size=3072, num_labels=6
    )
    model = AlbertForSequenceClassification(shape).eval()
    ids = torch.randint(5, 30_000, (1, 128))
    with torch.inference_mode():
        model(input_ids=ids)
        _, seconds = timed(lambda: [model(input_ids=ids) for _ in range(SAMPLE)])
    print(f"\nDetoxify's `original-small` (ALBERT base, random weights): {seconds / SAMPLE * 1e3:.1f} ms a window")


if __name__ == "__main__":
    main()
