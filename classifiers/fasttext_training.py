"""Trains a fastText model that tells texts with a label from texts without it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import fasttext
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifiers.fasttext_models import LABEL
from classifiers.labelled import TEXT
from classifiers.quality import one_line
from filters.errors import ConfigurationError

__all__ = ["FastTextRecipe", "balanced_order", "train_fasttext"]


@dataclass(frozen=True, slots=True)
class FastTextRecipe:
    """How a fastText model is trained; fastText's own names in brackets.

    Attributes:
        dimensions: of a vector (dim).
        epochs: passes over the texts (epoch).
        learning_rate: at the beginning; it falls to 0 linearly (lr).
        word_ngrams: longest sequence of words that has a vector (wordNgrams).
        subwords: shortest and longest sequence of characters that has one (minn, maxn); None: whole words alone.
        buckets: vectors that sequences share by their hash (bucket): four bytes times dimensions each, in the file.
        least_count: a word in fewer places has no vector (minCount).
        balanced: whether texts of the rarer kind are repeated until both kinds are as many lines. fastText has no
            weights of classes; this is how it gets them. Calibration afterwards is on texts as they came.
        seed: of the first vectors and of the order of texts (seed).
    """

    dimensions: int = 32
    epochs: int = 10
    learning_rate: float = 0.3
    word_ngrams: int = 2
    subwords: tuple[int, int] | None = None
    buckets: int = 200_000
    least_count: int = 1
    balanced: bool = True
    seed: int = 1


def train_fasttext(table: pa.Table, label: str, path: Path, recipe: FastTextRecipe) -> None:
    """Trains with one thread and writes the model: the same texts and recipe give the same file, byte for byte.

    The model has the labels ``__label__<label>`` and ``__label__not_<label>``, so that any tool that takes a
    fastText model of two labels can use it, `classifiers.quality` among them. Texts are given to it as `Quality`
    gives them.

    Args:
        table: column ``text``, and one by the name of the label, from 0 to 1; rows where it is null are left out.
        label: what is learned; a text has it from one half.
        path: of the model, as fastText's .bin.
        recipe: how.

    Raises:
        ConfigurationError: there are no texts of one kind, none has a word, or the learning rate is too high.
    """
    known = table.filter(pa.compute.is_valid(table[label]))
    truth = known[label].to_numpy() >= 0.5
    if not truth.any() or truth.all():
        raise ConfigurationError(
            f"label {label!r}: {int(truth.sum())} texts to train on have it and {int((~truth).sum())} have not; "
            "a judge needs both kinds"
        )
    lines = [one_line(text).replace(LABEL, "label ") for text in known[TEXT].to_pylist()]
    names = {True: f"{LABEL}{label}", False: f"{LABEL}not_{label}"}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt", newline="\n") as file:
        for row in balanced_order(truth, recipe.seed, balanced=recipe.balanced):
            file.write(f"{names[bool(truth[row])]} {lines[row]}\n")
        file.flush()
        shortest, longest = recipe.subwords or (0, 0)
        try:
            model = fasttext.train_supervised(
                input=file.name, dim=recipe.dimensions, epoch=recipe.epochs, lr=recipe.learning_rate,
                wordNgrams=recipe.word_ngrams, minn=shortest, maxn=longest, bucket=recipe.buckets,
                minCount=recipe.least_count, loss="softmax", thread=1, seed=recipe.seed, verbose=0,
            )  # fmt: skip
        except (RuntimeError, ValueError) as error:
            raise ConfigurationError(
                f"label {label!r}: fastText cannot be trained with {recipe}: {error}; "
                "lower learning_rate if numbers went out of range, or least_count if no word is left"
            ) from error
    if not np.isfinite(model.get_output_matrix()).all():
        raise ConfigurationError(f"label {label!r}: fastText's training gave no numbers (NaN); lower learning_rate")
    model.save_model(str(path))


def balanced_order(truth: npt.NDArray[np.bool_], seed: int, *, balanced: bool) -> npt.NDArray[np.int64]:
    """The rows in the order in which they are learned; those of the rarer kind repeated evenly, if that is wanted."""
    rows = [np.flatnonzero(truth), np.flatnonzero(~truth)]
    most = max(map(len, rows))
    if balanced:
        rows = [kind[np.arange(most) * len(kind) // most] for kind in rows]
    return np.random.default_rng(seed).permutation(np.concatenate(rows))
