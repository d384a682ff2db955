"""What the models in a judge's folder of the kind ``fasttext`` say of a text."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.calibration import Platt, logits
from classifiers.fasttext_models import LABEL, load
from classifiers.given_texts import text_array
from classifiers.judge_files import JudgeFiles
from classifiers.language_memo import languages_of
from classifiers.quality import one_line
from filters.cuts import Cuts
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
    """A judge of the kind ``fasttext``: one model a label, each calibrated; a text is judged as a whole.

    Args:
        files: its folder, as `classifiers.judge_files.read_judge` gives it.

    Raises:
        InputError: a label has no model.
    """

    def __init__(self, files: JudgeFiles) -> None:
        self.files = files
        for label in files.labels:
            if model_name(label) not in files.files:
                raise InputError(f"judge {str(files.folder)!r} has no {model_name(label)}; train it again")

    @property
    def labels(self) -> tuple[str, ...]:
        """What it judges."""
        return self.files.labels

    def score(self, texts: Iterable[str | None], any_language: bool = False) -> pa.Table:
        """The probability of each label, ``<label>_score``, a row a text; the same whatever the other texts.

        Args:
            texts: whole documents.
            any_language: judge whatever the language is found to be.

        Returns:
            Null for a text without a letter, or in another language than the judge's.

        Raises:
            InputError: an item is no text.
        """
        given = text_array(texts)
        if any_language:
            wanted = pc.match_substring_regex(given, r"\p{L}").fill_null(False)
        else:
            wanted = pc.is_in(languages_of(Cuts(given)).codes, pa.array(self.files.languages, pa.string()))
        asked = pc.if_else(wanted, given, pa.scalar(None, pa.string())).to_pylist()
        columns = {}
        for label, line in zip(self.labels, self.files.calibration, strict=True):
            name = model_name(label)
            scores = fasttext_logits(str(self.files.path(name)), self.files.files[name], label, asked)
            columns[f"{label}_score"] = pa.array(Platt(*line).probabilities(scores), mask=np.isnan(scores))
        return pa.table(columns)
