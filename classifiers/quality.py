"""The quality of a document as a fastText model judges it: DCLM's, one of FineWeb-edu's shape, or one's own.

No quality model is shipped. What "good" means lies in the texts that a model was trained on, and none were at hand that
could be said to stand for it: 499 votes (``benchmarks/quality.py``) are enough to judge a model, not to make one.
Name a file, or make one from good and bad text of your own with ``tamis train``.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from classifiers.fasttext_models import LABEL, digest_of, load
from classifiers.language_memo import languages_of
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError, InputError
from filters.signals import Columns, Signal

__all__ = ["Quality", "one_line"]

_SOURCE = (
    "good: Li et al. 2024 (arXiv 2406.11794), section 4.4, and mlfoundations/dclm, "
    "baselines/mappers/enrichers/quality_prediction_enrichers_calc_fasttext.py, 15af3ce; values: card of the model "
    "kenhktsui/llm-data-textbook-quality-fasttext-classifier-v2"
)
_NAMED = 20  # labels of a model that a message lists


def one_line(text: str) -> str:
    """The text as the model is given it: stripped, its lines joined by spaces, every letter in its case, as in DCLM.

    A word ``</s>`` is left out: to fastText it is the end of the line, and what follows it would not be judged.
    """
    line = " ".join(text.strip().splitlines())
    return line if "</s>" not in line else " ".join(word for word in line.split() if word != "</s>")


class Quality:
    """How probable it is that a text is good, or its expected value, by a supervised fastText model.

    All of the text is judged. The probability is computed as in DCLM, where the model has two labels: that of the good
    label if it is the likelier, else what that of the other leaves of 1 (fastText's probabilities add up to a little
    more). Of several good labels the probabilities are added; of a model trained with loss ova one
    label may be good, whose probability is the score. Deviations: the score is cut off at 1; a word ``</s>``
    does not end the text. For FineWeb-edu's shape, labels 0 to 5, the card of kenhktsui/fineweb-edu-fasttext-classifier
    takes the most probable label; the expected value is what the same author's textbook classifier takes.

    Args:
        name: of the instance; the signal is called ``<name>_score``.
        model: path of a supervised model whose labels are ``__label__<label>``.
        sha256: of that file.
        good: labels that mean a good text, without ``__label__``; the score is a probability.
        values: in place of `good`, a value for every label of the model; the score is the expected value.
        languages: codes of lid.176; a text in another language, or in none, has no score. None: every text may.

    Raises:
        ConfigurationError: no sha256, not one of `good` and `values`, or labels that are not the model's.
        InputError: the file is missing, truncated, another than `sha256` says, or no supervised model.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(
        self,
        name: str,
        model: str,
        sha256: str | None = None,
        good: Sequence[str] | None = None,
        values: Mapping[str, float] | None = None,
        languages: Sequence[str] | None = None,
    ) -> None:
        self.name, self.model = name, model
        self._digest = digest_of(model, sha256, "quality")
        self.languages = None if languages is None else sorted(languages)
        self.good = None if good is None else sorted(good)
        self.values = None if values is None else dict(sorted(values.items()))
        self._check_labels()
        meaning, unit = f"probability of {' or '.join(self.good or ())}", "probability"
        if self.values is not None:
            values_named = ", ".join(f"{label} {value:g}" for label, value in self.values.items())
            meaning, unit = f"sum of probability times value of each label ({values_named})", "value"
        elsewhere = "" if languages is None else f" and in languages other than {', '.join(self.languages or ())}"
        formula = f"{meaning}; null in a blank text{elsewhere}"
        self.signals: Sequence[Signal] = (
            Signal(f"{name}_score", pa.float64(), unit, formula, _SOURCE, low=f"low_{name}"),
        )
        self.fingerprint = f"quality/1/{name}/{self._digest}/{self.good}/{self.values}/{self.languages}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The score of every text."""
        texts = cuts.texts
        if self.languages is not None:
            spoken = pc.is_in(languages_of(cuts).codes, pa.array(self.languages, pa.string()))
            texts = pc.if_else(spoken, texts, pa.scalar(None, pa.string()))
        scores = [None if text is None or not text.strip() else self._score(text) for text in texts.to_pylist()]
        return {self.signals[0].name: pa.array(scores, pa.float64())}

    def _score(self, text: str) -> float | None:
        found = load(self.model, self._digest).f.predict(one_line(text) + "\n", -1, 0.0, "strict")
        if not found:
            return None
        pairs: list[tuple[str, float]] = [(label.removeprefix(LABEL), score) for score, label in found]
        if any(score != score for _, score in pairs):
            raise InputError(f"{self.model!r} gives no numbers (NaN): its training went wrong; train it again")
        if self.values is not None:
            return sum(self.values[label] * min(score, 1.0) for label, score in pairs)
        good = [score for label, score in pairs if label in (self.good or ())]
        rest = [score for label, score in pairs if label not in (self.good or ())]
        if self._apart or pairs[0][0] in (self.good or ()):
            return min(sum(good), 1.0)
        return max(1 - sum(rest), 0.0)

    def _check_labels(self) -> None:
        """The labels that are named are the model's."""
        model = load(self.model, self._digest)
        known = sorted(label.removeprefix(LABEL) for label in model.labels)
        listed = ", ".join(known[:_NAMED]) + (f" and {len(known) - _NAMED} more" if len(known) > _NAMED else "")
        if bool(self.good) == bool(self.values):
            raise ConfigurationError(
                f"{self.name} needs either `good`, the labels of a good text, or `values`, a value for every label; "
                f"the labels of {self.model!r} are {listed}"
            )
        lacking = sorted({*(self.good or ()), *(self.values or ())} - set(known))
        if lacking:
            raise ConfigurationError(
                f"{self.name}: {self.model!r} has no label {', '.join(map(repr, lacking))}; its labels are {listed}"
            )
        without = sorted(set(known) - set(self.values or known))
        if without:
            raise ConfigurationError(
                f"{self.name}: `values` lacks the labels {', '.join(without[:_NAMED])} of {self.model!r}; "
                "an expected value needs one for every label"
            )
        self._apart = model.f.getArgs().loss.name == "ova"
        if self._apart and len(self.good or ()) != 1:
            raise ConfigurationError(
                f"{self.name}: {self.model!r} was trained with each label against all others (loss ova), so that its "
                "probabilities do not add up to 1: name one label as `good`, or train it with loss softmax"
            )
