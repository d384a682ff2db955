"""The languages of texts, judged once a text for all that want them.

An annotator that must not judge text in a language it was not trained on asks `languages_of`. It costs what the
annotator `language` costs, and nothing where that has judged the same text, or one that no edit has changed since.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from classifiers.language_judging import SHIPPED_MODEL, judge
from classifiers.language_sample import sampled_paragraphs
from classifiers.model_files import SHIPPED
from filters.cuts import Cuts, text_buffers

__all__ = ["ENOUGH_LETTERS", "SURE", "Languages", "judged", "languages_of"]

ENOUGH_LETTERS, SURE = 40, 0.7
"""Letters and probability of a paragraph whose language counts. Of 2,036 English web pages 45% have a line of 20
letters that looks like another language at any probability, 11% one of 40, and 1.9% one of 40 at 0.7."""


class Languages(NamedTuple):
    """Languages of each text of a batch; all null where the text has no letter in the part that is judged.

    Attributes:
        codes: the most probable language, as the model names it.
        scores: its probability, at most 1.
        second_codes: the next in probability; null where none has 1e-5.
        second_scores: its probability.
        mixed: the share of letters in another language than `codes`, of those in paragraphs of enough letters whose
            language is sure; null where there is no such paragraph.
    """

    codes: pa.StringArray
    scores: pa.DoubleArray
    second_codes: pa.StringArray
    second_scores: pa.DoubleArray
    mixed: pa.DoubleArray


def languages_of(cuts: Cuts) -> Languages:
    """The languages of the texts by the shipped model."""
    return judged(cuts, SHIPPED_MODEL, SHIPPED[SHIPPED_MODEL])


def judged(cuts: Cuts, model: str, digest: str) -> Languages:
    """The languages of the texts by a model: see `classifiers.language_judging.judge`."""
    return Languages(*cuts.by_text(f"language {digest}", lambda texts: _judge(texts, model, digest)).flatten())


def _judge(texts: pa.StringArray, model: str, digest: str) -> pa.StructArray:
    """The fields of `Languages`."""
    paragraphs = sampled_paragraphs(*text_buffers(texts))
    found = judge(paragraphs, ENOUGH_LETTERS, model, digest)
    rows = np.repeat(np.arange(len(texts)), paragraphs.counts)
    sure = (found.part_labels[:, 0] >= 0) & (found.part_scores[:, 0] >= SURE)
    other = sure & (found.part_labels[:, 0] != found.labels[rows, 0])
    letters, others = (np.bincount(rows, found.letters * which, len(texts)) for which in (sure, other))
    codes = pa.array(found.codes, pa.string())
    columns: list[pa.Array] = []
    for k in range(2):
        missing = found.labels[:, k] < 0
        columns.append(codes.take(pa.array(found.labels[:, k], mask=missing)))
        columns.append(pa.array(np.minimum(found.scores[:, k].astype(np.float64), 1), mask=missing))
    columns.append(pa.array(others / np.maximum(letters, 1), mask=letters == 0))
    return pa.StructArray.from_arrays(columns, list(Languages._fields))
