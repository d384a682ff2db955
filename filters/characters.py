"""Classes of characters, as a table that compiled loops look up."""

import string
import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALPHABETIC",
    "DIGIT",
    "END_MARK",
    "PUNCTUATION",
    "SYMBOL",
    "UPPER",
    "WHITE_SPACE",
    "WORDLESS",
    "character_classes",
]

ALPHABETIC = 1  # str.isalpha: categories Lu, Ll, Lt, Lm, Lo
UPPER = 2  # category Lu
DIGIT = 4  # category Nd
PUNCTUATION = 8  # categories P*
SYMBOL = 16  # categories S* and Cc
WHITE_SPACE = 32  # str.isspace, which is what str.split cuts at
END_MARK = 64  # ends a sentence: TERMINAL_PUNCTUATION of datatrove 0.10.1, utils/text.py
WORDLESS = 128  # a word of nothing else is none for Gopher: PUNCTUATION_SET of the same file

ASSIGNED = 0x40000  # planes 0 to 3; those above hold no character of any of the classes
CODES = 1 << 21  # all that four bytes of UTF-8 can say, so that no look-up leaves the table

CLASSES = {"Lu": ALPHABETIC | UPPER, "Nd": DIGIT, "Cc": SYMBOL} | dict.fromkeys(("Ll", "Lt", "Lm", "Lo"), ALPHABETIC)
CLASSES |= dict.fromkeys(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"), PUNCTUATION)
CLASSES |= dict.fromkeys(("Sm", "Sc", "Sk", "So"), SYMBOL)

END_MARKS = (
    "21 2E 3F 589 61D-61F 6D4 700-702 7F9 837 839 83D-83E 964-965 104A-104B 1362 1367-1368 166E 1735-1736 17D4-17D6 "
    "17D9-17DA 1803 1809 1944-1945 1AA8-1AAB 1B5A-1B5B 1B5E-1B5F 1B7D-1B7E 1C3B-1C3C 1C7E-1C7F 203C-203D 2047-2049 "
    "2E2E 2E3C 2E53-2E54 3002 A4FF A60E-A60F A6F3 A6F7 A876-A877 A8CE-A8CF A92F A9C8-A9C9 AA5D-AA5F AAF0-AAF1 ABEB "
    "FE52 FE56-FE57 FF01 FF0E FF1F FF61 10A56-10A57 10F55-10F59 10F86-10F89 11047-11048 110BE-110C1 11141-11143 "
    "111C5-111C6 111CD 111DE-111DF 11238-11239 1123B-1123C 112A9 1144B-1144C 115C2-115C3 115C9-115D7 11641-11642 "
    "1173C-1173E 11944 11946 11A42-11A43 11A9B-11A9C 11C41-11C42 11EF7-11EF8 11F43-11F44 16A6E-16A6F 16AF5 "
    "16B37-16B38 16B44 16E98 1BC9F 1DA88"
)
"""The property Sentence_Terminal of Unicode 15.0 and three Khmer signs: what ends a sentence for datatrove."""

MARKS = "«´»–—’“”„…∶━►、。〈〉《》「」【】！％（），．１：；？～"
"""The other marks, the full-width digit one among them, that datatrove takes for punctuation, as are ASCII's and
the control characters other than tab and line feed."""


@cache
def character_classes() -> npt.NDArray[np.uint8]:
    """The class flags of every code point, from the Unicode version of this Python (`unicodedata`)."""
    characters = [chr(code) for code in range(ASSIGNED)]
    table = np.zeros(CODES, np.uint8)
    table[:ASSIGNED] = [CLASSES.get(category, 0) for category in map(unicodedata.category, characters)]
    table[[code for code, character in enumerate(characters) if character.isspace()]] |= WHITE_SPACE
    end_marks = list(end_mark_codes())
    table[end_marks] |= END_MARK
    controls = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in b"\t\n"]
    table[[*end_marks, *controls, *map(ord, string.punctuation + MARKS)]] |= WORDLESS
    return table


def end_mark_codes() -> Iterator[int]:
    """The code points of `END_MARKS`."""
    for piece in END_MARKS.split():
        first, _, last = piece.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
