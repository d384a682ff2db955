import pytest

from pipelines.configuration import load
from pipelines.planning import plan_of


@pytest.fixture
def plan(write):
    return lambda text: plan_of(load(write(text)))


def told(step):
    """What a step measures, in order: signals of annotators, and the names of gates."""
    found = []
    for measurement in step.measurements:
        if measurement.annotator is not None:
            found.append([signal.name for signal in measurement.annotator.signals])
        found += [gate.name for gate in measurement.gates]
    return found


def test_a_gate_stands_right_after_what_it_judges_and_what_is_dear_comes_last(plan):
    (step,) = plan(
        """
        annotators: {lengths: {kind: own_signals.py:Lengths}}
        steps:
          - name: raw
            measure: [language]
            rules:
              long: {signal: text_length, maximum: 100}
              short: {signal: text_length, minimum: 5, gate: true}
              at: {signal: email_count, maximum: 3, gate: true}
        """
    ).steps
    first, *others = told(step)
    assert "text_length" in first
    assert others[0] == "short"
    assert "email_count" in others[1]
    assert others[2] == "at"
    assert "language" in others[3]
    assert len(others) == 4


def test_a_gate_whose_limit_goes_by_language_stands_after_language(plan):
    text = """
        annotators: {lengths: {kind: own_signals.py:Lengths}}
        steps:
          - name: raw
            measure: [language]
            rules:
              short: {signal: text_length, KEYS, gate: true}
        """
    for keys in ("minimum: {en: 5, default: 1}", "minimum: 5, languages: [en]"):
        (step,) = plan(text.replace("KEYS", keys)).steps
        assert [("language" in part, part == "short") for part in told(step)] == [
            (True, False),
            (False, False),
            (False, True),
        ]


def test_two_gates_on_one_annotator_measure_it_once(plan):
    (step,) = plan(
        """
        annotators: {lengths: {kind: own_signals.py:Lengths}}
        steps:
          - name: raw
            rules:
              kind: {signal: text_kind, one_of: [short], gate: true}
              short: {signal: text_length, minimum: 5, gate: true}
        """
    ).steps
    annotator, *gates = told(step)
    assert gates == ["kind", "short"]
    assert "text_kind" in annotator


def test_cleaners_stand_in_their_order_and_give_signals_that_rules_may_judge(plan):
    made = plan(
        """
        cleaners: {trim: {kind: own_signals.py:Trim}}
        steps:
          - name: raw
            clean: [c4_lines, trim]
            rules:
              trimmed: {signal: trimmed_fraction, maximum: 0.5, gate: true}
        duplicates: {of: raw}
        """
    )
    (step,) = made.steps
    assert [name for name, _ in step.cleaners] == ["c4_lines", "trim"]
    assert told(step) == ["trimmed"]
    assert made.record()["gates"] == {"raw/trimmed": made.record()["columns"]["trimmed_fraction@raw"]}
    assert made.signed_step == "raw"
    assert made.tokens is None
