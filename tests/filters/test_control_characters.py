import re
import unicodedata

import pytest
from cleaning import cleaned, cleaned_all
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, check_cleaner
from filters.control_characters import ControlCharacters

CLEANER = ControlCharacters()


def test_it_keeps_the_contract_of_cleaners():
    check_cleaner(CLEANER, [*HOSTILE_TEXTS, "\u200b" * 100_000, "\0a" * 2_000, "\u200ex" * 2_000])


@pytest.mark.parametrize(
    ("text", "new", "reason"),
    [
        ("a\0b\x07c\x7f", "abc", "control_character"),
        ("caf\u0080\u009fe", "cafe", "control_character"),
        ("a\r\nb\r\n", "a\nb\n", "control_character"),
        ("a\rb", "a\nb", "line_break"),
        ("a\x0bb\x0cc\x1cd\x85e\x1ff", "a\nb\nc\nd\ne\nf", "line_break"),
        ("a\u200bb\ufeffc\u2060d\u200de\u200cf", "abcdef", "zero_width"),
        ("ไทย\u200b.", "ไทย.", "zero_width"),
        ("so\u00adft hy\u00adphen", "soft hyphen", "soft_hyphen"),
        ("left \u200eto\u202a right\u202c \u2066now\u2069", "left to right now", "bidirectional_mark"),
        ("a\u202egnp.exe\u202c\nשלום", "agnp.exe\nשלום", "bidirectional_mark"),
        ("hi\U000e0041\U000e0042\U000e007f", "hi", "hidden_tag"),
        ("🏴\U000e0067\U000e0062", "🏴", "hidden_tag"),
        ("😀\u200d!", "😀!", "zero_width"),
    ],
)
def test_what_carries_no_meaning_goes(text, new, reason):
    result, edits = cleaned(CLEANER, text)
    assert result == new
    assert {name for name, _, _ in edits} == {reason}


@pytest.mark.parametrize(
    "text",
    [
        "", "plain text\twith a tab\n", "é 日本語 ½ “q” … – \u00a0\u2009 \u2028\u2029",
        "ภาษา\u200bไทย", "日\u200b本", "ភាសា\u200bខ្មែរ",
        "می\u200cخواهم", "क्\u200dष", "ക്\u200d", "ශ්\u200dරී",
        "👩\u200d👩\u200d👧", "🏳️\u200d🌈", "❤️\u200d🔥", "👩🏽\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "שלום \u200f(hello)\u200e", "\u2067مرحبا\u2069 world", "a\u034fb\u2061x\ufe0f",
    ],
)  # fmt: skip
def test_what_carries_a_meaning_stays(text):
    assert cleaned(CLEANER, text) == (text, [])


def test_a_run_of_one_reason_is_one_edit():
    assert cleaned(CLEANER, "a\0\x01\u200b\u200b\r\rb")[1] == [
        ("control_character", "\0\x01", ""),
        ("zero_width", "\u200b\u200b", ""),
        ("line_break", "\r", "\n"),
        ("line_break", "\r", "\n"),
    ]


def test_the_share_is_that_of_the_characters_changed():
    assert cleaned_all(CLEANER, ["é\0\0b", "ab", ""])[2] == [0.5, 0.0, None]


def test_more_edits_than_there_was_room_for_are_all_made():
    assert cleaned(CLEANER, "a\0\0" * 1000)[0] == "a" * 1000


PIECES = st.sampled_from(
    ["a", "é", "\0", "\r", "\n", "\u200b", "\u200d", "\u200e", "א", "\xad", "😀", "ไ", "\u202e", "\x85"]
)


@given(st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=30))
@settings(max_examples=200)
def test_no_control_is_left_and_nothing_visible_is_lost(text):
    new, edits = cleaned(CLEANER, text)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\xad\ufeff\u2060]", new)
    for _, old, _ in edits:
        assert all(unicodedata.category(c) in ("Cc", "Cf") for c in old)
    assert [c for c in new if c.isprintable()] == [c for c in text if c.isprintable()]


@given(st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    assert cleaned_all(CLEANER, texts)[0] == [cleaned(CLEANER, text)[0] for text in texts]
