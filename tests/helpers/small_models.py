"""Small fastText models, trained in a moment: the same bytes each time."""

import hashlib
import tempfile
from pathlib import Path

import fasttext

__all__ = ["GOOD", "JUNK", "digest", "model_bytes", "trained"]

GOOD = "The theorem follows by induction because every step of the proof holds."
JUNK = "BUY cheap watches now click here best price free shipping"


def trained(path, lines=((GOOD, "hq"), (JUNK, "cc")), **parameters):
    """A model of the labels of those texts, saved at `path`; its sha256."""
    training = path.with_suffix(".train")
    training.write_text("".join(f"__label__{label} {text}\n" for text, label in lines) * 40)
    given = {"dim": 4, "epoch": 20, "lr": 0.5, "bucket": 100, "wordNgrams": 2, "thread": 1, "verbose": 0, **parameters}
    fasttext.train_supervised(str(training), **given).save_model(str(path))
    return digest(path)


def model_bytes():
    """What is in the file of such a model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        trained(path)
        return path.read_bytes()


def digest(path):
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
