"""What a model of languages says of texts and of stretches of them: the shipped one compiled, others by fastText.

The kernel gives the values of the package (``tests/classifiers/test_language_judging.py``), in half its time, and those
of stretches beside. Another model takes the time of the package, twice where its stretches are judged.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers.fasttext_arrays import FastTextArrays, read_arrays
from classifiers.fasttext_models import LABEL, load
from classifiers.model_files import SHIPPED, checked_digest, resolve
from filters.cuts import Cut

__all__ = ["SHIPPED_MODEL", "Judged", "judge"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

SHIPPED_MODEL = "lid.176.ftz"


class Judged(NamedTuple):
    """Languages of texts and of their stretches, two each, the likelier first.

    Attributes:
        codes: the languages of the model.
        labels: for each text the places of two in `codes`, -1 for none.
        scores: their probabilities; meaningless where there is no label.
        part_labels: the same of each stretch.
        part_scores: the same.
        letters: of each stretch.
    """

    codes: Sequence[str]
    labels: Ints
    scores: Floats
    part_labels: Ints
    part_scores: Floats
    letters: Ints


def judge(stretches: Cut, least: int, model: str, digest: str) -> Judged:
    """The languages of texts, of which these stretches are judged, and of those with at least so many letters.

    Args:
        stretches: of each text; between two of them there is white space.
        least: letters, at least one.
        model: a shipped one, or a path.
        digest: its SHA-256.

    Raises:
        InputError: the file is another, or no supervised fastText model.
    """
    if digest != SHIPPED[SHIPPED_MODEL]:
        return _by_package(stretches, least, model, digest)
    from classifiers.language_kernels import judge_stretches
    from filters.characters import character_classes

    arrays, codes = _shipped()
    return Judged(codes, *judge_stretches(arrays, stretches.data, *stretches.pieces, least, character_classes()))


@cache
def _shipped() -> tuple[FastTextArrays, Sequence[str]]:
    """The shipped model and its languages, once a process."""
    path, known = resolve(SHIPPED_MODEL)
    checked_digest(path, known)
    arrays, labels = read_arrays(path.read_bytes())
    return arrays, [label.removeprefix(LABEL) for label in labels]


def _by_package(stretches: Cut, least: int, model: str, digest: str) -> Judged:
    loaded = load(model, digest)
    places = {label: place for place, label in enumerate(loaded.labels)}
    texts, parts = len(stretches.rows) - 1, len(stretches.starts)
    found = Judged(
        [label.removeprefix(LABEL) for label in places],
        *(np.full((texts, 2), -1), np.zeros((texts, 2), np.float32)),
        *(np.full((parts, 2), -1), np.zeros((parts, 2), np.float32)),
        np.zeros(parts, np.int64),
    )

    def predict(words: list[str], labels: Ints, scores: Floats) -> None:
        for k, (score, label) in enumerate(loaded.f.predict(" ".join(words) + "\n", 2, 0.0, "strict")):
            labels[k], scores[k] = places[label], score

    for text in range(texts):
        words, letters = [], 0
        for part in range(stretches.rows[text], stretches.rows[text + 1]):
            here = stretches.data[stretches.starts[part] : stretches.ends[part]].tobytes().decode().split()
            here = [word for word in here if word != "</s>"]  # where fastText would stop
            found.letters[part] = sum(map(str.isalpha, "".join(here)))
            if found.letters[part] >= least:
                predict(here, found.part_labels[part], found.part_scores[part])
            words += here
            letters += found.letters[part]
        if letters:
            predict(words, found.labels[text], found.scores[text])
    return found
