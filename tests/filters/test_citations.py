import pytest
from cleaning import cleaned, cleaned_all
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.citations import EDIT_LINKS, NOTES, Citations
from filters.contract import HOSTILE_TEXTS, check_cleaner

CLEANER = Citations()


def test_it_keeps_the_contract_of_cleaners():
    check_cleaner(CLEANER, [*HOSTILE_TEXTS, "[" * 200_000, "[1" * 100_000, "x[1]" * 2_000, "[edit" * 50_000])


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It is so.[1] And so.[23][456]", "It is so. And so."),
        ("A word[1] and “more”[2], (that)[3].", "A word and “more”, (that)."),
        ("é[1]\n日本[2]。", "é\n日本。"),
        ("See.[note 1][nb 2][N 3][Anm. 4]", "See."),
        ("Of 40%[5] it", "Of 40% it"),
        ("Said.[7]:12 More.", "Said.:12 More."),
    ],
)
def test_a_number_set_behind_a_word_goes(text, new):
    result, edits = cleaned(CLEANER, text)
    assert result == new
    assert {(reason, replacement) for reason, _, replacement in edits} == {("citation", "")}


@pytest.mark.parametrize(
    "text",
    [
        "See [1] and [2].", "[1] Smith, J.", "\n[1] Smith", "x[0]", "x[01]", "x[1234]", "x[]", "x[1", "x[a1]", "x[1]y",
        "f[1](x)", "a[1] = 2", "print a[1];", "a[1].size", "a[i][0]", "a[1][0]", "x_y[1]", "$a[1]", "<b>a[1]</b>",
        "([1])", "{a[1]}", "",
    ],
)  # fmt: skip
def test_lists_of_references_and_code_stay(text):
    assert cleaned(CLEANER, text) == (text, [])


@pytest.mark.parametrize("phrase", EDIT_LINKS)
def test_a_link_for_editing_goes_wherever_it_stands(phrase):
    assert cleaned(CLEANER, f"History[{phrase}]\n[{phrase}]") == ("History\n", [("edit_link", f"[{phrase}]", "")] * 2)
    assert cleaned(CLEANER, f"History [{phrase}x]")[1] == []


@pytest.mark.parametrize("phrase", NOTES)
def test_an_editors_note_goes_with_the_space_before_it(phrase):
    assert cleaned(CLEANER, f"So [{phrase}] it is.") == ("So it is.", [("editors_note", f" [{phrase}]", "")])


def test_letters_of_ascii_are_compared_without_case():
    assert cleaned(CLEANER, "So[Citation Needed].[EDIT]")[0] == "So."


def test_the_share_is_that_of_the_characters_changed():
    assert cleaned_all(CLEANER, ["é[1]", "é", ""])[2] == [0.75, 0.0, None]


PIECES = st.sampled_from(
    ["[1]", "[edit]", "[who?]", "[", "]", "1", " ", "\n", "a", ".", "é", "=", ";", "(", "[note 1]", "[0]"]
)


@given(st.lists(PIECES, max_size=15).map("".join))
@settings(max_examples=300)
def test_only_whole_marks_go_and_none_from_code(text):
    marks = {("citation", "[1]"), ("citation", "[note 1]"), ("edit_link", "[edit]"), ("editors_note", "[who?]")}
    _, edits = cleaned(CLEANER, text)
    for reason, old, _ in edits:
        assert (reason, old.removeprefix(" ") if reason != "citation" else old) in marks
    if "=" in text and "\n" not in text:
        assert "citation" not in {reason for reason, _, _ in edits}


@given(st.lists(st.lists(PIECES, max_size=10).map("".join), max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    assert cleaned_all(CLEANER, texts)[0] == [cleaned(CLEANER, text)[0] for text in texts]
