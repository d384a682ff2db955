"""What each character is read as by the screen: made once, in training, and kept with the weights.

So a score does not change with the version of Unicode that Python knows.
"""

import unicodedata

import numpy as np

from classifiers.screen import CODES, LETTER, REMOVED
from filters.cuts import Bytes

__all__ = ["character_fold"]

APOSTROPHES = "'’‘`´"
SIGNS = "!$*@"  # may stand for a letter
LOOKALIKES = dict(zip("аеорсухіѕјһԁԛԝ", "aeopcyxisjhdqw", strict=True))  # Cyrillic: Latin


def character_fold() -> Bytes:
    """By code point: 0, `REMOVED`, `LETTER`, or the ASCII letter, digit or sign that it is read as.

    Letters, full-width, mathematical and accented ones too, become the first character of their compatibility
    decomposition in lower case, where that is ASCII; Cyrillic letters that look like Latin ones become these; other
    letters and symbols (emoji) stay themselves; any other digit is a 0. Marks, format characters (zero-width ones too)
    and apostrophes are removed. All else ends a word.
    """
    fold = np.zeros(CODES, np.uint8)
    for code in range(CODES):
        fold[code] = read_as(chr(code))
    return fold


def read_as(character: str) -> int:
    """The entry of one character."""
    category = unicodedata.category(character)
    if character in APOSTROPHES or category in ("Mn", "Me", "Cf"):
        return REMOVED
    if category in ("Cs", "Cn", "Co") or character.isspace():
        return 0
    simple = unicodedata.normalize("NFKD", character)[0].lower()[0]
    simple = LOOKALIKES.get(simple, simple)
    if simple.isascii() and (simple.isalnum() or simple in SIGNS):
        return ord(simple)
    if category[0] == "L" or category in ("So", "Sk", "Mc"):
        return LETTER
    return ord("0") if category[0] == "N" else 0
