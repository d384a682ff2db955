"""Toxicity as Detoxify's models judge it: the real package, on all of a text, by windows."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import pyarrow as pa

from classifiers.cascade import Cascade
from classifiers.detoxify_model import base_digest, check_installed, load, read_checkpoint
from classifiers.detoxify_weights import MODELS, located
from classifiers.judge_files import JudgeFiles
from classifiers.judged import judged, label_columns, spans
from classifiers.model_files import checked_digest
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError, InputError
from filters.signals import SPANS, Columns, Signal

__all__ = ["OWN", "DetoxifyJudge"]

OWN = "own"
"""The name for a model that is none of Detoxify's published ones."""

_TOKENS = 128
_SOURCE = (
    "Hanu and Unitary team 2020, github.com/unitaryai/detoxify, package detoxify 0.5; deviations: a text is read whole "
    "by windows of at most 128 estimated tokens, where `predict` cuts it off at 512, and one window at a time, where "
    "`predict` pads all that it is given to one length"
)


class DetoxifyJudge:
    """The probabilities of Detoxify's classes, by windows, as `classifiers.cascade` cuts and keeps them.

    A worker holds the model once, one thread of torch, and beside it one window. Its memory is that of torch and
    transformers, and the weights: 47 MB of ``original-small``, 440 MB of ``original``, 1.1 GB of ``multilingual``.
    On one kind of processor, with the same version of torch, a score is the same to the last bit, whatever the batch.

    Args:
        name: of the instance; the signals are called ``<name>_<class>_score`` and so on.
        model: ``original``, ``unbiased``, ``multilingual``, ``original-small`` or ``unbiased-small``, whose weights are
            looked for in torch's cache and fetched into it where they are not; ``own`` for any other.
        checkpoint: path of the weights, in Detoxify's format (`classifiers.detoxify_export` writes it).
        sha256: of that file, which must be given, because loading it runs what is pickled in it.
        threshold: the probability from which a window counts for the share; spans are kept from half of it.
        languages: codes of lid.176; a text in another language, or without a letter, has no score. Those that the
            model was trained on where not given; English for ``own``.

    Raises:
        ConfigurationError: no such model, no sha256, or the extra is not installed.
        InputError: weights are missing and cannot be fetched, or are other than they should be.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(
        self,
        name: str,
        model: str,
        checkpoint: Path | None = None,
        sha256: str | None = None,
        threshold: float = 0.5,
        languages: list[str] | None = None,
    ) -> None:
        if model not in MODELS and model != OWN:
            raise ConfigurationError(
                f"{name}: Detoxify has no model {model!r}; name one of {', '.join(MODELS)}, "
                f"or {OWN!r} with a checkpoint"
            )
        if not 0 < threshold <= 1:
            raise ConfigurationError(f"{name}: threshold is {threshold:g}; it must be above 0 and at most 1")
        check_installed()
        self.name, self.model, self.threshold = name, model, threshold
        self._path, self._digest = _weights(name, model, checkpoint, sha256)
        published = MODELS.get(model)
        self.classes = tuple(published.classes if published else read_checkpoint(self._path, self._digest).classes)
        self.languages = sorted(languages or (published.languages if published else ["en"]))
        self.signals: Sequence[Signal] = tuple(self._signals())
        base = "hub" if checkpoint is None else base_digest(read_checkpoint(self._path, self._digest).base)
        versions = "/".join(f"{package} {version(package)}" for package in ("detoxify", "torch", "transformers"))
        judged_by = f"{self._digest}/{base}/{versions}/{' '.join(self.languages)}"
        self.fingerprint = f"detoxify/1/{name}/{threshold!r}/{judged_by}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Scores and spans of every text."""
        cascade = self._cascade()
        found = judged(cuts, cascade)
        limits = dict.fromkeys(self.classes, self.threshold)
        columns = {
            f"{self.name}_{column}": values for column, values in label_columns(found, self.classes, limits).items()
        }
        found_spans = spans(found, self.classes, self.classes, cascade.files.floor)
        return {**columns, f"{self.name}_spans": found_spans}

    def _cascade(self) -> Cascade:
        """Detoxify in the place of a judge's transformer; no screen stands before it, and it marks no words."""
        files = JudgeFiles(
            folder=self._path.parent,
            digest=self.fingerprint,
            kind="encoder",
            name=self.name,
            languages=tuple(self.languages),
            labels=self.classes,
            tokens=_TOKENS,
            files={},
            calibration=[(1.0, 0.0)] * len(self.classes),
            thresholds=dict.fromkeys(self.classes, self.threshold),
            word_threshold=None,
            screen_limit=None,
        )
        return Cascade(files, load(self._path, self._digest, self.classes), None)

    def _signals(self) -> Sequence[Signal]:
        where = f"null without a letter and in languages other than {', '.join(self.languages)}"
        found = []
        for label in self.classes:
            stem, high = f"{self.name}_{label}", f"{self.name}_{label}"
            of = f"windows by the probability of {label}"
            found += [
                Signal(f"{stem}_score", pa.float64(), "fraction", f"highest of the {of}; {where}", _SOURCE, high=high),
                Signal(
                    f"{stem}_top3", pa.float64(), "fraction", f"mean of the 3 highest {of}; {where}", _SOURCE, high=high
                ),
                Signal(
                    f"{stem}_share",
                    pa.float64(),
                    "fraction",
                    f"share of the windows whose probability of {label} is at least {self.threshold:g}; {where}",
                    _SOURCE,
                    high=high,
                ),
            ]
        formula = f"windows, and sentences of them, with a probability of at least {self.threshold / 2:g}; {where}"
        spans_of_all = Signal(
            f"{self.name}_spans", SPANS, "spans", formula, _SOURCE, floor=self.threshold / 2, labels=self.classes
        )
        return [*found, spans_of_all]


def _weights(name: str, model: str, checkpoint: Path | None, sha256: str | None) -> tuple[Path, str]:
    """The file of the weights and its sha256."""
    if checkpoint is None:
        if model == OWN:
            raise ConfigurationError(
                f"{name}: `model: {OWN}` needs a `checkpoint:`, the path of the weights, and its `sha256:`"
            )
        path = located(model)
        digest = checked_digest(path, sha256)
        if not digest.startswith(MODELS[model].beginning):
            raise InputError(
                f"{str(path)!r} is not Detoxify's {model!r}: its sha256 is {digest}, expected is one that begins "
                f"{MODELS[model].beginning}; remove the file, so that it is fetched again"
            )
        return path, digest
    digest = checked_digest(checkpoint, sha256)
    if sha256 is None:
        raise ConfigurationError(
            f"{name}: checkpoint {str(checkpoint)!r} is a pickled file, and to load it runs whatever its maker "
            f"put into it; if you trust where it comes from, write `sha256: {digest}` beside it"
        )
    return checkpoint, digest
