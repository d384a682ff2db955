import unicodedata

import pytest
from cleaning import cleaned, cleaned_all
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, check_cleaner
from filters.unicode_normalization import UnicodeNormalization

FORMS = ["NFC", "NFKC"]


@pytest.mark.parametrize("form", FORMS)
def test_it_keeps_the_contract_of_cleaners(form):
    check_cleaner(UnicodeNormalization(form), [*HOSTILE_TEXTS, "e\u0301" * 2_000, "\u0301\u0323" * 50_000])


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("cafe\u0301!", [("not_nfc", "e\u0301", "é")]),
        ("e\u0301a", [("not_nfc", "e\u0301", "é")]),
        ("\u212b \u2126", [("not_nfc", "\u212b", "Å"), ("not_nfc", "\u2126", "Ω")]),
        ("a\u0301\u0323", [("not_nfc", "a\u0301\u0323", "ạ\u0301")]),
        ("\u1112\u1161\u11ab", [("not_nfc", "\u1112\u1161\u11ab", "한")]),
        ("\u0958", [("not_nfc", "\u0958", "\u0915\u093c")]),
        ("café ½ ﬁ ａ x\u0301 \u0301 한", []),
        ("", []),
    ],
)
def test_what_is_not_in_the_form_is_replaced_and_nothing_else(text, edits):
    assert cleaned(UnicodeNormalization(), text) == (unicodedata.normalize("NFC", text), edits)


def test_nfkc_replaces_compatibility_characters_too():
    new, edits = cleaned(UnicodeNormalization("NFKC"), "ﬁne ｘ² ½")
    assert (new, [old for _, old, _ in edits]) == ("fine x2 1⁄2", ["ﬁ", "ｘ²", "½"])
    assert {reason for reason, _, _ in edits} == {"not_nfkc"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("unit", ["\u0301\u0323", "\u0f72\u0f71\u0344", "e\u0301\u0323", "ﬁ\u0323\u0327"])
def test_many_combining_marks_are_ordered_as_python_orders_them(unit, form):
    text = f"a{unit * 100}b"
    assert cleaned(UnicodeNormalization(form), text)[0] == unicodedata.normalize(form, text)


def test_the_share_is_that_of_the_characters_changed():
    assert cleaned_all(UnicodeNormalization(), ["e\u0301ab", "ab", ""])[2] == [0.5, 0.0, None]


PIECES = st.sampled_from(
    ["a", "e", " ", "\n", "\u0301", "\u0323", "\u0327", "\u0345", "é", "ạ", "\u1100", "\u1161", "\u11a8", "각", "가",
     "ﬁ", "½", "\u0915", "\u093c", "\u0f71", "\u0f72", "\u0f73", "\u212b", "\u0374", "日", "\U0002f800",
     "\U0001d15e", "\u0344", "\u3099", "か"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=15).map("".join) | st.text(max_size=30), st.sampled_from(FORMS))
@example("\u0301e\u0301", "NFC")
@settings(max_examples=400)
def test_replayed_edits_give_what_python_gives(text, form):
    new, edits = cleaned(UnicodeNormalization(form), text)
    assert new == unicodedata.normalize(form, text)
    assert bool(edits) == (not unicodedata.is_normalized(form, text))
    for _, old, replacement in edits:
        assert old[:1] != replacement[:1]
        assert old[-1:] != replacement[-1:] or not replacement


@pytest.mark.parametrize("form", FORMS)
def test_every_character_of_unicode_is_normalised_by_itself(form):
    characters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    text = "\n".join(characters)
    assert cleaned(UnicodeNormalization(form), text)[0] == unicodedata.normalize(form, text)


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    cleaner = UnicodeNormalization()
    assert cleaned_all(cleaner, texts)[0] == [unicodedata.normalize("NFC", text) for text in texts]
