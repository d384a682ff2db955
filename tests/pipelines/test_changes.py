import pytest

from pipelines.changes import Cost, changes
from pipelines.configuration import load

GATE = "gate: {signal: language, one_of: [en], gate: true}"


COST = Cost.MEASURE


@pytest.fixture
def text(base):
    return base.replace("    rules:\n      short", f"    rules:\n      {GATE}\n      short") + "inputs: {a: x}\n"


@pytest.mark.parametrize(
    ("old", "new", "place", "cost"),
    [
        ("minimum: 5", "minimum: 6", "steps.raw.rules.short.minimum", Cost.DECIDE),
        ("minimum: 5", "keep_top: 10%", "steps.raw.rules.short.keep_top", Cost.DECIDE),
        (
            "{signal: text_length, minimum: 5}",
            "{signal: email_count, maximum: 5}",
            "steps.raw.rules.short.signal",
            COST,
        ),
        ("one_of: [en]", "one_of: [en, fr]", "steps.raw.rules.gate.one_of", Cost.MEASURE),
        ("one_of: [en], gate: true", "one_of: [en]", "steps.raw.rules.gate.gate", Cost.DECIDE),
        (f"      {GATE}\n", "", "steps.raw.rules.gate.gate", Cost.MEASURE),
        ("measure: [language]", "measure: [language, personal_data]", "steps.raw.measure", Cost.MEASURE),
        ("clean: [trim]", "clean: {trim: {side: left}}", "steps.last.clean.trim.side", Cost.MEASURE),
        ("clean: [trim]", "clean: []", "steps.last.clean.trim", Cost.MEASURE),
        ("Lengths}", "Lengths, longest: 3}", "annotators.lengths.longest", Cost.MEASURE),
        ("inputs: {a: x}", "inputs: {a: y}", "inputs.a.paths", Cost.READ),
        ("inputs: {a: x}", "inputs: {a: x}\nrun: {workers: 77}", "run.workers", Cost.NOTHING),
        ("inputs: {a: x}", "inputs: {a: x}\nduplicates: {of: raw}", "duplicates.of", Cost.MEASURE),
        ("inputs: {a: x}", "inputs: {a: x}\nleast_characters: 1", "least_characters", Cost.DECIDE),
        ("inputs: {a: x}", "inputs: {a: x}\nsample: {fraction: 1%}", "sample.fraction", Cost.READ),
    ],
)
def test_a_change_costs_what_it_must(write, text, old, new, place, cost):
    assert old in text
    found = {c.place: c.cost for c in changes(load(write(text)), load(write(text.replace(old, new), "new.yaml")))}
    assert found[place] == cost
    assert max(found.values()) == cost


@pytest.mark.parametrize(
    ("before", "after", "cost"),
    [
        ("{bands: 14, rows: 8}", "{bands: 14, rows: 8, similarity: 0.8}", Cost.DECIDE),
        ("{bands: 14, rows: 8}", "{bands: 14, rows: 8, similarity: 0.7}", Cost.FIND),
        ("{bands: 14, rows: 8}", "{bands: 14, rows: 8, verify: off}", Cost.FIND),
        ("{bands: 14, rows: 8, verify: off}", "{bands: 14, rows: 8, similarity: 0.1}", Cost.DECIDE),
        ("{bands: 14, rows: 8}", "{bands: 8, rows: 14}", Cost.MEASURE),
        ("{bands: 14, rows: 8}", "{bands: 14, rows: 8, characters: 13}", Cost.MEASURE),
        ("{bands: 14, rows: 8}", "null", Cost.DECIDE),
        ("null", "fineweb", Cost.MEASURE),
        ("{similarity: 0.8}", "{similarity: 0.7}", Cost.MEASURE),
    ],
)
def test_what_a_change_of_near_duplicates_costs(write, text, before, after, cost):
    pair = [load(write(f"{text}duplicates: {{of: raw, near: {near}}}", f"{near[:3]}.yaml")) for near in (before, after)]
    assert {change.cost for change in changes(*pair)} == {cost}


def test_nothing_has_changed(write, text):
    assert changes(load(write(text)), load(write(text))) == []


def test_another_order_of_steps_is_measured_again(write):
    first = "steps: [{name: a, measure: [language]}, {name: b, measure: [language]}]\n"
    second = "steps: [{name: b, measure: [language]}, {name: a, measure: [language]}]\n"
    found = changes(load(write(first)), load(write(second)))
    assert [(change.place, change.cost) for change in found] == [("steps", Cost.MEASURE)]
