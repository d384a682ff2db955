"""fastText models: loaded once a process, and only if they are the file that was named."""

from functools import cache
from typing import Any

import fasttext

from classifiers.model_files import checked_digest, resolve
from filters.errors import ConfigurationError, InputError

__all__ = ["LABEL", "digest_of", "load"]

LABEL = "__label__"
"""What stands before every label of a supervised model."""


def digest_of(model: str, sha256: str | None, what: str) -> str:
    """The SHA-256 of a model file, which must be the one that `sha256` names, or a shipped one.

    It is wanted because fastText reads a truncated file without end, and an exchanged one without a word.

    Args:
        model: a shipped model by its name, or a path.
        sha256: of the file.
        what: what kind of model it is to be, for the message.

    Raises:
        ConfigurationError: no sha256 is known for the model.
        InputError: the file is missing, or another than `sha256` says.
    """
    path, known = resolve(model)
    digest = checked_digest(path, sha256 or known)
    if sha256 is None and known is None:
        raise ConfigurationError(
            f"{what} model {model!r} is not shipped, so its sha256 must be given: "
            f"write `sha256: {digest}` beside it if the file is whole"
        )
    return digest


@cache
def load(model: str, digest: str) -> Any:
    """The model, once a process, after making sure that it is the file that the fingerprint names.

    Raises:
        InputError: the file is another, no fastText model, or one of word vectors, which has no labels.
    """
    path = resolve(model)[0]
    checked_digest(path, digest)
    try:
        loaded = fasttext.load_model(str(path))
    except ValueError as error:
        raise InputError(
            f"{str(path)!r} is not a fastText model: {error}; name a file that fastText saved as .bin or .ftz"
        ) from error
    # A model of vectors has words for labels, and aborts the process if asked for a prediction.
    if not loaded.f.getArgs().model.name == "supervised":
        raise InputError(f"{str(path)!r} is a model of word vectors, without labels; name a supervised model")
    if not loaded.labels or not all(label.startswith(LABEL) for label in loaded.labels):
        raise InputError(
            f"the labels of {str(path)!r} do not begin with {LABEL}; name a model trained with that prefix"
        )
    return loaded
