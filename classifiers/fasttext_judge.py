"""What the models in a judge's folder of the kind ``fasttext`` say of a text."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from classifiers.calibration import Platt, logits
from classifiers.fasttext_models import LABEL, load
from classifiers.judge_files import JudgeFiles
from classifiers.quality import one_line
from filters.errors import InputError

__all__ = ["FastTextJudge", "fasttext_logits", "model_name"]

Floats = npt.NDArray[np.float64]


def model_name(label: str) -> str:
    """The name of a label's model in the folder."""
    return f"{label}.bin"


def fasttext_logits(model: str, digest: str, label: str, texts: Sequence[str | None]) -> Floats:
    """The log-odds of a label in each text; NaN where there is no word to judge.

    Args:
        model: path of a model with the labels ``__label__<label>`` and another.
        digest: SHA-256 of that file.
        label: as in `classifiers.fasttext_training`.
        texts: each judged as a whole.

    Raises:
        InputError: the model is another, or has not this label.
    """
    loaded = load(model, digest)
    if len(loaded.labels) != 2 or f"{LABEL}{label}" not in loaded.labels:
        raise InputError(f"{model!r} has the labels {', '.join(loaded.labels)}, and not {LABEL}{label} and one other")
    scores = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        if text is not None and text.strip():
            found = {name: score for score, name in loaded.f.predict(one_line(text) + "\n", -1, 0.0, "strict")}
            scores[row] = found.get(f"{LABEL}{label}", np.nan)
    return logits(scores)


class FastTextJudge:
    """A judge of the kind ``fasttext``: one model a label, each calibrated.

    Args:
        files: its folder, as `classifiers.judge_files.read_judge` gives it.

    Raises:
        InputError: a label has no model.
    """

    def __init__(self, files: JudgeFiles) -> None:
        self._files = files
        for label in files.labels:
            if model_name(label) not in files.files:
                raise InputError(f"judge {str(files.folder)!r} lacks {model_name(label)}; train it again")

    def probabilities(self, texts: Sequence[str | None]) -> dict[str, Floats]:
        """The probability of each label in each text; NaN where there is no word to judge."""
        files = self._files
        lines = zip(files.labels, files.calibration, strict=True)
        return {
            label: Platt(*line).probabilities(
                fasttext_logits(str(files.path(model_name(label))), files.files[model_name(label)], label, texts)
            )
            for label, line in lines
        }
