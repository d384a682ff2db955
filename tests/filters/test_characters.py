import sys
import unicodedata

from filters.characters import ALPHABETIC, DIGIT, PUNCTUATION, SYMBOL, UPPER, WHITE_SPACE, character_classes


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
    assert table[: sys.maxunicode + 1].tolist() == [flags(chr(code)) for code in range(sys.maxunicode + 1)]
    assert not table[sys.maxunicode + 1 :].any()
