"""The language of a document, judged by fastText from its beginning and samples of the rest."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import fasttext
import pyarrow as pa

from classifiers.model_files import checked_digest, resolve
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError, InputError
from filters.signals import Columns, Signal

__all__ = ["Language", "sample_text"]

_PREFIX, _WINDOW, _WINDOWS = 1000, 250, 4
_SOURCE = (
    "Joulin et al. 2016 (arXiv 1607.01759), model lid.176 of fasttext.cc; "
    "deviation: at most 2,000 characters of a text are judged"
)


def sample_text(text: str) -> str:
    """The part of `text` that is judged: all of up to 2,000 characters, else 1,000 and four windows of 250.

    The windows lie at equal distances over what follows the first 1,000 characters, the last at the end.
    Every run of white space becomes one space, so that there is no line feed.
    """
    rest = len(text) - _PREFIX - _WINDOW
    if len(text) <= _PREFIX + _WINDOW * _WINDOWS:
        return " ".join(text.split())
    starts = [_PREFIX + rest * window // (_WINDOWS - 1) for window in range(_WINDOWS)]
    pieces = [text[:_PREFIX], *(text[start : start + _WINDOW] for start in starts)]
    return " ".join(" ".join(pieces).split())


class Language:
    """The most probable language of a text, and its probability.

    Args:
        model: a shipped model by its name, or the path of a fastText model whose labels are ``__label__<code>``.
        sha256: of the model file; wanted for every model that is not shipped, because fastText reads
            a truncated file without end.

    Raises:
        ConfigurationError: no sha256 is known for the model.
        InputError: the file is missing, truncated, another than `sha256` says, or no such model.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal("language", pa.string(), "code", "most probable label; null without a letter", _SOURCE),
        Signal(
            "language_score",
            pa.float64(),
            "probability",
            "probability of that label, at most 1; null without a letter",
            _SOURCE,
            low="uncertain_language",
        ),
    )

    def __init__(self, model: str = "lid.176.ftz", sha256: str | None = None) -> None:
        self.model, self.sha256 = model, sha256
        path, known = resolve(model)
        self._digest = checked_digest(path, sha256 or known)
        if sha256 is None and known is None:
            raise ConfigurationError(
                f"language model {model!r} is not shipped, so its sha256 must be given: "
                f"write `sha256: {self._digest}` beside it if the file is whole, or use lid.176.ftz"
            )
        self.fingerprint = f"language/1/{self._digest}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Language and score of every text."""
        predict = _load(resolve(self.model)[0], self._digest).f.predict
        codes: list[str | None] = []
        scores: list[float | None] = []
        for text in batch.column("text").to_pylist():
            sample = sample_text(text)
            found = predict(sample + "\n", 1, 0.0, "strict") if any(map(str.isalpha, sample)) else []
            score, label = found[0] if found else (None, None)
            codes.append(None if label is None else label.removeprefix("__label__"))
            scores.append(None if score is None else min(score, 1.0))
        return {"language": pa.array(codes, pa.string()), "language_score": pa.array(scores, pa.float64())}


@cache
def _load(path: Path, digest: str) -> Any:
    """The model, once a process, after making sure that it is the file that the fingerprint names."""
    checked_digest(path, digest)
    try:
        model = fasttext.load_model(str(path))
    except ValueError as error:
        raise InputError(f"{str(path)!r} is not a fastText model: {error}; name one, or use lid.176.ftz") from error
    if not all(label.startswith("__label__") for label in model.labels):
        raise InputError(f"{str(path)!r} has no labels of languages; name a supervised model, or use lid.176.ftz")
    return model
