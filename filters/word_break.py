"""Word boundaries of UAX #29 as two tables: the class of every code point, and what a class does in every state.

A state is what matters of the text before: the last character, those that WB4 passes over left out. Where
a rule wants one more character to know whether there is a boundary (WB6, WB7b and WB12: *can't*, 3.14), the
state remembers that the answer is owed. Characters that are joined by WB3c alone are not in the tables.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from filters.characters import CODES
from filters.word_break_ranges import RANGES

__all__ = ["CUT", "END", "HOLD", "JOIN", "LATE_CUT", "PICTOGRAPH", "START", "transitions", "word_break_classes"]

OTHER, LETTER, HEBREW, NUMBER, KATAKANA, CONNECTOR, REGIONAL, SPACE, CR, LF, NEWLINE = range(11)
MID_LETTER, MID_NUMBER, MID_BOTH, SINGLE_QUOTE, DOUBLE_QUOTE, PASSED_OVER, END = range(11, 18)
CLASSES = {
    "ALetter": LETTER,
    "Hebrew_Letter": HEBREW,
    "Numeric": NUMBER,
    "Katakana": KATAKANA,
    "ExtendNumLet": CONNECTOR,
    "Regional_Indicator": REGIONAL,
    "WSegSpace": SPACE,
    "CR": CR,
    "LF": LF,
    "Newline": NEWLINE,
    "MidLetter": MID_LETTER,
    "MidNum": MID_NUMBER,
    "MidNumLet": MID_BOTH,
    "Single_Quote": SINGLE_QUOTE,
    "Double_Quote": DOUBLE_QUOTE,
    "Extend": PASSED_OVER,
    "Format": PASSED_OVER,
    "ZWJ": PASSED_OVER,
}
"""The class of each value of Word_Break; `END` is that of the end of the text."""

PICTOGRAPH = 32  # a flag beside the class: Extended_Pictographic

AFTER_LETTER, AFTER_NUMBER, HEBREW_QUOTE, HEBREW_DOUBLE_QUOTE, START = range(18, 23)
STATES = 23
"""States are the classes, then a mark within a word to be, of each kind, and the start of the text."""

JOIN, CUT, HOLD, LATE_CUT = range(4)
"""No boundary; a boundary; perhaps a boundary, a later character says; there was one, and here is another.

The lowest bit says whether there is a boundary here.
"""

LETTERS = (LETTER, HEBREW)
IN_WORDS = (*LETTERS, NUMBER, KATAKANA, CONNECTOR)
NEWLINES = (CR, LF, NEWLINE)


@cache
def word_break_classes() -> npt.NDArray[np.uint8]:
    """The class of every code point, with `PICTOGRAPH` where it is one."""
    table = np.zeros(CODES, np.uint8)
    for name, ranges in RANGES.items():
        for bounds in ranges.split():
            first, _, last = bounds.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] |= CLASSES.get(name, PICTOGRAPH)
    return table


@cache
def transitions() -> npt.NDArray[np.uint8]:
    """By state and class: the next state, and in a second plane the action between the two.

    The numbers are those of the rules; WB3c and the boundaries at both ends of a text are the caller's.
    """
    table = np.empty((2, STATES, 32), np.uint8)
    table[0] = np.where(np.arange(32) < MID_LETTER, np.arange(32), OTHER)
    table[1] = CUT

    def rule(states: tuple[int, ...], classes: tuple[int, ...], action: int = JOIN, then: int | None = None) -> None:
        for state in states:
            for class_ in classes:
                table[1, state, class_] = action
                if then is not None:
                    table[0, state, class_] = then

    for state in range(STATES):
        rule((state,), (PASSED_OVER,), JOIN, OTHER if state in (SPACE, START) else state)  # WB4
    rule(NEWLINES, (PASSED_OVER,), CUT, OTHER)  # WB3a
    rule((CR,), (LF,))  # WB3
    rule((SPACE,), (SPACE,))  # WB3d
    rule(LETTERS, LETTERS)  # WB5
    rule(LETTERS, (MID_LETTER, MID_BOTH, SINGLE_QUOTE), HOLD, AFTER_LETTER)  # WB6
    rule((HEBREW,), (SINGLE_QUOTE,), JOIN, HEBREW_QUOTE)  # WB7a
    rule((HEBREW,), (DOUBLE_QUOTE,), HOLD, HEBREW_DOUBLE_QUOTE)  # WB7b
    rule((NUMBER,), (NUMBER, *LETTERS))  # WB8, WB10
    rule(LETTERS, (NUMBER,))  # WB9
    rule((NUMBER,), (MID_NUMBER, MID_BOTH, SINGLE_QUOTE), HOLD, AFTER_NUMBER)  # WB12
    rule((KATAKANA,), (KATAKANA,))  # WB13
    rule(IN_WORDS, (CONNECTOR,))  # WB13a
    rule((CONNECTOR,), IN_WORDS)  # WB13b
    rule((REGIONAL,), (REGIONAL,), JOIN, OTHER)  # WB15, WB16: a third begins anew
    held = ((AFTER_LETTER, LETTERS), (AFTER_NUMBER, (NUMBER,)), (HEBREW_DOUBLE_QUOTE, (HEBREW,)))
    for state, awaited in held:
        table[1, state, [c for c in range(32) if c not in (*awaited, PASSED_OVER)]] = LATE_CUT
        rule((state,), awaited)  # WB7, WB11, WB7c
    rule((HEBREW_QUOTE,), LETTERS)  # WB7
    table[1, START, :] = JOIN
    return table
