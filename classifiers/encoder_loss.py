"""What an encoder is trained by: how wrong it is about the labels and the marked words of a batch."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from classifiers.encoder_examples import Example, batches

__all__ = ["Loss"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Weighted binary cross-entropy over the cells that are known, and beside it that of marked word pieces.

    Attributes:
        torch: the library.
        labels: the weight of each label.
        positives: what a text that has a label weighs in it, where one that has it not weighs 1.
        words: the weight of marked words beside that of labels.
    """

    torch: Any
    labels: Sequence[float]
    positives: Sequence[float]
    words: float

    def of(self, heads: Any, batch: Sequence[Example]) -> Any:
        """The mean over the cells of a batch."""
        torch = self.torch
        ids, mask, marks, marked = self._pieces(batch)
        truth = torch.tensor([[math.nan if value is None else value for value in row.labels] for row in batch])
        known = ~truth.isnan()
        cells = known * torch.tensor(self.labels) * torch.tensor([[row.weight] for row in batch])
        entropy = torch.nn.functional.binary_cross_entropy_with_logits
        with torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported()):
            encoder = heads["encoder"]
            states = encoder.bert(ids, attention_mask=mask)
            logits = encoder.classifier(encoder.dropout(states.pooler_output))
            word_logits = heads["words"](states.last_hidden_state)[..., 0]
        positives = torch.tensor(self.positives)
        by_label = entropy(logits.float(), truth.nan_to_num(0.0), reduction="none", pos_weight=positives) * cells
        by_word = entropy(word_logits.float(), marks, reduction="none") * marked
        of_labels = by_label.sum() / cells.sum().clamp(min=1.0)
        return of_labels + self.words * by_word.sum() / marked.sum().clamp(min=1.0)

    def held_out(self, heads: Any, rows: Sequence[Example], batch_tokens: int) -> float:
        """The mean over the batches of a part that is not trained on."""
        heads.eval()
        with self.torch.inference_mode():
            losses = [float(self.of(heads, batch)) for batch in batches(rows, batch_tokens, random.Random(0))]
        return sum(losses) / max(len(losses), 1)

    def _pieces(self, batch: Sequence[Example]) -> tuple[Any, Any, Any, Any]:
        """Ids, attention mask, marks, and what each mark weighs, padded to the longest of the batch."""
        torch = self.torch
        shape = (len(batch), max(len(row.pieces) for row in batch))
        ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
        marks, marked = torch.zeros(shape), torch.zeros(shape)
        for index, row in enumerate(batch):
            ids[index, : len(row.pieces)] = torch.tensor(row.pieces)
            mask[index, : len(row.pieces)] = 1
            if row.words is not None:
                marks[index, : len(row.words)] = torch.tensor(row.words, dtype=torch.float32)
                marked[index, 1 : len(row.words) - 1] = row.weight  # not the special tokens
        return ids, mask, marks, marked
