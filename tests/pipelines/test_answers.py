import dataclasses

import pytest

from filters.errors import ConfigurationError
from filters.measured import Measured
from pipelines.answers import answerable
from pipelines.configuration import load
from pipelines.planning import plan_of

EARLIER = """
    annotators: {lengths: {kind: own_signals.py:Lengths}}
    steps:
      - name: raw
        rules:
          gate: {signal: text_length, minimum: 5, gate: true}
      - name: last
        measure: [language, personal_data]
        rules:
          shout: {spans: shouts, minimum: 0.5, action: mask, token: "<s>"}
    duplicates: {of: last, survivor: [text_length desc]}
    """


@pytest.fixture
def ask(write):
    """Asks a run that was made with `EARLIER` for a configuration that replaces some of it."""
    earlier = load(write(EARLIER))
    measured = Measured.from_record(plan_of(earlier).record())

    def _ask(*changes, missing=None, floors=None):
        text = EARLIER
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        columns = {name: turn for name, turn in measured.columns.items() if name.partition("@")[0] != missing}
        record = dataclasses.replace(measured, columns=columns, floors=floors or measured.floors)
        answerable(load(write(text, "wanted.yaml")), earlier, record, "the run")

    return _ask


def test_the_same_policy_a_stricter_gate_and_other_limits_are_answered(ask):
    ask()
    ask(("minimum: 5", "minimum: 6"), ("minimum: 0.5", "minimum: 0.25"))
    ask(("duplicates: {of: last, survivor: [text_length desc]}", ""))
    ask(("survivor: [text_length desc]", "survivor: [characters asc, fetched_at desc]"))


BY = (
    "rules:\n          shout",
    "rules:\n          best: {signal: text_length, keep_top: 10%, by: language}\n          shout",
)
LIMIT = ("minimum: 0.5, action", "minimum: {en: 0.5}, action")


@pytest.mark.parametrize(
    ("signal", "changes", "message"),
    [
        ("shouts", [], "steps.last.rules.shout: shouts@last was not measured"),
        ("text_length", [], "duplicates.survivor: text_length was not measured at any step"),
        ("language", [BY], "steps.last.rules.best.by: language was not measured at any step"),
        ("language", [LIMIT], "steps.last.rules.shout: language was not measured at any step"),
    ],
)
def test_what_was_not_measured_is_named(ask, signal, changes, message):
    with pytest.raises(ConfigurationError, match=message):
        ask(*changes, missing=signal)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minimum: 5", "minimum: 4", "steps.raw.rules.gate is looser than the gate"),
        ("gate: {signal", "port: {signal", "steps.raw.rules.gate: the run stopped measuring there; keep that rule"),
        ("Lengths}", "Lengths, longest: 3}", "text_length@raw is measured with other parameters"),
        ("of: last", "of: raw", "duplicates.of is raw, and the run signed the text of last"),
        (
            "- name: last\n",
            "- name: last\n        clean: [c4_lines]\n",
            "cleaners are last/c4_lines, and the run cleaned",
        ),
        ("name: raw", "name: first", "steps are in the order first, last, and the run went raw, last"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_run(ask, old, new, message):
    with pytest.raises(ConfigurationError, match="run it: `tamis run CONFIG --output ANOTHER`") as caught:
        ask((old, new))
    assert message in str(caught.value)


def test_scores_below_those_stored_are_refused(ask):
    with pytest.raises(ConfigurationError, match=r"rules\.shout: minimum 0\.5 is below 0\.6, the least score stored"):
        ask(floors={"shouts@last": 0.6})


def test_a_list_whose_content_has_changed_is_refused(write, tmp_path):
    (tmp_path / "words.txt").write_text("bad\n")
    path = write("""
        annotators: {mine: {kind: word_list, words: words.txt}}
        steps: [{name: raw, rules: {mine: {spans: mine, action: remove}}}]
        """)
    earlier = load(path)
    measured = Measured.from_record(plan_of(earlier).record())
    answerable(load(path), earlier, measured, "the run")
    (tmp_path / "words.txt").write_text("worse\n")
    with pytest.raises(ConfigurationError, match="mine@raw is measured with other parameters, models or lists"):
        answerable(load(path), earlier, measured, "the run")
