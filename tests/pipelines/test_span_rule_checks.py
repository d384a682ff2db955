"""What is wrong with the labels, units and control tokens of rules is told with its line."""

import pytest

from filters.errors import ConfigurationError
from pipelines.configuration import load

SHOUT = 'shout: {spans: shouts, action: mask, token: "<shout>"}'
TAG = "action: tag, tag: t"


def loaded(write, base, rule):
    assert SHOUT in base
    return load(write(base.replace(SHOUT, f"shout: {rule}")))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "{spans: ip_address, labels: [ipv5]}",
            "labels: unknown label of 'ip_address' 'ipv5'; did you mean 'ipv6'? All",
        ),
        ("{spans: shouts, labels: []}", "labels: a rule for no label acts upon nothing"),
        ("{spans: email, unit: word}", "unit: the unit of 'email' is match, and no span of it is a word"),
        ("{spans: shouts, unit: page}", "unit: unknown value 'page'; Allowed: "),
        (
            "{signal: text_length, minimum: 5, labels: a}",
            "labels: labels goes with spans, and 'text_length' is a signal",
        ),
        ("{signal: text_length, minimum: 5, unit: word}", "unit: unit goes with spans"),
        (
            "{spans: shouts, when_null: fail, action: remove}",
            "when_null: a document without such spans has nothing to r",
        ),
        (
            "{spans: shouts, tokens: {open: <a>, close: <b>}}",
            "tokens: tokens go with action: tag, and the action is drop",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{}}}}",
            "tokens.before: write before: document, sentence or span with flagged, cle",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{flagged: <a>}}}}",
            "tokens.before: write before: document, sentence or span with",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{before: span}}}}",
            "tokens.before: write before: document, sentence or span with",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{open: <a>}}}}",
            "tokens.close: open alone marks no span; write both",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{open: <a>, close: <b>, before: span}}}}",
            "tokens: open stands without before: write open and close, or before",
        ),
        (f"{{spans: shouts, {TAG}, tokens: {{before: word, flagged: <a>}}}}", "tokens.before: unknown value 'word'"),
        (
            f"{{spans: shouts, {TAG}, tokens: {{before: span, flagged: <a>, clean: <b>}}}}",
            "tokens: clean is for documents and sentences",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{before: document, flagged: <a>, clean: <a>}}}}",
            "tokens: flagged and clean are both '<a>'",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{open: <a>, close: <a>}}}}",
            "tokens: open and close are both '<a>'; give them different tokens",
        ),
        (
            f"{{signal: text_length, minimum: 5, {TAG}, tokens: {{before: sentence, flagged: <a>}}}}",
            "tokens: a rule over documents knows no place in them; write before: document",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{before: span, flagged: x}}}}",
            "tokens: flagged is 'x': a token is two or more printable characters",
        ),
        (
            f"{{spans: shouts, {TAG}, tokens: {{open: <a>, close: </<a>}}}}",
            "tokens: '<a>' stands in '</<a>', or ends as that begins",
        ),
    ],
)
def test_a_wrong_span_rule_is_told_with_its_line(write, base, rule, words):
    with pytest.raises(ConfigurationError) as caught:
        loaded(write, base, rule)
    assert f"tamis.yaml:13: steps.last.rules.shout.{words}" in str(caught.value)


def test_tokens_of_several_rules_and_masks_must_go_together(write, base):
    rules = f"""{SHOUT}
      a: {{spans: email, {TAG}, tokens: {{open: "<shout>", close: "</a>"}}}}
      b: {{signal: text_length, minimum: 5, {TAG}, tokens: {{before: document, clean: "x<a>", flagged: "</a>y"}}}}"""
    with pytest.raises(ConfigurationError) as caught:
        load(write(base.replace(SHOUT, rules)))
    told = str(caught.value)
    assert "tamis.yaml:14: steps.last.rules.a.tokens: '<shout>' stands in the mask '<shout>'" in told
    assert "tamis.yaml:14: steps.last.rules.a.tokens: '</a>' stands in '</a>y', or ends as that begins" in told
    assert "'x<a>'" not in told


def test_tokens_that_cannot_be_read_are_not_called_missing_too(write, base):
    for tokens, told in (
        ("open: 5, close: 6", ["close: 6", "open: 5"]),
        ("before: word, flagged: <a>", ["before: unk"]),
    ):
        with pytest.raises(ConfigurationError) as caught:
            loaded(write, base, f"{{spans: shouts, {TAG}, tokens: {{{tokens}}}}}")
        assert str(caught.value).count("tamis.yaml:13:") == len(told)
        assert all(f"tokens.{words}" in str(caught.value) for words in told)


@pytest.mark.parametrize(
    "rule",
    [
        "{spans: shouts, labels: anything, unit: word, action: remove}",
        "{spans: ip_address, labels: [ipv4], unit: match, action: remove}",
        "{spans: shouts, when_null: fail}",
        f'{{spans: shouts, {TAG}, tokens: {{open: "<|toxic|>", close: "<|/toxic|>"}}}}',
        f'{{spans: shouts, {TAG}, tokens: {{before: sentence, clean: "<|aligned|>"}}}}',
        f'{{signal: text_length, keep_top: 50%, {TAG}, tokens: {{before: document, flagged: "<|short|>"}}}}',
    ],
)
def test_a_right_one_is_a_rule_of_the_policy_and_of_its_json(write, base, rule):
    configuration = loaded(write, base, rule)
    again = type(configuration).model_validate_json(configuration.model_dump_json())
    assert again.policy() == configuration.policy()
