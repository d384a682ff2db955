import pytest

from filters.policy import ControlTokens, Rule
from reports.configured_rules import ConfiguredRule, configured_rules, limits_in_words


def configured(quantiles=None, **fields):
    return ConfiguredRule("a/r", "a", Rule("r", "s", **fields), quantiles)


def test_rules_stand_in_the_order_of_the_policy():
    steps = [
        {"name": "b", "rules": {"z": {"signal": "s", "minimum": 1}, "a": {"spans": "t", "signal": None}}},
        {"name": "a", "rules": {"z": {"signal": "s", "one_of": ["x"]}}},
    ]
    rules = configured_rules({"configuration": {"steps": steps}, "limits": {"b/z": {"": 3.0}}})
    assert [rule.key for rule in rules] == ["b/z", "b/a", "a/z"]
    assert [rule.column for rule in rules] == ["s@b", "t@b", "s@a"]
    assert rules[0].quantiles == {"": 3.0}
    assert rules[1].rule.spans
    assert rules[2].rule.one_of == ("x",)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minimum": 50}, "s at least 50"),
        ({"minimum": 3, "maximum": 10}, "s at least 3 and at most 10"),
        ({"minimum": {"en": 50, "default": 40}}, "s at least 50 (en), 40 (others)"),
        ({"one_of": ("en", "de")}, "s is one of en, de"),
        ({"spans": True, "minimum": 0.5}, "score of s below 0.5"),
        ({"spans": True}, "no s"),
        ({"spans": True, "labels": ("threat", "insult")}, "no s (threat, insult)"),
        ({"spans": True, "labels": ("a",), "unit": "word", "minimum": 0.5}, "score of s (a; word) below 0.5"),
    ],
)
def test_limits_in_words(fields, words):
    assert limits_in_words(configured(**fields)) == words


def test_a_share_in_words():
    rule = configured({"en": 0.3}, keep_top=0.9, by="language")
    assert limits_in_words(rule) == "s among the greatest 90% by language"


def test_limits_name_what_they_hold_for():
    assert configured(minimum=50).limits == {"minimum": 50}
    assert configured(minimum=3, maximum=10).limits == {"minimum": 3, "maximum": 10}
    assert configured(minimum={"en": 50, "default": 40}).limits == {"minimum en": 50, "minimum default": 40}
    assert configured({"": 0.4}, keep_top=0.9).limits == {"": 0.4}


def test_the_tokens_of_a_rule_are_read_back():
    tokens = {"before": "document", "flagged": "<a>", "clean": "<b>", "open": None, "close": None}
    section = {
        "spans": "t",
        "signal": None,
        "labels": ["x"],
        "unit": "word",
        "action": "tag",
        "tag": "t",
        "tokens": tokens,
    }
    (rule,) = configured_rules({"configuration": {"steps": [{"name": "a", "rules": {"r": section}}]}})
    assert rule.rule.tokens == ControlTokens("document", "<a>", "<b>")
    assert (rule.rule.labels, rule.rule.unit) == (("x",), "word")
