"""Classes of characters as Python's string methods say them, which DCLM's rules ask for."""

from functools import cache

import numpy as np
import numpy.typing as npt

from filters.characters import ASSIGNED, CODES

__all__ = ["DECIMAL", "DIGITAL", "LETTER", "SPACE", "UPPERCASE", "WORD", "string_classes"]

LETTER = 1  # str.isalpha
UPPERCASE = 2  # str.isupper: the property Uppercase, which is more than category Lu
DECIMAL = 4  # str.isdecimal: \d
DIGITAL = 8  # str.isdigit: superscripts too
SPACE = 16  # str.isspace: \s
WORD = 32  # str.isalnum: \w, but for the underscore


@cache
def string_classes() -> npt.NDArray[np.uint8]:
    """The class flags of every code point, from the Unicode version of this Python."""
    tests = (
        (LETTER, str.isalpha),
        (UPPERCASE, str.isupper),
        (DECIMAL, str.isdecimal),
        (DIGITAL, str.isdigit),
        (SPACE, str.isspace),
        (WORD, str.isalnum),
    )
    characters = [chr(code) for code in range(ASSIGNED)]
    table = np.zeros(CODES, np.uint8)
    for flag, test in tests:
        table[:ASSIGNED] |= np.fromiter(map(test, characters), np.bool_, ASSIGNED) * np.uint8(flag)
    return table
