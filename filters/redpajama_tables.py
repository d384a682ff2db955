"""Classes of characters, and what each is normalised to, as RedPajama v2's signals take them."""

import string
import unicodedata
from functools import cache

import numpy as np

from filters.characters import ASSIGNED, CODES
from filters.cuts import Bytes, Ints
from filters.normalizing import normalized

__all__ = [
    "BULLET",
    "CASED_LOWER",
    "NUMERIC",
    "PUNCTUATION",
    "UPPER_CASE",
    "WHITE_SPACE",
    "WORD",
    "Forms",
    "normal_forms",
    "normal_sizes",
    "normalised",
    "redpajama_classes",
]

WORD = 1  # \w of Python's re: str.isalnum, or _
UPPER_CASE = 2  # str.isupper
CASED_LOWER = 4  # lower case or title case: a word with it is not upper case
NUMERIC = 8  # str.isnumeric
WHITE_SPACE = 16  # str.isspace, which is \s of Python's re
PUNCTUATION = 32  # string.punctuation, which the normalisation removes
BULLET = 64  # core/quality_signals/lines.py, BULLET_POINT_SYMBOLS

BULLETS = "\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013"
SURROGATES = range(0xD800, 0xE000)
REMOVED = str.maketrans("", "", string.punctuation)
NO_ORDER = 255  # a capital sigma: its lower case depends on its neighbours

Forms = tuple[Bytes, Ints, Bytes, Bytes]
"""Normalised characters one after the other; where each code point's begin; combining classes of its first and last."""


def normalised(text: str) -> str:
    """The normalisation of utilities/text/normalization.py: no ASCII punctuation, lower case, single spaces, NFD."""
    return normalized("NFD", " ".join(text.translate(REMOVED).lower().split()))


@cache
def redpajama_classes() -> Bytes:
    """The flags of every code point, from the Unicode version of this Python."""
    table = np.zeros(CODES, np.uint8)
    for code, character in enumerate(map(chr, range(ASSIGNED))):
        table[code] = (
            WORD * (character.isalnum() or character == "_")
            | UPPER_CASE * character.isupper()
            | CASED_LOWER * (character.islower() or unicodedata.category(character) == "Lt")
            | NUMERIC * character.isnumeric()
            | WHITE_SPACE * character.isspace()
            | PUNCTUATION * (character in string.punctuation)
            | BULLET * (character in BULLETS)
        )
    return table


@cache
def normal_forms() -> Forms:
    """What every code point of the planes that hold letters becomes: its lower case, decomposed.

    The rest of the planes have neither case nor decomposition. A capital sigma is marked, since its lower case is
    another at the end of a word.
    """
    forms = ["" if code in SURROGATES else unicodedata.normalize("NFD", chr(code).lower()) for code in range(ASSIGNED)]
    encoded = [form.encode() for form in forms]
    bounds = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    first = np.array([unicodedata.combining(form[0]) if form else 0 for form in forms], np.uint8)
    last = np.array([unicodedata.combining(form[-1]) if form else 0 for form in forms], np.uint8)
    first[ord("Σ")] = NO_ORDER
    return np.frombuffer(b"".join(encoded), np.uint8), bounds, first, last


@cache
def normal_sizes() -> Bytes:
    """Characters of the normal form of every code point."""
    sizes = np.ones(CODES, np.uint8)
    letters, bounds, _, _ = normal_forms()
    totals = np.concatenate([[0], np.cumsum((letters & 0xC0) != 0x80)])
    sizes[:ASSIGNED] = np.diff(totals[bounds])
    return sizes
