import importlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import derived_cuts
from filters.batch_progress import Progress
from filters.cuts import CHUNKWISE, Cuts
from filters.derived_cuts import Change
from filters.edits import edited
from filters.signals import EDITS
from pipelines.catalogue import CLEANERS

SPACES = [" ", "\n", "\r\n", "\t", "\u2028", "\u00a0", "\u3000", "\x85"]
PIECES = [
    *SPACES,
    "don't",
    "well-known,",
    "a",
    "é",
    "本",
    "Mr.",
    "'s",
    "\u0301",
    "$",
    "terms of use.",
    "[1]",
    "http://a.b",
]
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), max_size=4)


def assert_same_words(cuts, fresh):
    for way in CHUNKWISE:
        for one, other in zip(cuts.words_by(way).pieces, fresh.words_by(way).pieces, strict=True):
            assert one.tolist() == other.tolist()


def changed(texts, edits):
    """The cuts after edits of texts that were cut before, in a batch that is a slice."""
    array = pa.array(["x y", *texts], pa.string()).slice(1)
    old = Cuts(array)
    for way in CHUNKWISE:
        old.words_by(way)
    made = edited(array, pa.array(edits, EDITS))
    return Cuts(made.texts, (old, Change(np.arange(len(array)), *made[1:])))


@st.composite
def edited_texts(draw):
    texts, edits = draw(TEXTS), []
    for text in texts:
        places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
        added = st.sampled_from(["", "", "", " ", "\n", "\u2028", "a", "-", " 's "])
        edits.append(
            [
                {"start": a, "end": b, "replacement": draw(added), "reason": ""}
                for a, b in zip(places[::2], places[1::2], strict=False)
            ]
        )
    return texts, edits


@given(edited_texts())
@settings(max_examples=400, deadline=None)
def test_words_carried_over_are_those_cut_anew(drawn):
    cuts = changed(*drawn)
    assert_same_words(cuts, Cuts(cuts.texts))


@pytest.mark.parametrize(
    ("text", "start", "end", "replacement", "anew"),
    [
        ("a b\nc d\ne", 4, 8, "", False),  # a whole line with what is behind it
        ("a b\nc d\ne", 3, 7, "", False),  # and with what is before it
        ("a  b", 1, 2, "", False),  # white space with white space behind it
        ("a b", 1, 2, "\n", False),  # white space for white space
        ("ab", 2, 2, "\n", False),  # white space at the end
        ("a b", 1, 2, "", True),  # two words become one
        ("ab", 1, 1, " ", True),  # one becomes two
        ("a bc", 2, 3, "", True),  # a word loses its beginning
        ("a b", 0, 1, "c", True),  # a word is put in
        ("a[1] b", 1, 4, "", True),  # a word loses its end
    ],
)
def test_a_text_is_cut_anew_only_where_an_edit_changed_a_chunk(text, start, end, replacement, anew, monkeypatch):
    found = []
    rows_to_cut = derived_cuts.rows_to_cut
    monkeypatch.setattr(derived_cuts, "rows_to_cut", lambda *a: found.append(rows_to_cut(*a)) or found[-1])
    cuts = changed(["z", text], [[], [{"start": start, "end": end, "replacement": replacement, "reason": ""}]])
    assert_same_words(cuts, Cuts(cuts.texts))
    assert [rows.tolist() for rows in found] == [[False, anew]] * 2


@pytest.mark.parametrize("path", [path for path in CLEANERS.values() if path.startswith("filters.")])
@given(texts=TEXTS)
@settings(max_examples=25, deadline=None)
def test_words_after_every_cleaner_are_those_of_its_text(path, texts):
    batch = pa.record_batch({"row": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts, pa.string())})
    progress = Progress(batch, {})
    for way in CHUNKWISE:
        progress.cuts.words_by(way)
    module, _, name = path.partition(":")
    progress.clean(name, "step", getattr(importlib.import_module(module), name)())
    assert_same_words(progress.cuts, Cuts(progress.texts))


def test_words_of_texts_that_a_gate_let_through_are_carried_over():
    texts = pa.array(["a b", "c's d", "e", ""])
    old = Cuts(texts)
    old.words_by("spacy")
    nothing = pa.array([], pa.int64()).to_numpy()
    change = Change(pa.array([1, 3]).to_numpy(), pa.array([0, 0, 0]).to_numpy(), nothing, nothing)
    cuts = Cuts(texts.take([1, 3]), (old, change))
    assert cuts.has_words("spacy")
    assert not cuts.has_words("whitespace")
    assert_same_words(cuts, Cuts(cuts.texts))


@given(TEXTS.filter(len), st.data())
@settings(max_examples=50)
def test_values_by_text_are_what_a_fresh_start_gives_after_any_edits(texts, data):
    def lengths(part):
        assert not part.null_count
        return pa.array([[len(text)] for text in part.to_pylist()], pa.list_(pa.int64()))

    cuts = Cuts(pa.array(texts, pa.string()))
    for _ in range(3):
        if data.draw(st.booleans()):
            assert cuts.by_text("length", lengths).to_pylist() == [[len(t)] for t in cuts.texts.to_pylist()]
        edits = [
            [{"start": 0, "end": 1, "replacement": "xy", "reason": "r"}] if text and data.draw(st.booleans()) else []
            for text in cuts.texts.to_pylist()
        ]
        made = edited(cuts.texts, pa.array(edits, EDITS))
        if made.texts is not cuts.texts:
            cuts = Cuts(made.texts, (cuts, Change(np.arange(len(edits)), *made[1:])))
    assert cuts.by_text("length", lengths).to_pylist() == [[len(t)] for t in cuts.texts.to_pylist()]
