"""The language of a document, judged by fastText from its beginning and samples of the rest."""

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from classifiers.fasttext_models import digest_of
from classifiers.language_memo import judged
from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import Columns, Signal

__all__ = ["Language"]

_SOURCE = (
    "Joulin et al. 2016 (arXiv 1607.01759), model lid.176 of fasttext.cc; "
    "deviation: at most 2,000 characters of a text are judged"
)


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
        self._digest = digest_of(model, sha256, "language")
        self.fingerprint = f"language/1/{self._digest}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Language and score of every text."""
        found = judged(cuts, self.model, self._digest)
        return {"language": found.codes, "language_score": found.scores}
