"""What a character can be to spaCy's English tokenizer, as a table that compiled loops look up.

The facts are those of spaCy 3.8: lang/char_classes.py, lang/punctuation.py, lang/en/punctuation.py and
lang/tokenizer_exceptions.py.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from filters.characters import ASSIGNED, CODES
from filters.spacy_ranges import RANGES

__all__ = [
    "AFTER_DOT",
    "ALPHA",
    "BEFORE_DOT",
    "BEFORE_LAST_DOT",
    "CURRENCY",
    "DECIMAL",
    "DIGIT",
    "HOST",
    "ICON",
    "INFIX",
    "LOWER",
    "PREFIX",
    "SUFFIX",
    "UPPER",
    "WORD",
    "token_classes",
]

ALPHA, LOWER, UPPER = 1, 2, 4  # a script without cases is both
DIGIT = 8  # 0 to 9
ICON = 16
PREFIX, SUFFIX = 32, 64  # always a token of its own at the beginning of a chunk, at its end
CURRENCY = 128
BEFORE_LAST_DOT = 256  # a dot at the end of a chunk is a token of its own behind it
BEFORE_DOT, AFTER_DOT = 512, 1024  # a dot between two of these is a token of its own
WORD, HOST, DECIMAL = 2048, 4096, 8192  # in the scheme, in the labels of the host, and in the port of a URL
INFIX = 16384  # may be, or begin, a token of its own within a chunk

MARKS = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪"
QUOTES = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧"
CURRENCIES = "$£€¥฿₽﷼₴₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿"
PREFIXES = "§%=—–"
DASHES = "—–"
OTHER_BEFORE_LAST_DOT = "%²-+|(?:)"


def codes(ranges: str) -> Iterable[int]:
    """The code points of ranges as `filters.spacy_ranges` writes them."""
    for part in ranges.split():
        bounds, _, step = part.partition("/")
        first, _, last = bounds.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1, int(step or 1))


@cache
def token_classes() -> npt.NDArray[np.uint16]:
    """The flags of every code point."""
    table = np.zeros(CODES, np.uint16)

    def mark(members: Iterable[int], flags: int) -> None:
        table[list(members)] |= np.uint16(flags)

    mark(codes(RANGES["lower"]), ALPHA | LOWER | BEFORE_DOT | BEFORE_LAST_DOT)
    mark(codes(RANGES["upper"]), ALPHA | UPPER | AFTER_DOT)
    mark(codes(RANGES["both"]), ALPHA | LOWER | UPPER | BEFORE_DOT | AFTER_DOT | BEFORE_LAST_DOT)
    mark(codes(RANGES["neither"]), ALPHA)
    mark(codes(RANGES["icon"]), ICON | PREFIX | SUFFIX | INFIX)
    mark(map(ord, "0123456789"), DIGIT | BEFORE_LAST_DOT)
    mark(map(ord, MARKS), PREFIX | SUFFIX | BEFORE_LAST_DOT)
    mark(map(ord, QUOTES), PREFIX | SUFFIX | BEFORE_LAST_DOT | BEFORE_DOT | AFTER_DOT)
    mark(map(ord, CURRENCIES), PREFIX | CURRENCY)
    mark(map(ord, PREFIXES), PREFIX)
    mark(map(ord, DASHES), SUFFIX)
    mark(map(ord, OTHER_BEFORE_LAST_DOT), BEFORE_LAST_DOT)
    mark(map(ord, "….+-*^,–—~:<>=/"), INFIX)
    mark((code for code in range(ASSIGNED) if chr(code).isalnum() or code == ord("_")), WORD)
    mark((code for code in range(ASSIGNED) if chr(code).isdecimal()), DECIMAL)
    ascii_letters = (code for code in range(0x80) if chr(code).isalnum())
    mark((*ascii_letters, *range(0xA1, 0x10000)), HOST)
    return table
