"""Trains an encoder with one head a label, and one for words: a small BERT that judges a window of text."""

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import xxhash

from classifiers.encoder_examples import Example, batches, examples
from filters.errors import ConfigurationError

__all__ = ["Recipe", "train_encoder"]

_BETAS, _WEIGHT_DECAY, _CLIP = (0.9, 0.98), 0.01, 1.0
_STEPS_BETWEEN_REPORTS = 50


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an encoder is trained.

    Attributes:
        epochs: passes over the data, a fraction allowed.
        batch_tokens: tokens of a batch, padding included.
        learning_rate: the greatest; it rises over `warmup` of the steps, then falls to 0 linearly.
        warmup: share of the steps.
        tokens: of a text, special ones included; longer texts are cut, in training alone.
        average: decay of the running mean of the weights that is kept in the end (0: the last weights).
        word_weight: weight of the loss of words beside that of labels.
        patience: epochs without a lower loss on the validation part after which training ends; None: never.
        checkpoint_seconds: after how long the state is written, so that an interrupted training goes on.
        threads: of torch.
        seed: of order, dropout and new heads.
    """

    epochs: float = 3.0
    batch_tokens: int = 2048
    learning_rate: float = 8e-5
    warmup: float = 0.06
    tokens: int = 128
    average: float = 0.998
    word_weight: float = 1.0
    patience: int | None = None
    checkpoint_seconds: float = 300.0
    threads: int = 2
    seed: int = 1


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
    if data, labels and recipe are the same.

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
    state = _State(torch, heads, recipe, output / "checkpoint.pt", _fingerprint(rows, labels, recipe))
    state.resume(report)
    per_epoch = list(batches(rows, recipe.batch_tokens, random.Random(recipe.seed)))
    total = math.ceil(len(per_epoch) * recipe.epochs)
    best, since = math.inf, 0
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
            best, since = (found, 0) if found < best else (best, since + 1)
            if recipe.patience is not None and since >= recipe.patience:
                report(f"no lower loss for {since} epochs: training ends")
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


def _fingerprint(rows: Sequence[Example], labels: Sequence[str], recipe: Recipe) -> str:
    """Of everything that the weights depend on but the encoder's own, which the checkpoint holds."""
    digest = xxhash.xxh3_128(json.dumps([list(labels), asdict(recipe)], sort_keys=True).encode())
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


class _State:
    """Weights, their running mean and the optimizer, and where they are kept between two starts."""

    def __init__(self, torch: Any, heads: Any, recipe: Recipe, checkpoint: Path, fingerprint: str) -> None:
        self.torch, self.heads, self.recipe = torch, heads, recipe
        self.checkpoint, self.fingerprint, self.step = checkpoint, fingerprint, 0
        plain = [weight for weight in heads.parameters() if weight.ndim < 2]
        matrices = [weight for weight in heads.parameters() if weight.ndim >= 2]
        groups = [{"params": matrices, "weight_decay": _WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=_BETAS, fused=True)
        self.mean = {name: weight.detach().clone() for name, weight in heads.named_parameters()}
        self._saved = time.monotonic()

    def rate(self, learning_rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate

    def advance(self) -> None:
        """One step of the optimizer; the mean follows, faster at first."""
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        decay = min(self.recipe.average, self.step / (self.step + 10))
        names = list(self.mean)
        weights = dict(self.heads.named_parameters())
        with self.torch.no_grad():
            self.torch._foreach_lerp_([self.mean[n] for n in names], [weights[n] for n in names], 1 - decay)

    def averaged(self) -> Any:
        """A copy of the heads with the mean weights."""
        import copy

        heads = copy.deepcopy(self.heads)
        if self.recipe.average:
            heads.load_state_dict(self.mean, strict=False)
        return heads.eval()

    def save_when_due(self) -> None:
        """Writes the whole state, if that has not been done for a while."""
        if time.monotonic() - self._saved < self.recipe.checkpoint_seconds:
            return
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        partial = self.checkpoint.with_suffix(".partial")
        kept = {"fingerprint": self.fingerprint, "step": self.step, "heads": self.heads.state_dict()}
        rest = {"mean": self.mean, "optimizer": self.optimizer.state_dict(), "random": self.torch.get_rng_state()}
        self.torch.save(kept | rest, partial)
        partial.replace(self.checkpoint)
        self._saved = time.monotonic()

    def resume(self, report: Callable[[str], None]) -> None:
        """Goes on from a checkpoint of the same training; another's is left behind, which is said."""
        if not self.checkpoint.exists():
            return
        kept = self.torch.load(self.checkpoint, weights_only=True)
        if kept["fingerprint"] != self.fingerprint:
            report(f"{self.checkpoint} is of other data, labels or recipe: training begins anew")
            return
        self.heads.load_state_dict(kept["heads"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.torch.set_rng_state(kept["random"])
        self.mean, self.step = kept["mean"], kept["step"]
        report(f"goes on after step {self.step}")
