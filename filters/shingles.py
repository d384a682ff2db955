"""Shingles: what two texts share when they resemble each other.

A text is normalised, cut into items (words or characters), and every n items in a row are a shingle, known by a
32-bit hash. Normalised: lower case, accents stripped, every run of digits one 0, everything that is neither a letter,
a mark nor a digit white space, and that between words only. The idea and the choice of n = 5 words are FineWeb's
(datatrove, utils/text.py, simplify_text); deviations: symbols are white space too, not only a list of punctuation;
no further tokenizer cuts the words; decimal numbers are two runs of digits.

Scripts that put no space between words have no words to cut: there every character is an item, so that five words
are five characters of Chinese, Japanese kana, Thai, Lao, Khmer or Burmese.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.cuts import Ints, text_buffers
from filters.errors import ConfigurationError

__all__ = ["Shingling", "normal_characters"]

Table = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint32]

_CODES = 1 << 21
_ASSIGNED = 0x40000
_UNSPACED = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Shingling:
    """How texts are cut into shingles.

    Attributes:
        of: words, or characters (of words joined by one space).
        n: how many in a row; a text of fewer has the one shingle of all, an empty one none.

    Raises:
        ConfigurationError: n is not from 1 to 64.
    """

    of: Literal["words", "characters"] = "words"
    n: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.n <= 64:
            raise ConfigurationError(f"shingles of {self.n} {self.of}: write a number from 1 to 64, for example 5")

    @property
    def fingerprint(self) -> str:
        """Changes when a hash may change."""
        return f"shingles 1, {self.n} {self.of}, Unicode {unicodedata.unidata_version}"

    def hashes(self, texts: pa.StringArray) -> tuple[Ints, Hashes]:
        """First shingle of each text (one more than texts), and all hashes in the order of the text, repeats too."""
        from filters.shingle_kernels import item_hashes, shingle_hashes

        offsets, data = text_buffers(texts)
        rows, items = item_hashes(offsets, data, normal_characters(), self.of == "characters")
        return shingle_hashes(rows, items, self.n)


@cache
def normal_characters() -> Table:
    """Code point -> what it counts as: a code point, plus ``ALONE`` where it is an item by itself; or a class."""
    from filters.shingle_kernels import ALONE, REMOVED, SEPARATOR

    table = np.full(_CODES, SEPARATOR, np.int32)
    for code in range(_ASSIGNED):
        category = unicodedata.category(chr(code))
        if category == "Nd":
            table[code] = ord("0")
        elif category in ("Mn", "Me", "Cf"):  # accents, and what has no shape of its own: a soft hyphen, joiners
            table[code] = REMOVED
        elif category[0] in "LMN":
            lower = chr(code).lower()
            base = "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c) != "Mn")
            stands = base if len(base) == 1 else lower
            table[code] = ord(stands) if len(stands) == 1 else code
            if unicodedata.name(chr(code), "").startswith(_UNSPACED):
                table[code] |= ALONE
    return table
