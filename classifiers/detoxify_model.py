"""A checkpoint of Detoxify, loaded by the package itself and read one window at a time."""

import contextlib
import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.detoxify_weights import offline, reaches
from classifiers.encoder import Logits, Reading, parts
from classifiers.model_files import checked_digest
from filters.errors import ConfigurationError, InputError

__all__ = ["Checkpoint", "DetoxifyReader", "base_digest", "check_installed", "load", "read_checkpoint"]

_STANDARD = {"toxic": "toxicity", "identity_hate": "identity_attack", "severe_toxic": "severe_toxicity"}
_NOT_WEIGHTS = "(load the file with the package detoxify itself to see more, or fetch it again)"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file of Detoxify's says of the model in it.

    Attributes:
        classes: by the names that Detoxify gives them, in the order of the outputs, which may be more.
        base: folder, or name on the hub, of configuration and tokenizer.
        weights: names of its tensors.
    """

    classes: Sequence[str]
    base: str
    weights: frozenset[str]


class DetoxifyReader:
    """Detoxify's model and tokenizer, read one window at a time, in floats of 32 bits and without padding.

    That makes a score independent of every other window. What the model cannot read at once is read in parts, of
    which the maximum counts; nothing is cut off.
    """

    def __init__(self, path: Path, model: Any, tokenizer: Any, outputs: Sequence[int]) -> None:
        self._path, self._model, self._tokenizer, self._outputs = path, model.eval(), tokenizer, list(outputs)
        edges = tokenizer("")["input_ids"]
        if len(edges) != 2:
            raise InputError(
                f"{str(path)!r} has a tokenizer that puts {len(edges)} tokens around a text; Detoxify's models have 2"
            )
        self._edges = edges
        before = model.config.pad_token_id + 1 if "roberta" in model.config.model_type else 0
        self._longest = min(tokenizer.model_max_length, model.config.max_position_embeddings - before) - 2

    def read(self, text: str) -> Reading:
        """The logits of a text, whatever its length."""
        encoded = self._tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)
        ids = encoded["input_ids"]
        if len(ids) <= self._longest:
            return Reading(self._run(ids), None, None)
        found = [self._run(ids[start:end]) for start, end in parts(encoded.word_ids(), self._longest)]
        return Reading(np.max(found, axis=0), None, None)

    def _run(self, ids: Sequence[int]) -> Logits:
        import torch

        row = torch.tensor([[self._edges[0], *ids, self._edges[1]]])
        with torch.inference_mode():
            logits: Logits = self._model(input_ids=row, attention_mask=torch.ones_like(row))[0][0].numpy()
        if not np.isfinite(logits).all():
            raise InputError(f"{str(self._path)!r} gives logits that are no numbers: its training went wrong")
        return logits[self._outputs]


@cache
def load(path: Path, digest: str, classes: Sequence[str]) -> DetoxifyReader:
    """The model in a checkpoint, once a process, its outputs in the order of `classes`; torch is held to one thread.

    Raises:
        InputError: the file is another, no checkpoint, of other classes, or its tokenizer cannot be had.
    """
    found = read_checkpoint(path, digest)
    if sorted(found.classes) != sorted(classes):
        raise InputError(
            f"{str(path)!r} judges {', '.join(found.classes)}, and the model that is named {', '.join(classes)}; "
            "name the model that the file is of, or `model: own`"
        )
    import torch
    import transformers

    torch.set_num_threads(1)  # a worker has one core
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    from detoxify import Detoxify

    try:
        with _without_waiting(found.base):
            made = Detoxify(checkpoint=str(path))
    except Exception as error:  # torch, transformers and what a file asks them for raise anything
        raise InputError(
            f"Detoxify cannot load {str(path)!r}, whose configuration and tokenizer are {found.base!r}: "
            f"{_said(error)}; have {found.base!r} as a folder or in the cache of the "
            "Hugging Face hub, or name a checkpoint that classifiers.detoxify_export wrote"
        ) from error
    missing = sorted(set(dict(made.model.named_parameters())) - found.weights)
    if missing:
        raise InputError(
            f"{str(path)!r} lacks the weights {', '.join(missing[:5])}, {len(missing)} in all {_NOT_WEIGHTS}"
        )
    return DetoxifyReader(path, made.model, made.tokenizer, [found.classes.index(name) for name in classes])


@cache
def read_checkpoint(path: Path, digest: str) -> Checkpoint:
    """What a checkpoint says of itself. It is unpickled, so that its content must be known by its digest.

    Raises:
        InputError: the file is another than `digest` says, or no checkpoint of Detoxify's.
    """
    checked_digest(path, digest)
    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=False, mmap=zipfile.is_zipfile(path))
        classes = [_STANDARD.get(name, name) for name in loaded["config"]["dataset"]["args"]["classes"]]
        base, state = loaded["config"]["arch"]["args"]["model_type"], loaded["state_dict"]
    except Exception as error:  # unpickling may raise anything
        raise InputError(
            f"{str(path)!r} is no checkpoint of Detoxify's (config with arch and dataset, state_dict): "
            f"{_said(error)}; name one, or write one with classifiers.detoxify_export"
        ) from error
    wrong = [name for name in classes if not isinstance(name, str) or not re.fullmatch(r"\w+", name)]
    if wrong or not classes or len(set(classes)) < len(classes) or not isinstance(state, Mapping):
        raise InputError(f"{str(path)!r} names the classes {classes}; they must be words, each once")
    return Checkpoint(tuple(classes), str(base), frozenset(state))


def base_digest(base: str) -> str:
    """What stands for the configuration and tokenizer of a checkpoint: a digest of the folder's files, or its name."""
    folder = Path(base)
    if not folder.is_dir():
        return base
    files = sorted(path for path in folder.iterdir() if path.suffix in {".json", ".txt", ".model"})
    return hashlib.sha256("".join(f"{path.name} {checked_digest(path)}\n" for path in files).encode()).hexdigest()


def check_installed() -> None:
    """Makes sure that the extra is installed.

    Raises:
        ConfigurationError: a package of it is missing.
    """
    from importlib.util import find_spec

    missing = [package for package in ("detoxify", "torch", "transformers") if find_spec(package) is None]
    if missing:
        raise ConfigurationError(
            f"the annotator `detoxify` needs the packages {', '.join(missing)}, which are not installed: "
            "install tamis[detoxify], or measure with `toxicity`, which needs none"
        )


def _said(error: Exception) -> str:
    """An error in a line; those of torch and transformers are long."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


@contextlib.contextmanager
def _without_waiting(base: str) -> Iterator[None]:
    """Keeps Hugging Face's libraries, which try half a minute for each file, from a hub that does not answer."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or Path(base).is_dir() or offline() or not reaches(constants.ENDPOINT)
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
