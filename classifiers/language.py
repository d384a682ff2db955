"""The language of a document and of its paragraphs, judged by fastText."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from classifiers.fasttext_models import digest_of
from classifiers.language_judging import SHIPPED_MODEL, judge
from classifiers.language_memo import ENOUGH_LETTERS, SURE, judged
from filters.cuts import Cuts
from filters.documents import Batch
from filters.signals import SPANS, Columns, Signal

__all__ = ["Language"]

_SOURCE = (
    "Joulin et al. 2016 (arXiv 1607.01759), model lid.176 of fasttext.cc, or the one that the configuration names; "
    "deviation: at most 2,000 characters of a text are judged, all of it, or the first 1,000 and four windows of 250 "
    "at equal distances over the rest"
)
_OWN = (
    "this project: a paragraph is what stands between line feeds; limits of letters and probability as measured on "
    "English web pages (classifiers/language_memo.py)"
)
_SIGNALS = (
    Signal("language", pa.string(), "code", "most probable label; null without a letter", _SOURCE),
    Signal(
        "language_score",
        pa.float64(),
        "probability",
        "probability of that label, at most 1; null without a letter",
        _SOURCE,
        low="uncertain_language",
    ),
    Signal("language_second", pa.string(), "code", "next label in probability; null where none has 1e-5", _SOURCE),
    Signal(
        "language_second_score",
        pa.float64(),
        "probability",
        "probability of that label; null where there is none",
        _SOURCE,
        high="two_languages",
    ),
    Signal(
        "language_mixed_fraction",
        pa.float64(),
        "fraction",
        f"letters in another language than the text's / letters, in the paragraphs of the sample that have at least "
        f"{ENOUGH_LETTERS} letters and a language of at least {SURE}; null without such a paragraph",
        _OWN,
        high="mixed_languages",
    ),
)
_PARAGRAPHS = Signal(
    "language_paragraphs",
    SPANS,
    "paragraphs",
    f"each paragraph of the whole text with at least {ENOUGH_LETTERS} letters; label: its most probable language",
    _OWN,
)


class Language:
    """The two most probable languages of a text with their probabilities, and how much of it is in another.

    Args:
        model: a shipped model by its name, or the path of a fastText model whose labels are ``__label__<code>``.
            Codes are kept whole: a model of GlotLID's shape gives ``eng_Latn``, and rules name them so.
        sha256: of the model file; wanted for every model that is not shipped, because fastText reads
            a truncated file without end.
        paragraphs: whether the paragraphs are told too, as spans. It costs as much a character as the sample does,
            over the whole text.

    Raises:
        ConfigurationError: no sha256 is known for the model.
        InputError: the file is missing, truncated, another than `sha256` says, or no such model.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, model: str = SHIPPED_MODEL, sha256: str | None = None, paragraphs: bool = False) -> None:
        self.model, self.sha256, self.paragraphs = model, sha256, paragraphs
        self._digest = digest_of(model, sha256, "language")
        self.signals: Sequence[Signal] = (*_SIGNALS, _PARAGRAPHS) if paragraphs else _SIGNALS
        self.fingerprint = f"language/2/{self._digest}/{paragraphs}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Languages of every text."""
        columns = dict(zip((signal.name for signal in _SIGNALS), judged(cuts, self.model, self._digest), strict=True))
        if self.paragraphs:
            columns[_PARAGRAPHS.name] = self._spans(cuts)
        return columns

    def _spans(self, cuts: Cuts) -> pa.ListArray:
        """The paragraphs of every text, as code points."""
        from filters.code_points import to_code_points

        lines = cuts.lines
        found = judge(lines, ENOUGH_LETTERS, self.model, self._digest)
        told = found.part_labels[:, 0] >= 0
        rows = np.concatenate([[0], np.cumsum(told)])[lines.rows]
        places = np.stack([lines.starts[told], lines.ends[told]], axis=1).ravel()
        bounds = to_code_points(cuts.offsets, cuts.data, 2 * rows, places)
        scores = np.minimum(found.part_scores[told, 0].astype(np.float64), 1)
        labels = pa.array(found.codes, pa.string()).take(pa.array(found.part_labels[told, 0]))
        units = pa.repeat(pa.scalar("paragraph"), int(told.sum()))
        spans = pa.StructArray.from_arrays(
            [pa.array(bounds[::2]), pa.array(bounds[1::2]), labels, pa.array(scores), units],
            fields=list(SPANS.value_type),
        )
        return pa.ListArray.from_arrays(pa.array(rows, pa.int32()), spans).cast(SPANS)
