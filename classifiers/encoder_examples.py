"""What an encoder is trained on: texts as word pieces, with their labels and marked words, in batches of one length."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from tokenizers import Tokenizer

__all__ = ["Example", "batches", "examples"]

_POOL = 40  # batches among which lengths are sorted


class Example(NamedTuple):
    """One text.

    Attributes:
        pieces: ids of its word pieces, special ones included.
        labels: a number from 0 to 1 each, None where unknown.
        words: 1 for each piece that touches a marked character; None where no character of the text was judged.
        weight: of the text in the loss.
    """

    pieces: tuple[int, ...]
    labels: tuple[float | None, ...]
    words: tuple[int, ...] | None
    weight: float


def examples(tokenizer: Path, table: pa.Table, labels: Sequence[str], tokens: int) -> list[Example]:
    """The rows of a table as examples, in order; texts of more than `tokens` word pieces are cut.

    Args:
        tokenizer: tokenizer.json of the encoder.
        table: as `classifiers.encoder_training.train_encoder` takes it.
        labels: columns of labels.
        tokens: at most, special ones included.
    """
    cut = Tokenizer.from_file(str(tokenizer))
    cut.no_padding()
    cut.enable_truncation(tokens)
    texts = table["text"].to_pylist()
    columns = [table[label].to_pylist() for label in labels]
    marked = table["words"].to_pylist() if "words" in table.column_names else [None] * len(texts)
    weights = table["weight"].to_pylist() if "weight" in table.column_names else [1.0] * len(texts)
    made = []
    for row, encoding in enumerate(cut.encode_batch(texts)):
        marks = None
        if (own := marked[row]) is not None:
            inside = set(own)
            marks = tuple(int(any(at in inside for at in range(*place))) for place in encoding.offsets)
        values = tuple(column[row] for column in columns)
        made.append(Example(tuple(encoding.ids), values, marks, weights[row]))
    return made


def batches(rows: Sequence[Example], batch_tokens: int, order: random.Random) -> Iterator[list[Example]]:
    """All rows once, in batches of about one length.

    The rows are shuffled, sorted by length within pools, and the batches of each pool are shuffled again.

    Args:
        rows: the examples.
        batch_tokens: rows times the longest of them, at most; one longer row stands alone.
        order: the source of the order.
    """
    shuffled = list(rows)
    order.shuffle(shuffled)
    mean = sum(len(row.pieces) for row in shuffled) / max(len(shuffled), 1)
    pool = max(1, round(_POOL * batch_tokens / max(mean, 1)))
    for first in range(0, len(shuffled), pool):
        ordered = sorted(shuffled[first : first + pool], key=lambda row: len(row.pieces))
        cut: list[list[Example]] = []
        for row in ordered:
            if not cut or (len(cut[-1]) + 1) * len(row.pieces) > batch_tokens:
                cut.append([])
            cut[-1].append(row)
        order.shuffle(cut)
        yield from cut
