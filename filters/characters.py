"""Classes of characters, as a table that compiled loops look up."""

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["ALPHABETIC", "DIGIT", "PUNCTUATION", "SYMBOL", "UPPER", "WHITE_SPACE", "character_classes"]

ALPHABETIC = 1  # str.isalpha: categories Lu, Ll, Lt, Lm, Lo
UPPER = 2  # category Lu
DIGIT = 4  # category Nd
PUNCTUATION = 8  # categories P*
SYMBOL = 16  # categories S* and Cc
WHITE_SPACE = 32  # str.isspace, which is what str.split cuts at

ASSIGNED = 0x40000  # planes 0 to 3; those above hold no character of any of the classes
CODES = 1 << 21  # all that four bytes of UTF-8 can say, so that no look-up leaves the table

CLASSES = {"Lu": ALPHABETIC | UPPER, "Nd": DIGIT, "Cc": SYMBOL} | dict.fromkeys(("Ll", "Lt", "Lm", "Lo"), ALPHABETIC)
CLASSES |= dict.fromkeys(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"), PUNCTUATION)
CLASSES |= dict.fromkeys(("Sm", "Sc", "Sk", "So"), SYMBOL)


@cache
def character_classes() -> npt.NDArray[np.uint8]:
    """The class flags of every code point, from the Unicode version of this Python (`unicodedata`)."""
    characters = [chr(code) for code in range(ASSIGNED)]
    table = np.zeros(CODES, np.uint8)
    table[:ASSIGNED] = [CLASSES.get(category, 0) for category in map(unicodedata.category, characters)]
    table[[code for code, character in enumerate(characters) if character.isspace()]] |= WHITE_SPACE
    return table
