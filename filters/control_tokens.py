r"""Control tokens: marks written into texts, and how the same characters of a source are told from them.

::

    escaping = Escaping(["<|toxic|>", "<|clean|>"])
    escaping.escape("he wrote <|toxic|>")           # he wrote <\|toxic|>
    escaping.restore("<|clean|>he wrote <\|toxic|>")  # he wrote <|toxic|>

The escaping: wherever a token stands in the text of a source, or its first character, backslashes and the rest of it,
one more backslash is put behind the first character. So no token is left in the text, every token in a written text
is a mark, and taking the marks out and then one backslash of each such place gives back the text as it was. No other
character of any text is touched.

That holds where no token can begin in one and end in another, which `token_fault` and `set_faults` see to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["ESCAPES", "Escaping", "set_faults", "token_fault"]

Ints = npt.NDArray[np.int64]

ESCAPES = "escapes"
"""The name under which escaped places stand where other edits name their rule."""

_ESCAPE = "\\"


class Escaping:
    """Finds, escapes and restores what looks like one of some tokens, `set_faults` of which are none."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.tokens = tuple(tokens)
        alike = [f"{re.escape(token[0])}\\\\*{re.escape(token[1:])}" for token in self.tokens]
        self._alike = "|".join(alike)
        self._pattern = re.compile(self._alike)
        self._marks = re.compile("|".join(map(re.escape, self.tokens)))

    def escape(self, text: str) -> str:
        """The text of a source as it is written."""
        return self._pattern.sub(lambda found: found[0][0] + _ESCAPE + found[0][1:], text)

    def restore(self, text: str) -> str:
        """The text of a source from a text as it was written, without its marks."""
        return self._pattern.sub(lambda found: found[0][0] + found[0][2:], self._marks.sub("", text))

    def places(self, texts: pa.StringArray) -> tuple[Ints, Ints]:
        """Where backslashes are to be put: row and code point of each, ascending.

        Arrow looks for the rows, which are few; Python for the places in them.
        """
        rows = np.flatnonzero(pc.match_substring_regex(texts, self._alike).to_numpy(zero_copy_only=False))
        found = [(row, m.start() + 1) for row in rows.tolist() for m in self._pattern.finditer(texts[row].as_py())]
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]


def token_fault(token: str) -> str | None:
    """What is wrong with a token whatever the others are; None where nothing is."""
    if len(token) < 2 or token != token.strip() or not token.isprintable():
        return "a token is two or more printable characters without white space at its ends, for example <|toxic|>"
    if _ESCAPE in token:
        return "a token holds no backslash: that is put into the same characters of a source"
    if _overlaps(token, token):
        return "it begins as it ends, so that one could begin within another; write for example <|toxic|>"
    return None


def set_faults(tokens: Sequence[str], masks: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with tokens that are written into the same texts: a token, and the fault.

    Args:
        tokens: none twice, and each without a fault of its own.
        masks: what masked spans become.
    """
    for token in tokens:
        for other in tokens:
            if other != token and (token in other or _overlaps(token, other)):
                yield token, f"{token!r} stands in {other!r}, or ends as that begins: nobody could tell them apart"
        for mask in masks:
            plain = mask.replace(_ESCAPE, "")
            if token in plain or _overlaps(plain, token):
                yield token, f"{token!r} stands in the mask {mask!r}, or begins as that ends; write another token"


def _overlaps(first: str, second: str) -> bool:
    """Whether an end of one text, not the whole of both, is a beginning of the other."""
    longest = min(len(first), len(second)) - (first == second)
    return any(first.endswith(second[:length]) for length in range(1, longest + 1))
