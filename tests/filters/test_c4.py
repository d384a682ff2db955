import re
import time

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.c4 import POLICY_PHRASES, C4Lines
from filters.contract import check_cleaner
from filters.cuts import Cuts
from filters.edits import apply_edits
from filters.errors import ConfigurationError

FINEWEB = C4Lines("datatrove", end_mark=False)
GOOD = "This line is long enough."


@pytest.mark.parametrize("cleaner", [C4Lines(), C4Lines("datatrove"), FINEWEB, C4Lines(ellipsis=True, citations=False)])
def test_it_keeps_the_contract_of_cleaners(cleaner):
    check_cleaner(cleaner)


def cleaned(text, cleaner=None):
    """The new text, and (reason, removed text) of every edit."""
    texts = pa.array([text], pa.string())
    edits, signals = (cleaner or C4Lines()).clean(pa.record_batch({"text": texts}), Cuts(texts))
    [new] = apply_edits(texts, edits).to_pylist()
    removed = [(edit["reason"], text[edit["start"] : edit["end"]]) for edit in edits.to_pylist()[0]]
    return new, removed, {name: column.to_pylist()[0] for name, column in signals.items()}


def reason(line, **parameters):
    """Why a line between two good ones is dropped; None if it stays."""
    new, removed, _ = cleaned(f"{GOOD}\n{line}\n{GOOD}", C4Lines(**parameters))
    reasons = [name for name, text in removed if text == f"{line}\n"]
    assert (new == f"{GOOD}\n{GOOD}") == bool(reasons)
    return reasons[0] if reasons else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("one two three four five.", None),
        ("one two three four.", "too_few_words"),
        ("one two three four five", "no_end_mark"),
        ("one two three four five?", None),
        ("one two three four five!", None),
        ('one two three four "five"', None),
        ("one two three four 'five'", "no_end_mark"),
        ("one two three four five...", "no_end_mark"),
        ("one two three four five…", "no_end_mark"),
        ("one two three four five。", "no_end_mark"),
        (f"one two three {'x' * 1000} five.", None),
        (f"one two three {'x' * 1001} five.", "word_too_long"),
        (f"one two three {'é' * 1000} five.", None),
        (f"one two three {'é' * 1001} five.", "word_too_long"),
        ("You need JavaScript to see this.", "javascript"),
        ("Read our Privacy Policy and more.", "policy_phrase"),
        ("Read our private policy and more.", None),
        ("Javascript and our privacy policy.", "javascript"),
        ("", "empty_line"),
        (" \t\u00a0", "empty_line"),
        ("one two three four five. [1]", "no_end_mark"),
        ("one two three [1] four.", "too_few_words"),
        ("one two three four five.[1][edit]", None),
        ("one two three four five.[١٢]", None),
        ("one two three four five.[²]", "no_end_mark"),
        ("one two three four five..[1].", "no_end_mark"),
        ("Accept cooKies: we use cooKies.", "policy_phrase"),
        ("You need Javascrİpt to see this.", None),
    ],
)
def test_a_line_is_dropped_for_the_first_reason_that_holds(line, expected):
    assert reason(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("To be continued...", None),
        ("To be continued…", "no_end_mark"),
        ("Short.", None),
        ("It is so. [1]", "no_end_mark"),
        ("It is so [1].", None),
        ("Our privacy policy needs javascript.", None),
    ],
)
def test_dolma_asks_for_an_end_mark_alone(line, expected):
    parameters = {"words": 1, "javascript": False, "policy_phrases": []}
    assert reason(line, ellipsis=True, citations=False, **parameters) == expected


def test_citations_can_stay():
    assert cleaned("It was so long ago [1].[2].", C4Lines(citations=False))[0] == "It was so long ago [1].[2]."


@pytest.mark.parametrize("phrase", POLICY_PHRASES)
def test_every_policy_phrase_drops_its_line(phrase):
    assert reason(f"One two three {phrase.upper()} five.") == "policy_phrase"


@pytest.mark.parametrize(
    ("line", "parameters", "expected"),
    [
        ("one two three", {"end_mark": False, "words": 3}, None),
        ("one two", {"end_mark": False, "words": 3}, "too_few_words"),
        ("one two three four 'five'", {"end_marks": ".'"}, None),
        ("one two three four five。", {"end_marks": "。"}, None),
        ("You need javascript to see this.", {"javascript": False}, None),
        ("Read our privacy policy and more.", {"policy_phrases": ()}, None),
        ("Accept ÜBER cookies to go on.", {"policy_phrases": ["accept"]}, "policy_phrase"),
        ("one two three four fiveish.", {"word_characters": 7}, "word_too_long"),
        ("one two three four sevens.", {"word_characters": 7}, None),
    ],
)
def test_every_part_of_the_filter_can_be_set(line, parameters, expected):
    assert reason(line, **parameters) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("one two three.", None),
        ("one two.", "too_few_words"),
        ("one two 'three'", None),
        ("one [1] three.", None),
        ("one two three", "no_end_mark"),
        ("one two three [1]", "no_end_mark"),
    ],
)
def test_datatrove_counts_words_before_citations_go_and_takes_an_apostrophe(line, expected):
    assert reason(line, like="datatrove") == expected


@pytest.mark.parametrize(
    ("line", "lorem", "bracket"),
    [
        ("one two Lorem Ipsum five.", 1, 0),
        ("one two Lorem Ipsum.", 0, 0),
        ("one two Lorem Ipsum five", 0, 0),
        (f"lorem ipsum {'x' * 1001} four five.", 0, 0),
        ("one two three {four} five.", 0, 1),
        ("one two {three} four.", 0, 0),
        ("lorem ipsum javascript {four} five.", 1, 0),
        ("lorem ipsum three {four} five.", 1, 1),
        ("{one} lorem ipsum privacy policy.", 1, 1),
        ("one two lorem[1] ipsum five.", 1, 0),
    ],
)
def test_what_drops_a_page_counts_only_in_lines_that_came_so_far(line, lorem, bracket):
    signals = cleaned(f"{GOOD}\n{line}\n{GOOD}")[2]
    assert (signals["c4_lorem_ipsum_lines"], signals["c4_curly_bracket_lines"]) == (lorem, bracket)


@pytest.mark.parametrize("boundary", ["\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_lines_end_at_every_boundary_and_are_joined_by_line_feeds(boundary):
    new, removed, _ = cleaned(f"{GOOD}{boundary}Menu{boundary}{GOOD} {boundary}{GOOD}{boundary}")
    assert new == f"{GOOD}\n{GOOD}\n{GOOD}"
    assert removed == [
        ("line_boundary", boundary),
        ("no_end_mark", f"Menu{boundary}"),
        ("surrounding_space", " "),
        ("line_boundary", boundary),
        ("empty_line", boundary),
    ]


def test_only_the_page_is_stripped_of_the_space_that_citations_leave():
    page = "[1] [2] [3]\n[1] one two three [2]\n[1] [2] [3]\n[3] four five six [4]\n[5] [6] [7]"
    assert cleaned(page, FINEWEB)[0] == "one two three \n  \n four five six"


def test_dropped_lines_white_space_and_citations_are_edits_of_their_own():
    new, removed, signals = cleaned(f"Menu\n  {GOOD[:-1]}[12].[edit]\r\n\nHome\n{GOOD}\nFoot\n")
    assert new == f"{GOOD}\n{GOOD}"
    assert removed == [
        ("no_end_mark", "Menu\n"),
        ("surrounding_space", "  "),
        ("citation", "[12]"),
        ("citation", "[edit]"),
        ("surrounding_space", "\r"),
        ("empty_line", "\n"),
        ("no_end_mark", "Home\n"),
        ("no_end_mark", "\nFoot"),
        ("empty_line", "\n"),
    ]
    assert signals["c4_dropped_line_fraction"] == 3 / 5
    assert signals["c4_dropped_word_fraction"] == 3 / 13
    assert signals["c4_dropped_character_fraction"] == (5 + 2 + 4 + 6 + 1 + 1 + 5 + 5 + 1) / 81


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_a_text_without_words_becomes_empty_and_its_shares_undefined(text):
    new, _, signals = cleaned(text)
    assert new == ""
    assert signals["c4_dropped_line_fraction"] is None
    assert signals["c4_dropped_word_fraction"] is None
    assert signals["c4_dropped_character_fraction"] == (1.0 if text else None)


def test_a_text_of_good_lines_is_not_edited():
    new, removed, signals = cleaned(f"{GOOD}\n{GOOD}")
    assert (new, removed) == (f"{GOOD}\n{GOOD}", [])
    assert set(signals.values()) == {0.0}


def reference(text, cleaner):
    """The text that the sources' definition leaves, and the lines in which they see what drops a page."""
    kept, lorem, bracket = [], 0, 0
    for line in map(str.strip, text.splitlines()):
        bare = re.sub(r"\[\d*\]|\[edit\]|\[citation needed\]", "", line)
        folded = bare.lower()
        counted = line if cleaner.like == "datatrove" else bare
        if any(len(word) > 1000 for word in line.split()):
            continue
        if cleaner.end_mark and (not bare.endswith(tuple(cleaner.end_marks)) or bare.endswith("...")):
            continue
        if len(counted.split()) < cleaner.words:
            continue
        lorem += "lorem ipsum" in folded
        if "javascript" in folded:
            continue
        bracket += "{" in bare
        if not any(phrase in folded for phrase in POLICY_PHRASES):
            kept.append(bare)
    return "\n".join(kept).strip(), lorem, bracket


pieces = st.sampled_from(
    ["\n", "\n", " ", " ", ".", "...", '"', "'", "[1]", "[", "]", "[edit]", "[citation needed]", "a", "b c", "é",
     "\u2028", "\u00a0", "\r", "\r\n", "[\u0663]", "{", "Lorem Ipsum",
     "coo\u212aies", "use ", "JavaScript", "use cookies", "x" * 1001, "😀", "one two three four five"]
)  # fmt: skip


@given(
    st.lists(pieces, max_size=25).map("".join) | st.text(max_size=60),
    st.sampled_from([C4Lines(), C4Lines("datatrove"), FINEWEB]),
)
@example("[1] one two three\nx\n one [1] [2] ", C4Lines())
@settings(max_examples=400)
def test_replayed_edits_give_what_the_definition_gives(text, cleaner):
    new, _, signals = cleaned(text, cleaner)
    lines = signals["c4_lorem_ipsum_lines"], signals["c4_curly_bracket_lines"]
    assert (new, *lines) == reference(text, cleaner)


@given(st.lists(st.lists(pieces, max_size=12).map("".join), max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    array = pa.array(["sliced away", *texts], pa.string()).slice(1)
    edits, signals = C4Lines().clean(pa.record_batch({"text": array}), Cuts(array))
    assert apply_edits(array, edits).to_pylist() == [cleaned(text)[0] for text in texts]
    for name, column in signals.items():
        assert column.to_pylist() == [cleaned(text)[2][name] for text in texts]


@pytest.mark.parametrize(
    "unit", ["\n", "[", "[1", "[1]", "a ", ".", "javascrip", "use \n", " [1]", "\r", "{", "lorem "]
)
def test_hostile_repetition_takes_linear_time(unit):
    cleaned("compiled", FINEWEB)
    begin = time.process_time()
    cleaned(unit * (2_000_000 // len(unit)), FINEWEB)
    assert time.process_time() - begin < 8


@pytest.mark.parametrize(
    "parameters",
    [{"like": "c4"}, {"words": 0}, {"word_characters": 0}, {"end_marks": ""}, {"policy_phrases": ["ok", ""]}],
)
def test_a_parameter_out_of_range_is_refused_by_name(parameters):
    [name] = parameters
    with pytest.raises(ConfigurationError, match=f"c4_lines: {name}"):
        C4Lines(**parameters)


def test_the_fingerprint_follows_the_parameters():
    assert C4Lines().fingerprint == C4Lines().fingerprint
    assert len({C4Lines(**given).fingerprint for given in [{}, {"words": 3}, {"like": "datatrove"}]}) == 3
    assert C4Lines(words=5).fingerprint == C4Lines().fingerprint
