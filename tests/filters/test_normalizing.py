import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.normalizing import normalized

MARKS = st.sampled_from("\u0301\u0316\u0323\u0345\u0f73\u0f75\u0344\u3099\uff9e\u05b0\U0001d165\U0001e8d0")
RUNS = st.lists(MARKS, min_size=60, max_size=100).map("".join)
TEXTS = st.lists(
    st.one_of(RUNS, st.sampled_from(["a", "é", "ᾳ", "각", "\u1100", "ﬁ", "ｶ", "\u1161"]), st.text(max_size=3))
)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(TEXTS.map("".join))
@settings(max_examples=60, deadline=None)
def test_a_text_is_normalised_as_by_python(form, text):
    assert normalized(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("text", ["a" + "\u0301\u0316" * 500_000, "é" + "\u0323" * 500_000, "\u0301\u0316" * 500_000])
def test_a_million_marks_take_linear_time(text):  # the square of it would be felt as hours
    expected = text.replace("é", "e\u0301")
    marks = expected.lstrip("ae")
    low = "\u0316" * marks.count("\u0316") + "\u0323" * marks.count("\u0323")
    assert normalized("NFD", text) == expected[: -len(marks)] + low + "\u0301" * marks.count("\u0301")
