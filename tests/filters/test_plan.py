from types import SimpleNamespace

from letters import Cut, Length, gate, signal, step

from filters.measured import Measured
from filters.plan import Measurement, Plan


def test_the_record_says_when_each_column_and_gate_had_its_turn():
    spans = SimpleNamespace(signals=(signal("words", floor=0.5),), reads="text", fingerprint="w")
    plan = Plan(
        (step("one", Length(), Measurement(None, (gate(),)), spans, clean=[Cut("X")]), step("two", Length())), "one"
    )
    record = plan.record()
    assert record["columns"] == {"X_count@one": 1, "length@one": 2, "words@one": 3, "length@two": 4}
    assert record["gates"] == {"one/gate": 2}
    assert record["floors"] == {"words@one": 0.5}
    assert record["reasons"]["length@two"] == ("short", "length_too_high")
    read = Measured.of(plan.schema)
    assert (read.steps, read.signed_step, read.passes) == (("one", "two"), "one", ("one/cut_X",))


def test_the_fingerprint_changes_with_what_is_measured():
    plans = [
        Plan((step("one", Length()),)),
        Plan((step("two", Length()),)),
        Plan((step("one", Length("l")),)),
        Plan((step("one", Length(), clean=[Cut("X")]),)),
        Plan((step("one", Length(), Measurement(None, (gate(minimum=1),))),)),
        Plan((step("one", Length(), Measurement(None, (gate(minimum=2),))),)),
        Plan((step("one", Length()),), signed_step="one"),
        Plan((step("one", Length()),), tokens=Length("token_count")),
    ]
    assert len({plan.fingerprint for plan in plans}) == len(plans)
    assert Plan((step("one", Length()),)).fingerprint == plans[0].fingerprint
