"""Where the weights of Detoxify's models lie, and how they get there: from torch's cache, or fetched into it."""

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filters.errors import InputError

__all__ = ["MODELS", "Weights", "located", "reaches"]

_RELEASES = "https://github.com/unitaryai/detoxify/releases/download"
_SILENCE = 20.0  # seconds without a byte after which fetching is given up
_LONGEST = 1800.0  # seconds that fetching may take in all
_AT_ONCE = 1 << 20

_CLASSES = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
_LANGUAGES = ("en", "es", "fr", "it", "pt", "ru", "tr")


@dataclass(frozen=True, slots=True)
class Weights:
    """One of Detoxify's published models.

    Attributes:
        url: of its file. The eight hexadecimal digits in the name are the first of its sha256.
        classes: what it judges, by the names that Detoxify gives them.
        languages: codes of the languages that it was trained on.
    """

    url: str
    classes: Sequence[str]
    languages: Sequence[str]

    @property
    def file(self) -> str:
        """The name of the file, in the release and in torch's cache."""
        return self.url.rpartition("/")[2]

    @property
    def beginning(self) -> str:
        """The first digits of its sha256."""
        return self.file.removesuffix(".ckpt").rpartition("-")[2]


MODELS = {
    "multilingual": Weights(
        f"{_RELEASES}/v0.4-alpha/multilingual_debiased-0b549669.ckpt", (*_CLASSES, "sexual_explicit"), _LANGUAGES
    ),
    "original": Weights(f"{_RELEASES}/v0.1-alpha/toxic_original-c1212f89.ckpt", _CLASSES, ("en",)),
    "original-small": Weights(f"{_RELEASES}/v0.1.2/original-albert-0e1d6498.ckpt", _CLASSES, ("en",)),
    "unbiased": Weights(
        f"{_RELEASES}/v0.3-alpha/toxic_debiased-c7548aa0.ckpt", (*_CLASSES, "sexual_explicit"), ("en",)
    ),
    "unbiased-small": Weights(
        f"{_RELEASES}/v0.1.2/unbiased-albert-c8519128.ckpt", (*_CLASSES, "sexual_explicit"), ("en",)
    ),
}
"""Detoxify's published models, by the names that it gives them."""


def located(model: str) -> Path:
    """The file of a published model: the one in torch's cache, or after it has been fetched into it.

    Nothing waits for a network that does not answer: 20 seconds without a byte, or half an hour in all, are an error,
    and with ``HF_HUB_OFFLINE`` set nothing is asked for.

    Raises:
        InputError: the file is not there and cannot be fetched, or what came is another file.
    """
    weights = MODELS[model]
    path = _cache() / weights.file
    if path.is_file():
        return path
    if offline():
        raise InputError(
            f"{_lacking(model, path)}, and HF_HUB_OFFLINE forbids to fetch it from {weights.url}; {_mend(path)}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        digest = _fetch(weights.url, unfinished)
        if not digest.startswith(weights.beginning):
            raise InputError(
                f"{weights.url} gave another file than Detoxify's {model!r}: its sha256 begins {digest[:8]}, expected "
                f"{weights.beginning}; {_mend(path)}"
            )
        unfinished.replace(path)
    except (OSError, http.client.HTTPException) as error:
        raise InputError(
            f"{_lacking(model, path)}, and it cannot be fetched from {weights.url}: {error}; {_mend(path)}"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def offline() -> bool:
    """Whether the user forbids to ask the network, by the variables that Hugging Face's libraries know."""
    named = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return named.upper() in {"1", "ON", "YES", "TRUE"}


def reaches(url: str, seconds: float = 10.0) -> bool:
    """Whether anything at all answers there."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=seconds).close()
    except urllib.error.HTTPError as error:
        error.close()
    except (OSError, http.client.HTTPException):
        return False
    return True


def _cache() -> Path:
    """The folder that ``torch.hub`` keeps checkpoints in, found as torch finds it, without importing it."""
    home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def _fetch(url: str, path: Path) -> str:
    """Writes what is at a URL into a file, and gives its sha256."""
    digest, until = hashlib.sha256(), time.monotonic() + _LONGEST
    try:
        found = urllib.request.urlopen(url, timeout=_SILENCE)
    except urllib.error.HTTPError as error:
        error.close()  # it holds the connection
        raise
    with found as answer, path.open("wb") as file:
        while part := answer.read(_AT_ONCE):
            if time.monotonic() > until:
                raise TimeoutError(f"not done after {_LONGEST:g} seconds")
            digest.update(part)
            file.write(part)
        whole = answer.headers["Content-Length"]
        if whole is not None and file.tell() != int(whole):
            raise OSError(f"it broke off after {file.tell()} of {whole} bytes")
    return digest.hexdigest()


def _lacking(model: str, path: Path) -> str:
    return f"the weights of Detoxify's model {model!r}, {path.name}, are not in torch's cache"


def _mend(path: Path) -> str:
    return f"put the file at {str(path)!r}, or name a copy of it as `checkpoint:` with its `sha256:`"
