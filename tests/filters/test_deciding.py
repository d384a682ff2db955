import numpy as np
import pyarrow as pa
import pytest

from filters.annotations import ANNOTATION_FIELDS
from filters.deciding import decide_batch
from filters.decisions import DECISIONS
from filters.judging import judge_batch
from filters.measured import Measured
from filters.policy import Duplicates, Policy, Rule, Step
from filters.reasons import Duplicated
from filters.signals import SPANS

MEASURED = Measured(
    columns={"words@raw": 1, "language@raw": 2, "score@raw": 3, "email@raw": 4},
    gates={"raw/words": 1},
    passes=("raw/lines",),
    reasons={
        "words@raw": ("too_few_words", "too_many_words"),
        "language@raw": ("language_too_low", "language_too_high"),
        "score@raw": ("score_too_low", "score_too_high"),
        "email@raw": ("email_too_low", "email_too_high"),
    },
)
RULES = {
    "words": Rule("words", "words", minimum=10, gate=True),
    "language": Rule("language", "language", one_of=("en",)),
    "score": Rule("score", "score", minimum=0.5, maximum=2.0, when_null="fail", action="tag", tag="odd"),
    "email": Rule("email", "email", spans=True, minimum=0.5, action="mask", token="<e>"),
}


def policy(*names, duplicates=None, **changed):
    rules = tuple(changed.get(name, RULES[name]) for name in (names or RULES))
    return Policy((Step("raw", rules=rules),), duplicates, least_characters=50)


def document(characters=100, words=20, language="en", score=1.0, spans=(), edits=(), stopped=None):
    """A row of annotations; spans are (start, end, score), edits (start, end, replacement)."""
    return {
        "characters": characters,
        "bytes": characters,
        "stopped_at": stopped,
        "edits": [
            {"step": "raw/lines", "start": a, "end": b, "replacement": new, "reason": "line"} for a, b, new in edits
        ],
        "words@raw": words,
        "language@raw": language,
        "score@raw": score,
        "email@raw": [{"start": a, "end": b, "score": s, "label": "x@y", "unit": "match"} for a, b, s in spans],
    }


def decided(the_policy, documents, losers=()):
    """Decisions as plain rows; losers are (place, survivor, kind)."""
    schema = pa.schema(
        [
            *ANNOTATION_FIELDS,
            ("words@raw", pa.int64()),
            ("language@raw", pa.string()),
            ("score@raw", pa.float64()),
            ("email@raw", SPANS),
        ]
    )
    rows = [{"row": 7 + place, **row} for place, row in enumerate(documents)]
    annotations = pa.RecordBatch.from_pylist(rows, schema=schema)
    named = pa.record_batch({"row": annotations.column("row"), "id": [f"id{k}" for k in range(len(rows))]})
    duplicated = Duplicated(
        np.array([place for place, _, _ in losers], np.int64),
        pa.array([key for _, key, _ in losers], pa.string()),
        pa.array([kind for _, _, kind in losers], pa.string()),
        np.ones(len(losers)),
    )
    found = judge_batch(the_policy, MEASURED, annotations)
    made = decide_batch(the_policy, MEASURED, named, found, duplicated if the_policy.duplicates else None)
    made.decisions.validate(full=True)
    assert made.decisions.schema.equals(DECISIONS)
    assert made.kept.tolist() == [row["action"] == "keep" for row in made.decisions.to_pylist()]
    return made.decisions.to_pylist()


def told(reason):
    """What a reason says, without what it leaves null."""
    return {name: value for name, value in reason.items() if value is not None}


def test_a_document_within_all_limits_is_kept_without_reasons():
    (row,) = decided(policy(), [document(words=10, score=0.5)])
    assert row == {"row": 7, "id": "id0", "action": "keep", "reasons": [], "edits": [], "tags": [], "split": None}


def test_all_reasons_are_there_in_the_order_of_the_policy():
    (row,) = decided(policy(), [document(words=3, language="de", score=5.0, spans=[(0, 60, 0.75), (70, 80, 0.4)])])
    assert row["action"] == "drop"
    assert [told(reason) for reason in row["reasons"]] == [
        {"rule": "raw/words", "reason": "too_few_words", "signal": "words@raw", "value": 3.0, "minimum": 10.0,
         "margin": 7.0, "action": "drop"},
        {"rule": "raw/language", "reason": "language_not_allowed", "signal": "language@raw", "text_value": "de",
         "action": "drop"},
        {"rule": "raw/score", "reason": "score_too_high", "signal": "score@raw", "value": 5.0, "minimum": 0.5,
         "maximum": 2.0, "margin": 3.0, "action": "tag"},
        {"rule": "raw/email", "reason": "email", "signal": "email@raw", "value": 0.75, "text_value": "x@y",
         "minimum": 0.5, "margin": 0.25, "action": "mask", "start": 0, "end": 60},
        {"rule": "edits", "reason": "nearly_empty_after_edits", "signal": "characters", "value": 43.0,
         "minimum": 50.0, "margin": 7.0, "action": "drop"},
    ]  # fmt: skip


def test_a_dropped_document_has_neither_edits_nor_tags():
    (row,) = decided(policy(), [document(words=3, score=5.0, spans=[(0, 3, 1.0)])])
    assert (row["edits"], row["tags"]) == ([], [])


def test_a_kept_document_has_its_edits_tags_and_their_reasons():
    (row,) = decided(policy(), [document(score=0.0, spans=[(0, 3, 1.0), (2, 6, 1.0)])])
    assert row["action"] == "keep"
    assert row["edits"] == [{"start": 0, "end": 6, "replacement": "<e>", "rule": "raw/email"}]
    assert row["tags"] == ["odd"]
    assert [reason["reason"] for reason in row["reasons"]] == ["score_too_low", "email", "email"]


def test_an_undefined_value_that_fails_says_so_and_has_no_margin():
    (row,) = decided(policy("score"), [document(score=None)])
    (reason,) = row["reasons"]
    assert (reason["reason"], reason["value"], reason["margin"]) == ("score_undefined", None, None)


def test_a_rule_may_give_the_reason_a_name_of_its_own():
    changed = Rule("words", "words", minimum=10, reason="stub")
    (row,) = decided(policy("words", words=changed), [document(words=1)])
    assert row["reasons"][0]["reason"] == "stub"


def test_what_a_gate_stopped_is_judged_by_what_was_measured_before_it_alone():
    stopped = document(words=3, language=None, score=None, stopped="raw/words")
    (row,) = decided(policy(), [stopped])
    assert [reason["rule"] for reason in row["reasons"]] == ["raw/words"]


@pytest.mark.parametrize(("cut", "action"), [(50, "keep"), (51, "drop")])
def test_what_edits_leave_nearly_empty_is_dropped(cut, action):
    (row,) = decided(policy(), [document(edits=[(0, cut, "")])])
    assert row["action"] == action


def test_a_short_document_that_nothing_edits_is_not_nearly_empty():
    assert decided(policy(), [document(characters=3)])[0]["action"] == "keep"
    assert decided(policy(), [document(characters=3, edits=[(0, 1, "x")])])[0]["action"] == "drop"


def test_a_duplicate_is_dropped_with_its_survivor_kind_and_similarity():
    rows = decided(policy(duplicates=Duplicates("raw")), [document(), document()], [(1, "a/b:7", "url")])
    assert [row["action"] for row in rows] == ["keep", "drop"]
    assert told(rows[1]["reasons"][0]) == {
        "rule": "duplicates", "reason": "duplicate_url", "action": "drop", "survivor": "a/b:7", "kind": "url",
        "similarity": 1.0,
    }  # fmt: skip


def test_a_duplicate_may_be_tagged_and_kept():
    tagging = policy(duplicates=Duplicates("raw", action="tag"))
    rows = decided(tagging, [document(score=9.0), document()], [(0, "a/b:7", "text")])
    assert [row["action"] for row in rows] == ["keep", "keep"]
    assert [row["tags"] for row in rows] == [["odd", "duplicate"], []]
    assert rows[0]["reasons"][-1]["action"] == "tag"


def test_a_tag_that_two_rules_give_is_given_once():
    rules = (Rule("low", "score", minimum=5, action="tag", tag="odd"), Rule("few", "words", minimum=99, action="tag"))
    both = Policy((Step("raw", rules=(*rules, RULES["score"])),))
    assert decided(both, [document(score=3.0)])[0]["tags"] == ["odd", "few"]


def test_span_rules_may_drop_or_tag_the_document():
    for action in ("drop", "tag"):
        acting = Rule("email", "email", spans=True, minimum=0.5, action=action, tag="mail")
        rows = decided(policy("email", email=acting), [document(spans=[(0, 3, 0.5)]), document(spans=[(0, 3, 0.4)])])
        assert [row["action"] for row in rows] == ["drop" if action == "drop" else "keep", "keep"]
        assert [row["tags"] for row in rows] == [["mail"] if action == "tag" else [], []]
        assert rows[0]["edits"] == []


def test_an_empty_batch_and_a_policy_without_rules():
    assert decided(policy(), []) == []
    assert decided(Policy(()), [document()])[0]["action"] == "keep"
