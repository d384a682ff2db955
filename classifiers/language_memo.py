"""The languages of texts, judged once a text for all that want them.

An annotator that must not judge text in a language it was not trained on asks `languages_of`. It costs what the
annotator `language` costs, and nothing where that has judged the same text, or the text before an edit elsewhere.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from classifiers.fasttext_models import LABEL, load
from classifiers.model_files import SHIPPED
from filters.cuts import Cuts

__all__ = ["SHIPPED_MODEL", "Languages", "judged", "languages_of", "sample_text"]

SHIPPED_MODEL = "lid.176.ftz"

_PREFIX, _WINDOW, _WINDOWS = 1000, 250, 4
_JUDGEMENT = pa.struct(
    {"code": pa.string(), "score": pa.float64(), "second": pa.string(), "second_score": pa.float64()}
)


class Languages(NamedTuple):
    """Languages of each text of a batch; all null where the text has no letter in the part that is judged.

    Attributes:
        codes: the most probable language, as the model names it.
        scores: its probability, at most 1.
        second_codes: the next in probability; null where the model knows one language.
        second_scores: the probability of that.
    """

    codes: pa.StringArray
    scores: pa.DoubleArray
    second_codes: pa.StringArray
    second_scores: pa.DoubleArray


def languages_of(cuts: Cuts) -> Languages:
    """The languages of the texts by the shipped model."""
    return judged(cuts, SHIPPED_MODEL, SHIPPED[SHIPPED_MODEL])


def judged(cuts: Cuts, model: str, digest: str) -> Languages:
    """The languages of the texts by a model: see `classifiers.fasttext_models.load`."""
    found = cuts.by_text(
        f"language {digest}", lambda texts: pa.array(list(_judge(texts.to_pylist(), model, digest)), _JUDGEMENT)
    )
    return Languages(*found.flatten())


def sample_text(text: str) -> str:
    """The part of `text` that is judged: all of up to 2,000 characters, else 1,000 and four windows of 250.

    The windows lie at equal distances over what follows the first 1,000 characters, the last at the end.
    Every run of white space becomes one space, so that there is no line feed.
    """
    rest = len(text) - _PREFIX - _WINDOW
    if len(text) <= _PREFIX + _WINDOW * _WINDOWS:
        return " ".join(text.split())
    starts = [_PREFIX + rest * window // (_WINDOWS - 1) for window in range(_WINDOWS)]
    pieces = [text[:_PREFIX], *(text[start : start + _WINDOW] for start in starts)]
    return " ".join(" ".join(pieces).split())


def _judge(texts: list[str | None], model: str, digest: str) -> Iterator[tuple[str | float | None, ...]]:
    """Code and score, second code and score of each text."""
    predict = load(model, digest).f.predict
    nothing = (None, None)
    for text in texts:
        sample = sample_text(text or "")
        found = predict(sample + "\n", 2, 0.0, "strict") if any(map(str.isalpha, sample)) else []
        pairs = [(label.removeprefix(LABEL), min(score, 1.0)) for score, label in found]
        first, second = (*pairs, nothing, nothing)[:2]
        yield *first, *second
