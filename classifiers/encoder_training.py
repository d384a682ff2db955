"""Trains an encoder with one head a label, and one for words: a small BERT that judges a window of text."""

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import xxhash

from classifiers.encoder_examples import Example, batches, examples
from classifiers.encoder_state import Recipe, TrainingState
from classifiers.model_files import checked_digest
from filters.errors import ConfigurationError

__all__ = ["Recipe", "train_encoder"]

_CLIP = 1.0
_STEPS_BETWEEN_REPORTS = 50


def train_encoder(
    encoder: Path,
    table: pa.Table,
    labels: Sequence[str],
    output: Path,
    recipe: Recipe,
    validation: pa.Table | None = None,
    label_weights: Sequence[float] | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Trains all heads at once and writes the model into a folder.

    The loss of a batch is the mean, over its known cells, of the binary cross-entropy of each label, weighted by
    `label_weights`, and of each known word piece. Weights are AdamW's in float32; matrices are multiplied in
    bfloat16 where the processor has it. A training that was interrupted goes on from its last checkpoint in `output`,
    if encoder, data, labels, their weights and recipe are the same.

    Args:
        encoder: folder of a BERT (config.json, tokenizer.json, model.safetensors), or what a training of the same
            labels left, which goes on with its heads.
        table: column ``text``; one nullable float column a label, from 0 to 1; where known, ``words``: a list of the
            code points that are toxic; ``weight`` of the row, 1 if absent.
        labels: names of the columns.
        output: folder for the model: a BertForSequenceClassification, tokenizer.json, words.safetensors.
        recipe: how.
        validation: rows of the same shape, whose loss is reported after each epoch.
        label_weights: of each label in the loss; 1 if absent.
        report: is given lines about the progress.

    Raises:
        ConfigurationError: torch or transformers is not installed.
    """
    torch, transformers = _libraries()
    from safetensors.torch import load_file, save_file

    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    model = transformers.BertForSequenceClassification.from_pretrained(
        encoder, num_labels=len(labels), problem_type="multi_label_classification"
    )
    model.config.id2label = dict(enumerate(labels))
    model.config.label2id = {label: index for index, label in enumerate(labels)}
    words = torch.nn.Linear(model.config.hidden_size, 1)
    if (encoder / "words.safetensors").exists():  # a training in parts
        words.load_state_dict(load_file(encoder / "words.safetensors"))
    heads = torch.nn.ModuleDict({"encoder": model, "words": words})
    rows = examples(encoder / "tokenizer.json", table, labels, recipe.tokens)
    held = examples(encoder / "tokenizer.json", validation, labels, recipe.tokens) if validation is not None else []
    weights = torch.tensor(label_weights if label_weights is not None else [1.0] * len(labels))
    fingerprint = _fingerprint(encoder, [*rows, *held], labels, weights.tolist(), recipe)
    state = TrainingState(torch, heads, recipe, output / "checkpoint.pt", fingerprint)
    state.resume(report)
    per_epoch = list(batches(rows, recipe.batch_tokens, random.Random(recipe.seed)))
    total = math.ceil(len(per_epoch) * recipe.epochs)
    started, done = time.monotonic(), state.step
    losses: list[float] = []
    for step, batch in enumerate(_endless(rows, recipe)):
        if step >= total:
            break
        if step < done:
            continue
        heads.train()
        state.rate(recipe.learning_rate * min((step + 1) / (recipe.warmup * total), (total - step) / total))
        loss = _loss(torch, heads, batch, weights, recipe.word_weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(heads.parameters(), _CLIP)
        state.advance()
        losses.append(float(loss.detach()))
        if (step + 1) % _STEPS_BETWEEN_REPORTS == 0:
            pace = (time.monotonic() - started) / (step + 1 - done)
            left = pace * (total - step - 1)
            report(f"step {step + 1} of {total}, loss {sum(losses) / len(losses):.4f}, {left / 60:.1f} minutes left")
            losses = []
        if (step + 1) % len(per_epoch) == 0 and held:
            found = _validation_loss(torch, state.averaged(), held, weights, recipe)
            report(f"epoch {(step + 1) // len(per_epoch)}, loss on the validation part {found:.4f}")
            state.best, state.since = (found, 0) if found < state.best else (state.best, state.since + 1)
            if recipe.patience is not None and state.since >= recipe.patience:
                report(f"no lower loss for {state.since} epochs: training ends")
                break
        state.save_when_due()
    final = state.averaged()
    output.mkdir(parents=True, exist_ok=True)
    final["encoder"].save_pretrained(output)
    save_file({name: value.contiguous() for name, value in final["words"].state_dict().items()},
              output / "words.safetensors", metadata={"labels": json.dumps(list(labels))})  # fmt: skip
    (output / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
    state.checkpoint.unlink(missing_ok=True)


def _libraries() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ConfigurationError(
            f"training an encoder needs the package {error.name!r}: install tamis[train], or use kind: fasttext"
        ) from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return torch, transformers


def _fingerprint(
    encoder: Path, rows: Sequence[Example], labels: Sequence[str], weights: Sequence[float], recipe: Recipe
) -> str:
    """Of everything that the weights depend on: what training begins with, texts, labels and recipe."""
    begun = [checked_digest(path) for path in sorted(encoder.glob("*.safetensors"))]
    digest = xxhash.xxh3_128(json.dumps([begun, list(labels), weights, asdict(recipe)], sort_keys=True).encode())
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _endless(rows: Sequence[Example], recipe: Recipe) -> Iterator[list[Example]]:
    """Batches of epoch after epoch, each in an order of its own that follows from the seed."""
    epoch = 0
    while True:
        yield from batches(rows, recipe.batch_tokens, random.Random(recipe.seed + epoch))
        epoch += 1


def _loss(torch: Any, heads: Any, batch: Sequence[Example], weights: Any, word_weight: float) -> Any:
    """Weighted binary cross-entropy over the cells of a batch that are known."""
    longest = max(len(row.pieces) for row in batch)
    shape = (len(batch), longest)
    ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    marks, marked = torch.zeros(shape), torch.zeros(shape)
    for index, row in enumerate(batch):
        ids[index, : len(row.pieces)] = torch.tensor(row.pieces)
        mask[index, : len(row.pieces)] = 1
        if row.words is not None:
            marks[index, : len(row.words)] = torch.tensor(row.words, dtype=torch.float32)
            marked[index, 1 : len(row.words) - 1] = row.weight  # not the special tokens
    truth = torch.tensor([[math.nan if value is None else value for value in row.labels] for row in batch])
    known = ~truth.isnan()
    cells = known * weights * torch.tensor([[row.weight] for row in batch])
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported()):
        encoder = heads["encoder"]
        states = encoder.bert(ids, attention_mask=mask)
        logits = encoder.classifier(encoder.dropout(states.pooler_output))
        word_logits = heads["words"](states.last_hidden_state)[..., 0]
    by_label = entropy(logits.float(), truth.nan_to_num(0.0), reduction="none") * cells
    by_word = entropy(word_logits.float(), marks, reduction="none") * marked
    of_labels = by_label.sum() / cells.sum().clamp(min=1.0)
    return of_labels + word_weight * by_word.sum() / marked.sum().clamp(min=1.0)


def _validation_loss(torch: Any, heads: Any, rows: Sequence[Example], weights: Any, recipe: Recipe) -> float:
    """Mean loss of the batches of a held-out part."""
    heads.eval()
    with torch.inference_mode():
        losses = [
            float(_loss(torch, heads, batch, weights, recipe.word_weight))
            for batch in batches(rows, recipe.batch_tokens, random.Random(0))
        ]
    return sum(losses) / max(len(losses), 1)
