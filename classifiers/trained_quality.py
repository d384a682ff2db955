"""The quality of a document by a judge that ``tamis train`` made of good and bad text: calibrated, in its languages."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.calibration import Platt
from classifiers.fasttext_judge import FastTextJudge, fasttext_logits, model_name
from classifiers.judge_files import judge_folder, read_judge
from classifiers.language_memo import languages_of
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import Columns, Signal

__all__ = ["TrainedQuality"]


class TrainedQuality:
    """The calibrated probability of a label of a judge's folder.

    Args:
        name: of the instance; the signal is called ``<name>_score``.
        judge: a folder of the kind ``fasttext``, or its judge.json.
        sha256: of its judge.json, which holds those of its models; checked where given.
        good: the label that means a good text; None where the judge has but one.

    Raises:
        ConfigurationError: the judge is of another kind, has no such label, or several and none is named.
        InputError: a file is missing, truncated or another.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, name: str, judge: str, sha256: str | None = None, good: Sequence[str] | None = None) -> None:
        self._files = read_judge(judge_folder(judge), sha256)
        if self._files.kind != "fasttext":
            raise ConfigurationError(
                f"{name}: {judge!r} is a judge of the kind {self._files.kind}; one of quality is of the kind fasttext"
            )
        labels = FastTextJudge(self._files).labels
        named = list(labels) if good is None else list(good)
        if len(named) != 1 or named[0] not in labels:
            raise ConfigurationError(f"{name}: `good` is to be one label of {judge!r}, which has {', '.join(labels)}")
        self._label = named[0]
        spoken = ", ".join(self._files.languages)
        self.signals: Sequence[Signal] = (
            Signal(
                f"{name}_score",
                pa.float64(),
                "probability",
                f"calibrated probability of {self._label}; null in a blank text and in languages other than {spoken}",
                f"judge {self._files.name} made by `tamis train`; Joulin et al. 2016 (arXiv 1607.01759); Platt 1999",
                low=f"low_{name}",
            ),
        )
        self.fingerprint = f"trained_quality/1/{name}/{self._files.digest}/{self._label}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The probability for every text."""
        files, file = self._files, model_name(self._label)
        spoken = pc.is_in(languages_of(cuts).codes, pa.array(files.languages, pa.string()))
        texts = pc.if_else(spoken, cuts.texts, pa.scalar(None, pa.string())).to_pylist()
        found = fasttext_logits(str(files.path(file)), files.files[file], self._label, texts)
        line = Platt(*files.calibration[files.labels.index(self._label)])
        return {self.signals[0].name: pa.array(line.probabilities(found), pa.float64(), mask=np.isnan(found))}
