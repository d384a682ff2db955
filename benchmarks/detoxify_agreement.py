"""Whether the package detoxify, the ONNX file in floats and the one with 8 bits say the same of a trained encoder.

``python benchmarks/detoxify_agreement.py MODEL_FOLDER DATA JUDGE``, with the extras ``detoxify`` and
``train``. MODEL_FOLDER is what the trainer saved (config.json, model.safetensors, tokenizer.json), DATA the folder of
shared data, JUDGE the folder made of it, whose model.onnx has the 8 bits; decisions are by its calibration and
thresholds.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tokenizers import Tokenizer

from classifiers.detoxify_export import CHECKPOINT, export_checkpoint
from classifiers.encoder_export import export_encoder
from classifiers.windows import cut_windows
from filters.cuts import text_buffers
from filters.intervals import wilson

PIECES = 126
SOURCES = ("davidson", "edos", "implicit_hate", "toxic_spans", "toxigen", "wiki_comments")


def windows(data: Path, count: int) -> list[str]:
    """As many windows of each source, and of English pages, chosen evenly."""
    tables = {name: pq.read_table(data / "toxicity" / f"{name}.parquet") for name in SOURCES}
    pages = pq.read_table(data / "web" / "pages.parquet")
    tables["pages"] = pages.filter(pc.equal(pages["language"], "en"))
    found = []
    for table in tables.values():
        rows = pa.array(np.linspace(0, len(table) - 1, count).astype(int))
        texts = table["text"].take(rows).combine_chunks().cast(pa.string())
        cut = cut_windows(*text_buffers(texts), np.ones(len(texts), np.bool_), PIECES)
        starts, ends = cut.starts, cut.ends
        chosen = cut.rows[:-1][np.diff(cut.rows) > 0]  # the first of each text
        found += [cut.data[starts[w] : ends[w]].tobytes().decode() for w in chosen]
    return found


def session(path: Path) -> Any:
    """A model on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def logits(path: Path, encoded: list[list[int]]) -> Iterator[np.ndarray]:
    run = session(path).run
    for ids in encoded:
        row = np.array([ids], np.int64)
        yield run(["labels"], {"input_ids": row, "attention_mask": np.ones_like(row)})[0][0].astype(np.float64)


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def milliseconds(path: Path, tokens: int = 128, rounds: int = 30) -> float:
    """Time of the thread for one window."""
    row = np.random.default_rng(0).integers(1000, 20000, (1, tokens))
    run, found = session(path).run, []
    for _ in range(rounds + 3):
        before = time.thread_time()
        run(["labels"], {"input_ids": row, "attention_mask": np.ones_like(row)})
        found.append(time.thread_time() - before)
    return 1000 * float(np.median(found[3:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("judge", type=Path)
    parser.add_argument("--texts", type=int, default=150, help="of each source")
    given = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = windows(given.data, given.texts)
    encoded = {text: tokenizer.encode(text).ids for text in texts}
    texts = [text for text in texts if len(encoded[text]) <= PIECES + 2]
    print(f"{len(texts)} windows ({len(encoded) - len(set(texts))} are longer once tokenized, and left out)")
    with tempfile.TemporaryDirectory() as folder:
        floats, coarse = Path(folder, "float.onnx"), given.judge / "model.onnx"
        export_encoder(given.model, floats)
        exact = np.array(list(logits(floats, [encoded[text] for text in texts])))
        rough = np.array(list(logits(coarse, [encoded[text] for text in texts])))
        for path in (floats, coarse):
            print(
                f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {milliseconds(path):.1f} ms a window of 128 tokens"
            )
        export_checkpoint(given.model, Path(folder, "detoxify"))
        from detoxify import Detoxify

        package = Detoxify(checkpoint=str(Path(folder, "detoxify", CHECKPOINT)))
        said = np.array([list(package.predict(text).values()) for text in texts])
        labels = package.class_names
    difference = np.abs(said - sigmoid(exact)).max()
    print(f"package detoxify against the file in floats: largest difference of a probability {difference:.2g}")
    judge = json.loads((given.judge / "judge.json").read_text())
    alike, flips = [], 0
    print("\n| label | threshold | flagged | decided alike | largest difference |\n|---|---|---|---|---|")
    for place, label in enumerate(labels):
        line, limit = judge["calibration"][label], judge["thresholds"][label]
        p, q = (sigmoid(line["slope"] * values[:, place] + line["intercept"]) for values in (exact, rough))
        same = (p >= limit) == (q >= limit)
        alike.append(same)
        flips += int((~same).sum())
        print(f"| {label} | {limit:.2f} | {(p >= limit).mean():.3f} | {same.mean():.4f} | {np.abs(p - q).max():.3f} |")
    whole = np.all(alike, axis=0)
    low, high = wilson(int(whole.sum()), len(whole))
    print(
        f"\nThe file with 8 bits decides alike on every label in {whole.mean():.4f} of texts ({low:.4f} to {high:.4f}),"
    )
    print(f"and in {1 - flips / np.size(alike):.4f} of all decisions.")
    if difference > 1e-4:
        sys.exit("the package and the file in floats differ by more than 1e-4")


if __name__ == "__main__":
    main()
