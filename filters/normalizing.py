"""Unicode's normal forms (UAX #15) in linear time, whatever a text holds.

Python's `unicodedata.normalize` sorts combining marks by insertion, so that it takes the square of the number of marks
in a row: hours for two megabytes of them, which a crafted page can have. Here long runs are sorted before it sees them.
"""

import unicodedata
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from filters.characters import ASSIGNED

__all__ = ["normalized"]

_MANY = 64  # marks in a row: fewer are sorted by Python soon enough
_SURROGATES = range(0xD800, 0xE000)
_CODES = 0x110000


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """What `unicodedata.normalize` makes of a text."""
    if len(text) > _MANY and not text.isascii():
        text = _with_sorted_runs("NFKD" if form.startswith("NFK") else "NFD", text)
    return unicodedata.normalize(form, text)


def _with_sorted_runs(form: Literal["NFD", "NFKD"], text: str) -> str:
    """The text with its long runs of combining marks decomposed and in canonical order."""
    marks = _begins_with_mark(form)[np.frombuffer(text.encode("utf-32-le"), np.uint32)]
    if np.count_nonzero(marks) <= _MANY:
        return text
    edges = np.flatnonzero(np.diff(marks, prepend=False, append=False))
    parts, here = [], 0
    for start, end in edges.reshape(-1, 2)[np.diff(edges)[::2] > _MANY].tolist():
        run = "".join(unicodedata.normalize(form, mark) for mark in text[start:end])
        parts += [text[here:start], *sorted(run, key=unicodedata.combining)]  # a stable sort, as the standard wants
        here = end
    return "".join([*parts, text[here:]])


@cache
def _begins_with_mark(form: Literal["NFD", "NFKD"]) -> npt.NDArray[np.bool_]:
    """By code point: whether what it decomposes to begins with a combining mark, so that it moves in a run of them."""
    table = np.zeros(_CODES, np.bool_)
    for code in range(ASSIGNED):
        if code not in _SURROGATES:
            table[code] = unicodedata.combining(unicodedata.normalize(form, chr(code))[0]) > 0
    return table
