from itertools import combinations, pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.cuts import Cuts
from filters.word_break_ranges import RANGES


def codes(ranges):
    bounds = [part.partition("-") for part in ranges.split()]
    return {code for first, _, last in bounds for code in range(int(first, 16), int(last or first, 16) + 1)}


CODES = {name: codes(ranges) for name, ranges in RANGES.items()}
PICTOGRAPHS = CODES.pop("Extended_Pictographic")
VALUE = {chr(code): name for name, found in CODES.items() for code in found}


def words(*texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    found = cuts.words_by("unicode")
    pieces = [cuts.data[a:b].tobytes().decode() for a, b in zip(found.starts, found.ends, strict=True)]
    return [pieces[a:b] for a, b in zip(found.rows[:-1], found.rows[1:], strict=True)]


def text_of(case):
    """The pieces of a line as Unicode's WordBreakTest.txt writes it: ÷ where there is a boundary, × where not."""
    return ["".join(chr(int(code, 16)) for code in piece.split(" × ")) for piece in case.strip("÷ ").split(" ÷ ")]


@pytest.mark.parametrize(
    "case",
    [
        "÷ 0001 ÷ 0001 ÷",
        "÷ 000D × 000A ÷ 0061 ÷ 000A ÷ 0308 ÷",
        "÷ 0061 × 0308 ÷",
        "÷ 0020 × 200D ÷ 0646 ÷",
        "÷ 0646 × 200D ÷ 0020 ÷",
        "÷ 0041 × 0041 × 0041 ÷",
        "÷ 0041 × 003A × 0041 ÷",
        "÷ 0041 ÷ 003A ÷ 003A ÷ 0041 ÷",
        "÷ 05D0 × 0027 ÷",
        "÷ 05D0 × 0022 × 05D0 ÷",
        "÷ 0041 × 0030 × 0030 × 0041 ÷",
        "÷ 0030 × 002C × 0030 ÷",
        "÷ 0030 ÷ 002C ÷ 002C ÷ 0030 ÷",
        "÷ 3031 × 3031 ÷",
        "÷ 0041 × 005F × 0030 × 005F × 3031 × 005F ÷",
        "÷ 0061 ÷ 1F1E6 × 1F1E7 ÷ 1F1E8 ÷ 0062 ÷",
        "÷ 0061 ÷ 1F1E6 × 1F1E7 × 200D ÷ 1F1E8 ÷ 0062 ÷",
        "÷ 0061 ÷ 1F1E6 × 200D × 1F1E7 ÷ 1F1E8 ÷ 0062 ÷",
        "÷ 1F476 × 1F3FF ÷ 1F476 ÷",
        "÷ 1F6D1 × 200D × 1F6D1 ÷",
        "÷ 0061 × 200D × 1F6D1 ÷",
        "÷ 0061 × 0308 × 200D × 0308 × 0062 ÷",
        "÷ 0061 ÷ 0020 × 0020 ÷ 0062 ÷",
        "÷ 0061 × 0027 × 2060 × 24C2 ÷",
        "÷ 0061 × 0027 × 0308 × 05D0 ÷",
        "÷ 0061 × 0027 × 0061 ÷ 0027 ÷",
        "÷ 0061 ÷ 0027 ÷ 0027 ÷",
        "÷ 0061 ÷ 0027 × 0308 ÷ 00A9 ÷",
        "÷ 200D ÷ 0031 ÷ 002E × 2060 ÷",
        "÷ 200D × 24C2 ÷",
        "÷ 200D × 0308 ÷ 24C2 ÷",
        "÷ 3031 × 0308 × 005F ÷",
        "÷ 0020 × 0308 ÷ 0020 ÷",
    ],
)
def test_words_are_as_the_cases_of_unicode_say(case):
    expected = text_of(case)
    assert words("".join(expected)) == [[word for word in expected if not word.isspace()]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't, won’t: 3.14 > 1,000!", "I can't , won’t : 3.14 > 1,000 !"),
        ("well-known e.g. at www.x.org/a_b", "well - known e.g . at www.x.org / a_b"),
        ("a:b a: :b 'a' a''b", "a:b a : : b ' a ' a ' ' b"),
        ("1.a a.1 1.1", "1 . a a . 1 1.1"),
        ("...", ". . ."),
        ("你好，世界", "你 好 ， 世 界"),
        ("カタカナ ひら 東京2024", "カタカナ ひ ら 東 京 2024"),
        ("안녕하세요 세계", "안녕하세요 세계"),
        ("เด็ก", "เ ด็ ก"),
        ("ខ្មែរ", "ខ្ មែ រ"),
        ("👩‍👩‍👧‍👦🏳️‍🌈", "👩‍👩‍👧‍👦 🏳️‍🌈"),
        ('צה"ל ג\'ירפה "שלום"', 'צה"ל ג\'ירפה " שלום "'),
        ("a\u00a0b\tc\u3000d\u2028e\u0085f", "a b c d e f"),
        ("\u00a0\u202f\u2007 \r\n\v\f\x1c", ""),
    ],
)
def test_words_worked_out_by_hand(text, expected):
    assert words(text) == [expected.split(" ") if expected else []]


def test_what_is_not_only_white_space_is_a_word():
    narrow_space_within = "10\u202f000"
    assert words(f"{narrow_space_within} \u0308 \u200b") == [[narrow_space_within, " \u0308", "\u200b"]]


LETTERS = {"ALetter", "Hebrew_Letter"}
QUOTED = {"MidNumLet", "Single_Quote"}
NEWLINES = {"CR", "LF", "Newline"}
PASSED_OVER = {"Extend", "Format", "ZWJ"}


def joined(text, here):
    """Whether the rules of UAX #29, tried in their order, allow no boundary before a character."""
    a, b = VALUE.get(text[here - 1]), VALUE.get(text[here])
    if (a, b) == ("CR", "LF"):  # WB3
        return True
    if a in NEWLINES or b in NEWLINES:  # WB3a, WB3b
        return False
    if (a == "ZWJ" and ord(text[here]) in PICTOGRAPHS) or a == b == "WSegSpace":  # WB3c, WB3d
        return True
    if b in PASSED_OVER:  # WB4
        return True
    before = [VALUE.get(c) for k, c in enumerate(text[:here]) if not passed_over(text, k)]
    after = [VALUE.get(c) for k, c in enumerate(text) if k > here and not passed_over(text, k)]
    a, second, following = before[-1], (before[-2:-1] or [None])[0], (after or [None])[0]
    run = len(before) - max((k + 1 for k, value in enumerate(before) if value != "Regional_Indicator"), default=0)
    return any(
        (
            a in LETTERS and b in LETTERS,  # WB5
            a in LETTERS and b in {"MidLetter", *QUOTED} and following in LETTERS,  # WB6
            second in LETTERS and a in {"MidLetter", *QUOTED} and b in LETTERS,  # WB7
            a == "Hebrew_Letter" and b == "Single_Quote",  # WB7a
            a == "Hebrew_Letter" and b == "Double_Quote" and following == "Hebrew_Letter",  # WB7b
            second == "Hebrew_Letter" and a == "Double_Quote" and b == "Hebrew_Letter",  # WB7c
            a in {"Numeric", *LETTERS} and b == "Numeric",  # WB8, WB9
            a == "Numeric" and b in LETTERS,  # WB10
            second == "Numeric" and a in {"MidNum", *QUOTED} and b == "Numeric",  # WB11
            a == "Numeric" and b in {"MidNum", *QUOTED} and following == "Numeric",  # WB12
            a == b == "Katakana",  # WB13
            a in {*LETTERS, "Numeric", "Katakana", "ExtendNumLet"} and b == "ExtendNumLet",  # WB13a
            a == "ExtendNumLet" and b in {*LETTERS, "Numeric", "Katakana"},  # WB13b
            a == b == "Regional_Indicator" and run % 2 == 1,  # WB15, WB16
        )
    )


def passed_over(text, place):
    """Whether WB4 makes a character part of the one before it."""
    if place == 0 or VALUE.get(text[place]) not in PASSED_OVER:
        return False
    return VALUE.get(text[place - 1]) not in NEWLINES


def words_by_the_rules(text):
    bounds = [0, *(here for here in range(1, len(text)) if not joined(text, here)), len(text)]
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    return [piece for piece in pieces if piece and not piece.isspace()]


ONE_OF_EACH = "".join(chr(min(found)) + chr(max(found)) for found in CODES.values())
TEXTS = st.text(st.sampled_from(ONE_OF_EACH + "ab1אב',.:;\" \n😀🛑ⓂℹあกÉ本\u200b\xa0\t\x1c\0"), max_size=12)


@given(st.lists(TEXTS, max_size=5))
def test_words_are_those_of_the_rules_tried_one_by_one(texts):
    assert words(*texts) == [words_by_the_rules(text) for text in texts]


@given(st.text(max_size=30))
def test_words_of_any_text_are_those_of_the_rules(text):
    assert words(text) == [words_by_the_rules(text)]


def test_every_pair_and_triple_of_values_is_cut_by_the_rules():
    signs = [chr(min(found)) for found in CODES.values()] + ["本", "🛑"]
    texts = [a + b + c for a in ["", *signs] for b in signs for c in signs]
    assert words(*texts) == [words_by_the_rules(text) for text in texts]


def test_a_slice_with_nulls_is_cut_as_its_copy():
    texts = pa.array(["א'", "a.", None, "b: c", ""], pa.string())
    for start in range(len(texts)):
        part = texts[start:]
        cuts = Cuts(part)
        found = cuts.words_by("unicode")
        pieces = [cuts.data[a:b].tobytes().decode() for a, b in zip(found.starts, found.ends, strict=True)]
        assert pieces == [word for text in part.to_pylist() for word in words(text or "")[0]]


def test_no_code_point_has_two_values_of_word_break():
    assert all(one.isdisjoint(other) for one, other in combinations(CODES.values(), 2))
    assert {ord("a"), 0x10FFFD}.isdisjoint(PICTOGRAPHS)
    assert VALUE["a"] == VALUE["é"] == VALUE["한"] == "ALetter"
    assert {VALUE.get(sign) for sign in "本あกข"} == {None}
