"""Trains an encoder with one head a label, and one for words: a small BERT that judges a window of text."""

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import xxhash

from classifiers.encoder_examples import Example, batches, examples
from classifiers.encoder_loss import Loss
from classifiers.encoder_state import Recipe, TrainingState
from classifiers.model_files import checked_digest
from filters.errors import ConfigurationError

__all__ = ["Recipe", "train_encoder"]

_CLIP = 1.0
_WORDS = "words.safetensors"
_STEPS_BETWEEN_REPORTS = 50


def train_encoder(
    encoder: Path,
    table: pa.Table,
    labels: Sequence[str],
    output: Path,
    recipe: Recipe,
    validation: pa.Table | None = None,
    label_weights: Sequence[float] | None = None,
    positive_weights: Sequence[float] | None = None,
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
        positive_weights: of a text that has the label, beside one that has it not, for each label; 1 if absent.
        report: is given lines about the progress.

    Raises:
        ConfigurationError: torch or transformers is not installed.
    """
    torch, transformers = _libraries()
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    heads = _heads(torch, transformers, encoder, labels)
    rows = examples(encoder / "tokenizer.json", table, labels, recipe.tokens)
    held = examples(encoder / "tokenizer.json", validation, labels, recipe.tokens) if validation is not None else []
    weights = torch.tensor(label_weights or [1.0] * len(labels)).tolist()  # as float32 has them
    loss = Loss(torch, weights, positive_weights or [1.0] * len(labels), recipe.word_weight)
    fingerprint = _fingerprint(encoder, [*rows, *held], labels, loss, recipe)
    state = TrainingState(torch, heads, recipe, output / "checkpoint.pt", fingerprint)
    state.resume(report)
    _train(torch, state, loss, rows, held, report)
    _save(state.averaged(), encoder, labels, output)
    state.checkpoint.unlink(missing_ok=True)


def _heads(torch: Any, transformers: Any, encoder: Path, labels: Sequence[str]) -> Any:
    """The encoder with a head for all labels, and one for words; new ones where it has none."""
    from safetensors.torch import load_file

    model = transformers.BertForSequenceClassification.from_pretrained(
        encoder, num_labels=len(labels), problem_type="multi_label_classification"
    )
    model.config.id2label = dict(enumerate(labels))
    model.config.label2id = {label: index for index, label in enumerate(labels)}
    words = torch.nn.Linear(model.config.hidden_size, 1)
    if (encoder / _WORDS).exists():  # a training in parts
        words.load_state_dict(load_file(encoder / _WORDS))
    return torch.nn.ModuleDict({"encoder": model, "words": words})


def _train(
    torch: Any,
    state: TrainingState,
    loss: Loss,
    rows: Sequence[Example],
    held: Sequence[Example],
    report: Callable[[str], None],
) -> None:
    """Step after step, from where the training stands to its last epoch, or until it no longer gains."""
    recipe = state.recipe
    per_epoch = len(list(batches(rows, recipe.batch_tokens, random.Random(recipe.seed))))
    total = math.ceil(per_epoch * recipe.epochs)
    progress = _Progress(state.step, total, report)
    for step, batch in enumerate(islice(_endless(rows, recipe), total)):
        if step < state.step:
            continue
        state.heads.train()
        state.rate(recipe.learning_rate * min((step + 1) / (recipe.warmup * total), (total - step) / total))
        found = loss.of(state.heads, batch)
        found.backward()
        torch.nn.utils.clip_grad_norm_(state.heads.parameters(), _CLIP)
        state.advance()
        progress.add(step + 1, float(found.detach()))
        if (step + 1) % per_epoch == 0 and held:
            lost = loss.held_out(state.averaged(), held, recipe.batch_tokens)
            report(f"epoch {(step + 1) // per_epoch}, loss on the validation part {lost:.4f}")
            state.best, state.since = (lost, 0) if lost < state.best else (state.best, state.since + 1)
            if recipe.patience is not None and state.since >= recipe.patience:
                report(f"no lower loss for {state.since} epochs: training ends")
                return
        state.save_when_due()


class _Progress:
    """Tells how a training goes, every now and then."""

    def __init__(self, begun: int, total: int, report: Callable[[str], None]) -> None:
        self._begun, self._total, self._report = begun, total, report
        self._started = time.monotonic()
        self._losses: list[float] = []

    def add(self, step: int, loss: float) -> None:
        """A step more, with its loss."""
        self._losses.append(loss)
        if step % _STEPS_BETWEEN_REPORTS:
            return
        left = (time.monotonic() - self._started) / (step - self._begun) * (self._total - step)
        mean = sum(self._losses) / len(self._losses)
        self._report(f"step {step} of {self._total}, loss {mean:.4f}, {left / 60:.1f} minutes left")
        self._losses = []


def _save(heads: Any, encoder: Path, labels: Sequence[str], output: Path) -> None:
    from safetensors.torch import save_file

    output.mkdir(parents=True, exist_ok=True)
    heads["encoder"].save_pretrained(output)
    words = {name: value.contiguous() for name, value in heads["words"].state_dict().items()}
    save_file(words, output / _WORDS, metadata={"labels": json.dumps(list(labels))})
    (output / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())


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


def _fingerprint(encoder: Path, rows: Sequence[Example], labels: Sequence[str], loss: Loss, recipe: Recipe) -> str:
    """Of everything that the weights depend on: what training begins with, texts, labels and recipe."""
    begun = [checked_digest(path) for path in sorted(encoder.glob("*.safetensors"))]
    weights = [list(loss.labels), list(loss.positives)]
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
