import pytest
from cleaning import cleaned, cleaned_all
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.boilerplate_lines import BoilerplateLines, normal_line
from filters.contract import HOSTILE_TEXTS, check_cleaner
from filters.errors import ConfigurationError
from filters.repeated_lines import RepeatedLines

BOILERPLATE = BoilerplateLines(["Read more", "Share this:", "Über uns", "© 2020", "читать далее"])


@pytest.mark.parametrize("cleaner", [RepeatedLines(), RepeatedLines(1), BOILERPLATE])
def test_it_keeps_the_contract_of_cleaners(cleaner):
    check_cleaner(cleaner, [*HOSTILE_TEXTS, "Read more\n" * 2_000, "Read " * 100_000, "\n" * 100_000])


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("abc\nabc", "abc"),
        ("abc\nx\n  abc \ny\nabc\n", "abc\nx\ny\n"),
        ("ab\nab", "ab\nab"),
        ("äöü\näöü", "äöü"),
        ("äö\näö", "äö\näö"),
        ("abc\nABC", "abc\nABC"),
        ("\n\n\n", "\n\n\n"),
        ("", ""),
    ],
)
def test_later_copies_of_a_line_that_is_long_enough_go(text, new):
    result, edits = cleaned(RepeatedLines(3), text)
    assert result == new
    assert {reason for reason, _, _ in edits} <= {"repeated_line"}


def test_a_line_of_60_characters_is_the_first_that_counts_as_long():
    assert cleaned(RepeatedLines(), f"{'x' * 60}\n{'x' * 60}")[0] == "x" * 60
    assert cleaned(RepeatedLines(), f"{'x' * 59}\n{'x' * 59}")[0] == f"{'x' * 59}\n{'x' * 59}"


@pytest.mark.parametrize(
    "line",
    [
        "Read more",
        "  READ  MORE…",
        "» Read more...",
        "[read\u00a0more]",
        "ÜBER UNS",
        "Share this",
        "2020",
        "ЧИТАТЬ ДАЛЕЕ",
    ],
)
def test_a_line_that_is_a_phrase_goes(line):
    assert cleaned(BOILERPLATE, f"One.\n{line}\nTwo.") == ("One.\nTwo.", [("boilerplate_line", f"\n{line}", "")])
    assert cleaned(BOILERPLATE, f"{line}\nTwo.") == ("Two.", [("boilerplate_line", f"{line}\n", "")])
    assert cleaned(BOILERPLATE, f"One.\n{line}") == ("One.", [("boilerplate_line", f"\n{line}", "")])
    assert cleaned(BOILERPLATE, line) == ("", [("boilerplate_line", line, "")])


@pytest.mark.parametrize(
    "line", ["Read more about it", "Read", "more", "Readmore", "Read-more", "", "...", "Share these"]
)
def test_a_line_that_only_holds_one_stays(line):
    assert cleaned(BOILERPLATE, f"One.\n{line}\nTwo.") == (f"One.\n{line}\nTwo.", [])


def test_the_share_is_that_of_the_characters_changed():
    assert cleaned_all(BOILERPLATE, ["é\nread more", "é", ""])[2] == [10 / 11, 0.0, None]
    assert cleaned_all(RepeatedLines(3), ["éab\néab", ""])[2] == [4 / 7, None]


LINES = st.sampled_from(
    ["", " ", "ab", " ab", "éàb", "éàb ", "Read more", "* read  MORE *", "x" * 70, "İ", "ǅ", "read more?x"]
)
TEXTS = st.lists(LINES, max_size=10).map("\n".join) | st.text("rReEaAdD mMoO\n.é", max_size=30)


@given(TEXTS, st.integers(1, 5))
@settings(max_examples=200)
def test_repeated_lines_are_those_of_the_definition(text, characters):
    kept, seen = [], set()
    for line in text.split("\n"):
        if line.strip() not in seen or len(line.strip()) < characters:
            kept.append(line)
        seen.add(line.strip())
    assert cleaned(RepeatedLines(characters), text)[0] == "\n".join(kept)


@given(TEXTS)
@settings(max_examples=200)
def test_boilerplate_lines_are_those_of_the_definition(text):
    kept = [line for line in text.split("\n") if normal_line(line) not in BOILERPLATE.phrases]
    assert cleaned(BOILERPLATE, text)[0] == "\n".join(kept)


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    for cleaner in (RepeatedLines(2), BOILERPLATE):
        assert cleaned_all(cleaner, texts)[0] == [cleaned(cleaner, text)[0] for text in texts]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: RepeatedLines(0), "characters is 0"),
        (lambda: BoilerplateLines([]), "no phrase"),
        (lambda: BoilerplateLines(["ok", "..."]), "neither letter nor digit"),
    ],
)
def test_a_parameter_out_of_range_is_refused(make, said):
    with pytest.raises(ConfigurationError, match=said):
        make()


def test_the_fingerprint_follows_the_phrases_and_not_their_order():
    assert BoilerplateLines(["a", "b"]).fingerprint == BoilerplateLines(["B!", "a"]).fingerprint
    assert BoilerplateLines(["a", "b"]).fingerprint != BoilerplateLines(["a"]).fingerprint
