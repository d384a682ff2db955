"""The screen of the cascade: a tiny network over hashed words, that lets few harmless windows through, and fast."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from filters.cuts import Bytes, Ints
from filters.errors import InputError

__all__ = ["BITS", "CODES", "LETTER", "REMOVED", "STRETCH", "STRIDE", "UNITS", "WIDTH", "Screen"]

FORMAT = 1
BITS, WIDTH, UNITS = 18, 8, 16  # of a feature's number; numbers that a feature has; units with a rectifier
STRETCH, STRIDE = 8, 2  # words of a stretch, and from the start of one to that of the next
CODES = 0x20000  # the basic and the first supplementary plane; what lies beyond ends a word
REMOVED, LETTER = 1, 2  # of a fold, beside 0, which ends a word, and the ASCII character that a character is read as

_SHAPES = {
    "format": (np.int64, ()),
    "fold": (np.uint8, (CODES,)),
    "table": (np.int8, (1 << BITS, WIDTH)),
    "layers": (np.float32, (UNITS + 1, WIDTH + 2)),
}


@dataclass(frozen=True)
class Screen:
    """Probability that a transformer would flag a text, judged by the worst stretch of eight words within it.

    Words are read in lower case, without accents and apostrophes, digits and signs within a word as the letters that
    they stand for, a third letter of the same left out, single letters with one sign between them as one word. The
    features of a word are itself, the pair that it makes with the word before, and its n-grams of three and four
    letters, its ends included; each is hashed to a row of 2^18 rows of eight small whole numbers. A stretch is eight
    words in a row, every second one of them begins one, and a shorter text is one. Its rows are summed and divided by
    the root of one more than its words; 16 units with a rectifier and one without give its logit. A text's score is
    the probability of its stretch with the highest logit, so that harmless words around a sentence do not dilute it,
    and 0 where it has no word.

    Hashed words and n-grams: Joulin et al. 2016 (arXiv 1607.01759) and Bojanowski et al. 2017 (arXiv 1607.04606);
    summed and put through a layer: Iyyer et al. 2015 (deep averaging networks); the worst stretch judges: multiple
    instance learning, Dietterich et al. 1997. Deviations: one layer, the maximum in training too, whole numbers.

    Attributes:
        fold: what each code point is read as: 0 ends a word, `REMOVED`, `LETTER` itself, or an ASCII character.
        table: the rows of the features.
        layers: by unit its weights, what is added, and its weight in the logit; the last has no rectifier.
    """

    fold: Bytes
    table: npt.NDArray[np.int8]
    layers: npt.NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> Screen:
        """The screen in a file.

        Raises:
            InputError: the file is missing, truncated, no screen, or of another format.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                found = {name: arrays[name] for name in _SHAPES}
        except (OSError, ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
            raise InputError(
                f"screen {str(path)!r} cannot be read ({error}): a file is allowed that "
                f"`python -m classifiers.screen_training` wrote; make it again, or install the judge again"
            ) from error
        for name, (kind, shape) in _SHAPES.items():
            array = found[name]
            if array.dtype != kind or array.shape != shape or (name == "format" and int(array) != FORMAT):
                said = int(array) if name == "format" and array.size == 1 else f"{array.dtype} {array.shape}"
                allowed = FORMAT if name == "format" else f"{np.dtype(kind)} {shape}"
                raise InputError(
                    f"screen {str(path)!r} is of another format: its {name} is {said}, allowed is {allowed}; "
                    f"train it again with this version of Tamis"
                )
        if not np.isfinite(found["layers"]).all():
            raise InputError(f"screen {str(path)!r} has layers that are not finite; train it again")
        return cls(found["fold"], found["table"], found["layers"])

    def save(self, path: Path) -> None:
        """Writes the screen; the same weights give the same bytes."""
        with path.open("wb") as file:
            np.savez_compressed(file, format=np.int64(FORMAT), fold=self.fold, table=self.table, layers=self.layers)

    def scores(self, data: Bytes, starts: Ints, ends: Ints) -> npt.NDArray[np.float32]:
        """The score, from 0 to 1, of each text ``data[start:end]`` of UTF-8; a function of these bytes alone."""
        from classifiers.screen_kernels import scores

        return scores(data, starts, ends, self.fold, self.table, self.layers)
