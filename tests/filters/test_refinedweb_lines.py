"""RefinedWeb's line-wise corrections: cases by hand, and DCLM's own modifiers, written plainly."""

import re

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.contract import batch_of, check_cleaner
from filters.cuts import Cuts
from filters.edits import apply_edits
from filters.refinedweb_lines import RefinedWebLines

GOOD = "This line is long enough."


def cleaned(text):
    """The new text, (reason, removed text) of every edit, and the share of words removed."""
    batch = batch_of([text])
    edits, signals = RefinedWebLines().clean(batch, Cuts(batch["text"]))
    [new] = apply_edits(batch["text"], edits).to_pylist()
    removed = [(edit["reason"], text[edit["start"] : edit["end"]]) for edit in edits.to_pylist()[0]]
    return new, removed, signals["refinedweb_removed_word_fraction"].to_pylist()[0]


def test_it_keeps_the_contract_of_cleaners():
    check_cleaner(RefinedWebLines())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("AAA bbb c", None),  # 3 of 9
        ("AAAAB cccc", None),  # 5 of 10: not more than half
        ("AAAABB ccc", "upper_case_line"),
        ("ÀÉÈ ú", "upper_case_line"),
        ("Ⅷ Ⅸ", "upper_case_line"),  # upper case by str.isupper, and no letters
        ("123456", "numeric_line"),
        ("12³", "numeric_line"),
        ("123 456", None),
        ("3 likes", "counter_line"),
        (">> 1,204.5K   Followers!", "counter_line"),
        ("٣ views", "counter_line"),
        ("3 likes it", None),
        ("3likes and", None),
        ("_3 likes", None),
        ("3 kk likes", None),
        ("3 lik\u212aes", None),
        ("x 3 likes", None),
        ("word", "one_word_line"),
        (" \t", "one_word_line"),
        ("", None),
        ("two words", None),
        ("3 Items in cart", None),
    ],
)
def test_a_line_is_dropped_for_its_reason(line, reason):
    new, removed, _ = cleaned(f"{GOOD}\n{line}\n{GOOD}")
    dropped = [name for name, text in removed if text == f"\n{line}"]
    assert dropped == ([reason] if reason else [])
    assert (new == f"{GOOD}\n{GOOD}") == (reason is not None)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("You have 3 Items In Cart now", "You have 3 now"),
        ("Items in cart: items in cart", ":"),
        ("one two three four five six seven items in cart", "one two three four five six seven"),  # 10 words
        ("one two three four five six seven eight items in cart", None),  # 11
        ("A long story Read more...", "A long story"),
        ("A long story read more >>", "A long story"),  # the source's dots are any characters
        ("A long story read more", None),
        ("A long story read more.... now", None),
        ("Sign-in to your account", "to your account"),
        ("Please sign-in", None),
        ("sign-in items in cart read more...", ""),
        ("items in cart Sign-in here", " Sign-in here"),  # not at the beginning: a space is left
    ],
)
def test_phrases_are_cut_from_short_lines(line, left):
    new, _, _ = cleaned(f"{GOOD}\n{line}\n{GOOD}")
    expected = {None: f"{GOOD}\n{line}\n{GOOD}", "": f"{GOOD}\n{GOOD}"}.get(left, f"{GOOD}\n{left}\n{GOOD}")
    assert new == expected


@pytest.mark.parametrize(("good", "share"), [(20, 1 / 21), (19, 1 / 20), (18, 1 / 19)])
def test_the_share_of_words_removed_lies_below_at_and_above_the_limit(good, share):
    assert cleaned("one " * good + "\nMENU")[2] == share
    assert cleaned("")[2] is None


def test_edits_say_what_went():
    new, removed, share = cleaned(f" MENU\n\n  {GOOD}\n12\n\n{GOOD} sign-in\nSign-in now, please\nHome\n \n")
    assert new == f"{GOOD}\n\n{GOOD} sign-in\nnow, please"
    assert removed == [
        ("upper_case_line", " MENU\n"),
        ("blank_end", "\n"),
        ("surrounding_space", "  "),
        ("numeric_line", "\n12"),
        ("sign_in", "Sign-in "),
        ("one_word_line", "\nHome"),
        ("blank_end", "\n "),
        ("blank_end", "\n"),
    ]
    assert share == 4 / 17


def plain(text):
    """The modifiers of DCLM's recipe, one after the other over the whole text."""

    def over(lines, keep):
        return "\n".join(line for line in lines if not line or keep(line))

    text = over(text.split("\n"), lambda x: sum(map(str.isupper, x)) / len(x) <= 0.5).strip()
    text = over(text.split("\n"), lambda x: sum(map(str.isdigit, x)) / len(x) <= 0.999999).strip()
    what = "likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes|downvotes|downloads|views|followers"
    counter = re.compile(rf"^\W*\d(?:,|\.|\d)*[kmb]?\s+(?:{what})\W*$")
    text = over(text.split("\n"), lambda x: not counter.search(x.lower())).strip()
    text = over(text.split("\n"), lambda x: len(x.split()) >= 2)
    for pattern in (r"\s?(?:items in cart)", r"\s?(?:read more...)$", r"^(?:sign-in)\s?"):
        lines = []
        for line in text.split("\n"):
            new = re.sub(pattern, "", line, flags=re.IGNORECASE) if len(line.split()) <= 10 else line
            if not line or new.strip() or line == new:
                lines.append(new)
        text = "\n".join(lines).strip()
    return text


pieces = st.sampled_from(["\n", "\n", "\n", " ", " ", "\u00a0", "\r", "A", "b", "12", "3 likes", "5k views", "...", "É",
                          "items in cart", "Read more...", "read more", "Sign-in", "SIGN-IN", "one two", "²", "_", "!"]
                         )  # fmt: skip
any_text = st.text(max_size=40).filter(lambda text: not set(text) & set("İıſ"))
texts = st.one_of(st.lists(pieces, max_size=40).map("".join), any_text)


@settings(deadline=None, max_examples=400)
@given(texts)
@example("\n items in cart\n  sign-in x y\n")
def test_the_text_is_that_of_dclms_own_modifiers(text):
    new, _, _ = cleaned(text)
    assert new == plain(text)


def test_rows_of_a_slice_are_cleaned_as_they_are_alone():
    texts = pa.array(["MENU\nxx yy", f"Sign-in {GOOD}\n3 likes", "a b"])
    batch = batch_of(texts.to_pylist())
    edits, _ = RefinedWebLines().clean(batch.slice(1), Cuts(batch["text"].slice(1)))
    assert apply_edits(batch["text"].slice(1), edits).to_pylist() == [GOOD, "a b"]
