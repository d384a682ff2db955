"""The preset of RedPajama v2 judges texts at, just below and just above each of its limits."""

import string

import pytest
from judged import findings

from pipelines.configuration import load

LANGUAGE = {"language", "certain_language"}
"""Rules that made words may break as they like."""


def words(*lengths):
    """Words of these lengths, none twice."""
    made = []
    for number, length in enumerate(lengths):
        letters = []
        for _ in range(length):
            number, digit = divmod(number, 26)
            letters.append(string.ascii_lowercase[digit])
        made.append("".join(letters))
    return made


def filled(lengths, total):
    """Words of these lengths and more of five letters, the last one longer, with so many letters in all."""
    count, left = divmod(total - sum(lengths), 5)
    return words(*lengths, *[5] * (count - 1), 5 + left)


def repeated(gram, copies, total):
    """A text in which an n-gram of these word lengths stands several times, and no other, with so many letters."""
    free = copies - 1
    made = filled(gram, total - free * sum(gram))
    gram, rest = made[: len(gram)], made[len(gram) :]
    parts = [part for word in rest[:free] for part in (*gram, word)]
    return " ".join([*parts, *gram, *rest[free:]])


def lines(starts=0, ends=0):
    """Ten lines of ten words, of which some begin with a bullet and some end in an ellipsis."""
    made = words(*[6] * 100)
    text = [" ".join(made[first : first + 10]) for first in range(0, 100, 10)]
    return "\n".join(("• " if k < starts else "") + line + ("..." if k < ends else "") for k, line in enumerate(text))


def duplicate(n, gram, total):
    """The three texts of a rule of duplicate n-grams: two copies have just its share of so many letters."""
    assert len(gram) == n
    return [repeated(gram, 2, total - k) for k in (1, 0, -1)], [True, False, False]


CASES = {
    "characters": ([" ".join(words(*[5] * 49, last)) for last in (5, 6, 7)], [True, False, False]),
    "fewest words": ([" ".join(words(*[6] * count)) for count in (49, 50, 51)], [True, False, False]),
    "most words": ([" ".join(words(*[6] * count)) for count in (99_999, 100_000, 100_001)], [False, False, True]),
    "shortest words": ([" ".join(words(*[3] * 99, last)) for last in (2, 3, 4)], [True, False, False]),
    "longest words": ([" ".join(words(*[10] * 49, last)) for last in (9, 10, 11)], [False, False, True]),
    "symbols": ([" ".join([*words(*[6] * 90), *["#"] * count]) for count in (9, 10, 11)], [False, False, True]),
    "bullet_lines": ([lines(starts=count) for count in (8, 9, 10)], [False, False, True]),
    "ellipsis_lines": ([lines(ends=count) for count in (2, 3, 4)], [False, False, True]),
    "top_2_grams": ([repeated([6, 6], 5, total) for total in (299, 300, 301)], [True, False, False]),
    "top_3_grams": ([repeated([6] * 3, 3, total) for total in (299, 300, 301)], [True, False, False]),
    "top_4_grams": ([repeated([6] * 4, 2, total) for total in (299, 300, 301)], [True, False, False]),
    "duplicate_5_grams": duplicate(5, [6] * 5, 400),
    "duplicate_6_grams": duplicate(6, [7] * 6, 600),
    "duplicate_7_grams": duplicate(7, [8, 8, 8, 7, 7, 7, 7], 800),
    "duplicate_8_grams": duplicate(8, [6] * 8, 800),
    "duplicate_9_grams": duplicate(9, [6] * 8 + [7], 1000),
    "duplicate_10_grams": duplicate(10, [5] * 10, 1000),
}
"""Texts, and which of them the rule drops."""
RULES = {
    "fewest words": "words",
    "most words": "words",
    "shortest words": "word_length",
    "longest words": "word_length",
}


@pytest.fixture(scope="module")
def broken():
    """The rules that each text breaks, language aside."""
    texts = [text for texts, _ in CASES.values() for text in texts]
    found = iter(findings("redpajama2", texts))
    return {name: [next(found) - LANGUAGE for _ in texts] for name, (texts, _) in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_rule_drops_what_is_beyond_its_limit_and_no_other_rule_does(broken, name):
    rule = RULES.get(name, name)
    assert broken[name] == [{rule} if dropped else set() for dropped in CASES[name][1]]


def test_every_limit_has_its_texts():
    rules = load("redpajama2").policy().steps[0].rules
    assert {RULES.get(name, name) for name in CASES} == {rule.name for rule in rules} - LANGUAGE


def test_five_languages_are_kept():
    texts = [
        "The ferry had left before we reached the harbour, and nobody could tell us when the next one would come. ",
        "Die Fähre war schon fort, als wir den Hafen erreichten, und niemand wusste, wann die nächste kommen würde. ",
        "Le bac était déjà parti quand nous sommes arrivés au port, et personne ne savait quand viendrait le suivant. ",
        "La barca ya se había ido cuando llegamos al puerto, y nadie sabía decirnos cuándo vendría la siguiente. ",
        "Il traghetto era già partito quando arrivammo al porto, e nessuno sapeva dirci quando sarebbe venuto. ",
        "De veerboot was al vertrokken toen we de haven bereikten, en niemand wist wanneer de volgende zou komen. ",
    ]
    assert [bool(rules & LANGUAGE) for rules in findings("redpajama2", texts)] == [False] * 5 + [True]
