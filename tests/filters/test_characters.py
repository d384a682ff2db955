import sys
import unicodedata

import numpy as np

from filters.characters import (
    ALPHABETIC,
    DIGIT,
    END_MARK,
    PUNCTUATION,
    SYMBOL,
    UPPER,
    WHITE_SPACE,
    WORDLESS,
    character_classes,
)

MARKS = END_MARK | WORDLESS


def flags(character):
    category = unicodedata.category(character)
    return (
        ALPHABETIC * character.isalpha()
        | UPPER * (category == "Lu")
        | DIGIT * (category == "Nd")
        | PUNCTUATION * (category[0] == "P")
        | SYMBOL * (category[0] == "S" or category == "Cc")
        | WHITE_SPACE * character.isspace()
    )


def test_every_code_point_has_the_classes_that_python_knows():
    table = character_classes()
    assert (table[: sys.maxunicode + 1] & ~np.uint8(MARKS)).tolist() == [
        flags(chr(code)) for code in range(sys.maxunicode + 1)
    ]
    assert not table[sys.maxunicode + 1 :].any()


def test_marks_of_all_scripts_end_a_sentence():
    table = character_classes()
    assert [c for c in "a.?!。！？।۔؟։።…,;:'\" \n" if table[ord(c)] & END_MARK] == list(".?!。！？।۔؟։።")
    assert np.count_nonzero(table & END_MARK) == 159


def test_a_mark_that_ends_a_sentence_makes_no_word():
    table = character_classes()
    assert not np.any((table & MARKS) == END_MARK)


def test_punctuation_controls_and_a_full_width_one_make_no_word():
    table = character_classes()
    assert [c for c in "a1é€§•’“—…１２（［\0\t\n\r\x7f\x9f\xa0 " if table[ord(c)] & WORDLESS] == list(
        "’“—…１（\0\r\x7f\x9f"
    )
    assert np.count_nonzero(table & WORDLESS) == 281
