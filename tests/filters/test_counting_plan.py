import numpy as np
import pyarrow as pa
import pytest
from letters import Cut, Language, Length, gate, signal, step

from filters.contract import batch_of
from filters.counted import Counts, own_texts
from filters.counting_plan import counts_of, rounds_of, turns_before, with_counts
from filters.measuring import count_pieces, measure, pieces_schema
from filters.plan import Measurement, Plan, StepPlan
from filters.policy import Rule
from filters.signals import EDITS


class Words:
    """Counts the words of each text in some rounds, and remembers the texts that it saw."""

    reads = "text"

    def __init__(self, name="words", rounds=1, documents=2):
        self.name, self.rounds, self.documents = name, rounds, documents
        self.signals, self.fingerprint, self.known = (signal(name),), f"{name}/{rounds}", ()
        self.saw = []

    def counted(self, counts):
        made = type(self)(self.name, self.rounds, self.documents)
        made.known, made.saw = tuple(counts), self.saw
        return made

    def pieces(self, batch, cuts):
        self.saw.append((len(self.known), batch.column("text").to_pylist()))
        rows = [sorted({len(word) for word in text.split()}) for text in batch.column("text").to_pylist()]
        return pa.array(rows, pa.list_(pa.uint64()))

    def annotate(self, batch, cuts):
        return {self.name: pa.array([len(self.known)] * len(batch), pa.int64())}


class Cleaning:
    """A counted cleaner without `annotate`."""

    rounds, documents = 1, 2

    def __init__(self, name="lines"):
        self.name, self.signals, self.fingerprint, self.known = name, (signal(f"{name}_cut"),), name, ()

    def counted(self, counts):
        made = Cleaning(self.name)
        made.known = tuple(counts)
        return made

    def pieces(self, batch, cuts):
        return pa.array([[len(text)] for text in batch.column("text").to_pylist()], pa.list_(pa.uint64()))

    def clean(self, batch, cuts):
        return pa.array([[]] * len(batch), EDITS), {f"{self.name}_cut": pa.array([len(self.known)] * len(batch))}


def cleaning(name, *cleaners, measurements=()):
    made = tuple(m if isinstance(m, Measurement) else Measurement(m) for m in measurements)
    return StepPlan(name, tuple((c.name if hasattr(c, "name") else "cut", c) for c in cleaners), made)


def told(plan):
    return [(count.number, count.round, count.name) for count in counts_of(plan)]


def test_nothing_is_counted_where_nobody_asks():
    plan = Plan((step("one", Length(), clean=[Cut("X")]),))
    assert (told(plan), rounds_of(plan)) == ([], 0)


def test_what_stands_behind_a_counted_cleaner_is_counted_a_round_later():
    plan = Plan((cleaning("raw", Cleaning(), measurements=[Words()]), cleaning("last", Cleaning("again"))))
    assert told(plan) == [(0, 0, "raw/lines"), (1, 1, "raw/words"), (2, 1, "last/again")]
    assert rounds_of(plan) == 2


def test_annotators_that_stand_side_by_side_share_rounds():
    plan = Plan((step("raw", Words("a", 2), Words("b")), step("last", Words("c", 2))))
    assert told(plan) == [(0, 0, "raw/a"), (1, 1, "raw/a"), (2, 0, "raw/b"), (3, 0, "last/c"), (4, 1, "last/c")]
    assert rounds_of(plan) == 2


def test_an_annotator_that_a_gate_judges_is_counted_to_its_end_before_what_follows():
    plan = Plan((step("raw", Words("a", 2), Measurement(None, (gate(of="a", minimum=1),)), Words("b")),))
    assert told(plan) == [(0, 0, "raw/a"), (1, 1, "raw/a"), (2, 2, "raw/b")]


def test_a_pass_that_counts_measures_nothing_but_what_gates_need():
    by_language = Rule("speaks", "length", gate=True, minimum={"aa": 1, "default": 2})
    plan = Plan(
        (
            step("one", Language(), Length("other"), clean=[Cut("X")]),
            step("two", Length(), Measurement(None, (by_language,)), Length("unjudged"), Words(), Length("behind")),
            step("three", Length(), clean=[Cut("Y")]),
        )
    )
    names = [(turn.step, turn.source and turn.source.fingerprint) for turn in turns_before(plan, 0)]
    assert names == [
        ("one", "cut/X"),
        ("one", "language/1"),
        ("two", "length/length"),
        ("two", None),
        ("two", "words/1"),
    ]
    without = Plan((step("one", Language()), step("two", Words())))
    assert [turn.step for turn in turns_before(without, 0)] == ["two"]


def test_pieces_are_those_of_the_text_at_its_place_and_of_documents_that_no_gate_stopped():
    words = Words()
    plan = Plan((step("one", Length(), Measurement(None, (gate(minimum=4),)), clean=[Cut("X")]), step("two", words)))
    batch = batch_of(["Xa bb", "XXXXXXXXX", "ccc Xccc d"])
    given = count_pieces(batch, plan, 0)
    assert given.schema == pieces_schema(plan, 0)
    assert words.saw == [(0, ["a bb", "ccc ccc d"])]
    assert given.column("pieces0").to_pylist() == [[1, 2], None, [1, 3]]
    names = own_texts(pa.array(["a bb", "ccc ccc d"])).tolist()
    assert given.column("text0").to_pylist() == [names[0], None, names[1]]


def test_each_round_knows_the_counts_before_it_and_measuring_knows_all():
    words = Words(rounds=2)
    plan = Plan((cleaning("one", Cleaning()), step("two", words)))
    batch = batch_of(["a bb"])
    for round_, known in ((1, 0), (2, 1)):
        bound = with_counts(plan, {number: Counts() for number in range(round_)})
        assert [c.round for c in counts_of(bound)] == [0, 1, 2]
        count_pieces(batch, bound, round_)
        assert words.saw[-1][0] == known
    found = measure(batch, with_counts(plan, {number: Counts() for number in range(3)}))
    assert (found.column("lines_cut@one").to_pylist(), found.column("words@two").to_pylist()) == ([1], [2])


def test_counts_change_neither_the_fingerprint_nor_the_record():
    plan = Plan((cleaning("one", Cleaning()), step("two", Words())))
    bound = with_counts(plan, {0: Counts(), 1: Counts()})
    assert (bound.fingerprint, bound.record()) == (plan.fingerprint, plan.record())


@pytest.mark.parametrize("values", [[], [3], [3, 7]])
def test_hashes_are_found_among_counts(values):
    counts = Counts(np.array(values, np.uint64))
    asked = np.array([0, 3, 5, 7, 9], np.uint64)
    assert counts.find(asked).tolist() == [values.index(v) if v in values else -1 for v in asked.tolist()]
