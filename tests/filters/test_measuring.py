from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import Cut, Language, Length, gate, step

from filters.annotations import ANNOTATION_FIELDS
from filters.documents import SCHEMA
from filters.errors import AnnotatorError
from filters.measured import Measured, languages, last_lengths, replay
from filters.measuring import measure
from filters.plan import Measurement, Plan
from filters.signals import EDITS
from filters.text_hash import text_digests


def batch_of(texts, **more):
    columns = {
        "row": range(10, 10 + len(texts)),
        "id": [str(k) for k in range(len(texts))],
        "text": texts,
        "source": ["s"] * len(texts),
        "url": [f"http://x.example/{k}" for k in range(len(texts))],
    }
    arrays = [pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(len(texts), f.type) for f in SCHEMA]
    made = pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
    for name, values in more.items():
        made = made.append_column(name, values)
    return made


def annotated(texts, *steps, **more):
    plan = Plan(steps, **more)
    found = measure(batch_of(texts), plan)
    found.validate(full=True)
    assert found.schema.equals(plan.schema, check_metadata=True)
    return found


def test_a_signal_measured_at_two_steps_has_two_columns_with_the_text_as_it_stood():
    found = annotated(["aXbXc", "abc"], step("raw", Length()), step("clean", Length(), clean=[Cut("X")]))
    assert found.column("length@raw").to_pylist() == [5, 3]
    assert found.column("length@clean").to_pylist() == [3, 3]
    assert found.column("X_count@clean").to_pylist() == [2, 0]
    assert found.column("row").to_pylist() == [10, 11]
    assert found.column("characters").to_pylist() == [5, 3]
    assert last_lengths(found).tolist() == [3, 3]


def test_several_cleaners_in_a_step_and_over_steps_leave_edits_that_replay():
    texts = ["aXbYcZ", "", "éXX", "Z"]
    found = annotated(
        texts, step("one", clean=[Cut("X", "ZZ"), Cut("Y")]), step("two", Length(), clean=[Cut("Z", "z")])
    )
    passes = Measured.of(found.schema).passes
    assert passes == ("one/cut_X", "one/cut_Y", "two/cut_Z")
    replayed = [replay(pa.array(texts), found.column("edits"), passes[:k]).to_pylist() for k in range(4)]
    assert replayed[1] == ["aZZbYcZ", "", "éZZZZ", "Z"]
    assert replayed[2] == ["aZZbcZ", "", "éZZZZ", "Z"]
    assert replayed[3] == ["azzbcz", "", "ézzzz", "z"]
    assert found.column("length@two").to_pylist() == last_lengths(found).tolist() == [6, 0, 5, 1]
    assert [e["step"] for e in found.column("edits")[0].as_py()] == ["one/cut_X", "one/cut_Y", *["two/cut_Z"] * 3]


def test_what_a_gate_stops_is_not_measured_later():
    later, last = Length("later"), Length("last")
    found = annotated(
        ["ab", "abcdXX", "abcd"],
        step("raw", Length(), Measurement(None, (gate(minimum=4),)), later),
        step("two", Measurement(last, (gate("second", "last", maximum=4),)), Length("after"), clean=[Cut("X", "YY")]),
    )
    assert later.saw == ["abcdXX", "abcd"]
    assert last.saw == ["abcdYYYY", "abcd"]
    assert found.column("stopped_at").to_pylist() == ["raw/gate", "two/second", None]
    assert found.column("length@raw").to_pylist() == [2, 6, 4]
    assert found.column("later@raw").to_pylist() == [None, 6, 4]
    assert found.column("last@two").to_pylist() == [None, 8, 4]
    assert found.column("after@two").to_pylist() == [None, None, 4]
    assert [len(edits) for edits in found.column("edits").to_pylist()] == [0, 2, 0]
    measured = Measured.of(found.schema)
    for name in ("length@raw", "later@raw", "last@two", "after@two"):
        assert measured.mask(name, found).tolist() == found.column(name).is_valid().to_pylist()


def test_a_gate_may_judge_what_was_measured_before_another_gate():
    found = annotated(
        ["a", "ab", "abc", "abcd"],
        step("raw", Length(), Measurement(None, (gate("low", minimum=2), gate("high", maximum=3)))),
    )
    assert found.column("stopped_at").to_pylist() == ["raw/low", None, None, "raw/high"]


def test_a_gate_goes_by_the_language_as_first_measured():
    found = annotated(
        ["enXX", "deXX", "frXX"],
        step("raw", Language(), Length(), Measurement(None, (gate(minimum={"en": 5, "default": 0}),))),
        step("two", Language(), Length(), clean=[Cut("e")]),
    )
    assert found.column("stopped_at").to_pylist() == ["raw/gate", None, None]
    assert languages(found).to_pylist() == ["en", "de", "fr"]
    assert found.column("language@two").to_pylist() == [None, "dX", "fr"]


def test_hashes_are_of_the_signed_step_and_null_where_any_gate_stopped():
    stop = Measurement(None, (gate("end", maximum=3),))
    found = annotated(
        ["aX", "a", "X", "abcdef"],
        step("one", Length(), clean=[Cut("X")]),
        step("two", Length(), stop, clean=[Cut("b")]),
        signed_step="one",
    )
    hashes = found.column("text_hash").to_pylist()
    assert hashes[0] == hashes[1] == text_digests(pa.array(["a"]))[0].as_py()
    assert hashes[3] is None
    assert found.column("stopped_at").to_pylist()[3] == "two/end"
    assert found.column("url_hash").is_valid().to_pylist() == [True, True, True, False]


def test_without_a_signed_step_there_are_no_hashes():
    assert annotated(["a"], step("one", Length())).column("text_hash").null_count == 1


def test_tokens_are_counted_on_the_last_text_of_documents_that_no_gate_stopped():
    counter = Length("token_count")
    found = annotated(
        ["aXX", "a"],
        step("one", Length(), Measurement(None, (gate(minimum=2),)), clean=[Cut("X", "yy")]),
        tokens=counter,
    )
    assert counter.saw == ["ayyyy"]
    assert found.column("token_count").to_pylist() == [5, None]


def test_every_document_may_be_stopped_and_a_batch_be_empty():
    steps = step("raw", Length(), Measurement(None, (gate(minimum=9),)), Language()), step("two", clean=[Cut("X")])
    found = annotated(["a", "b"], *steps, signed_step="two", tokens=Length("token_count"))
    assert found.column("stopped_at").to_pylist() == ["raw/gate"] * 2
    assert found.column("language@raw").null_count == found.column("X_count@two").null_count == 2
    assert annotated([], *steps, signed_step="two").num_rows == 0


def test_a_plan_without_steps_has_the_fixed_columns():
    assert annotated(["ab"]).schema.names == [f.name for f in ANNOTATION_FIELDS]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aXYb\n ", max_size=8), max_size=12), st.lists(st.integers(0, 12), max_size=3))
def test_batch_cuts_change_nothing(texts, cuts):
    plan = Plan(
        (
            step("one", Length(), Measurement(None, (gate(minimum=2),)), clean=[Cut("X", "zz")]),
            step("two", Language(), Length(), clean=[Cut("Y"), Cut("b", "bb")]),
        ),
        signed_step="two",
        tokens=Length("token_count"),
    )
    whole = batch_of(texts)
    places = [0, *sorted(min(c, len(texts)) for c in cuts), len(texts)]
    parts = [measure(whole.slice(a, b - a), plan) for a, b in pairwise(places)]
    assert (
        pa.Table.from_batches(parts)
        .combine_chunks()
        .equals(pa.Table.from_batches([measure(whole, plan)]).combine_chunks())
    )


class Page(Length):
    reads = "page"

    def annotate(self, batch, cuts):
        raise AssertionError("the page is read at extraction")


def test_page_signals_come_along_as_columns():
    page = Page("links")
    plan = Plan((step("one", Measurement(page, (gate("linked", "links", maximum=1),)), Length()), step("two", page)))
    assert plan.page_annotators == (page,)
    found = measure(batch_of(["a", "b"], links=pa.array([3, None], pa.int64())), plan)
    assert found.column("links@one").to_pylist() == [3, None]
    assert found.column("links@two").to_pylist() == [None, None]
    assert found.column("length@one").to_pylist() == [None, 1]


class Overlapping(Cut):
    def clean(self, batch, cuts):
        bad = [{"start": s, "end": s + 2, "replacement": "", "reason": "x"} for s in (0, 1)]
        return pa.array([bad] * batch.num_rows, EDITS), {"X_count": pa.array([0] * batch.num_rows)}


def test_a_cleaner_whose_edits_overlap_is_named():
    with pytest.raises(AnnotatorError, match=r"one/cut_X raised ValueError: the edits of text 0 overlap"):
        annotated(["abcd"], step("one", clean=[Overlapping("X")]))
