"""How an encoder is trained, and where its training stands: weights, optimizer, checkpoints."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Recipe", "TrainingState"]

_BETAS, _WEIGHT_DECAY = (0.9, 0.98), 0.01


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


class TrainingState:
    """Weights, their running mean and the optimizer, and where they are kept between two starts.

    Attributes:
        step: how many were made.
        best: the lowest loss on the validation part so far.
        since: epochs since then.
    """

    def __init__(self, torch: Any, heads: Any, recipe: Recipe, checkpoint: Path, fingerprint: str) -> None:
        self.torch, self.heads, self.recipe = torch, heads, recipe
        self.checkpoint, self.fingerprint, self.step = checkpoint, fingerprint, 0
        self.best, self.since = math.inf, 0
        plain = [weight for weight in heads.parameters() if weight.ndim < 2]
        matrices = [weight for weight in heads.parameters() if weight.ndim >= 2]
        groups = [{"params": matrices, "weight_decay": _WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=_BETAS, fused=True)
        self.mean = {name: weight.detach().clone() for name, weight in heads.named_parameters()}
        self._saved = time.monotonic()

    def rate(self, learning_rate: float) -> None:
        """Sets the optimizer's."""
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
        kept |= {"best": self.best, "since": self.since}
        rest = {"mean": self.mean, "optimizer": self.optimizer.state_dict(), "random": self.torch.get_rng_state()}
        self.torch.save(kept | rest, partial)
        partial.replace(self.checkpoint)
        self._saved = time.monotonic()

    def resume(self, report: Callable[[str], None]) -> None:
        """Goes on from a checkpoint of the same training; another's is passed over, which is said."""
        if not self.checkpoint.exists():
            return
        kept = self.torch.load(self.checkpoint, weights_only=True)
        if kept["fingerprint"] != self.fingerprint:
            report(f"{self.checkpoint} is of another encoder, data, labels or recipe: training begins anew")
            return
        self.heads.load_state_dict(kept["heads"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.torch.set_rng_state(kept["random"])
        self.mean, self.step, self.best, self.since = (kept[name] for name in ("mean", "step", "best", "since"))
        report(f"goes on after step {self.step}")
