import numpy as np
import pyarrow as pa
import pytest

from filters.contract import batch_of, check_annotator, check_cleaner
from filters.documents import SCHEMA
from filters.gopher_quality import GopherQuality
from filters.gopher_repetition import GopherRepetition
from filters.signals import EDITS, SPANS, Signal


@pytest.mark.parametrize("annotator", [GopherQuality(), GopherRepetition()], ids=lambda a: type(a).__name__)
def test_an_annotator_keeps_the_contract(annotator):
    check_annotator(annotator)


def test_a_batch_of_texts_has_the_columns_of_a_document():
    batch = batch_of(["a", "b"], url=["http://a/", None])
    assert batch.schema.equals(SCHEMA)
    assert batch["url"].to_pylist() == ["http://a/", None]
    batch.validate(full=True)


class Measures:
    """An annotator of one signal, made of a function on the list of texts."""

    reads = "text"
    fingerprint = "1"

    def __init__(self, values, type=pa.float64(), unit="fraction"):  # noqa: B008
        self.signals = [Signal("it", type, unit, "f", "s")]
        self.values = values

    def annotate(self, batch, cuts):
        return {"it": pa.array(self.values(batch["text"].to_pylist()), self.signals[0].type)}


def span(start, end):
    return {"start": start, "end": end, "label": "x", "score": 1.0, "unit": "word"}


class ReadsTheParent(Measures):
    """Reads the buffers of its texts and forgets that those of a slice begin further on."""

    def __init__(self):
        super().__init__(None)

    def annotate(self, batch, cuts):
        bounds = np.frombuffer(batch["text"].buffers()[1], np.int32)[: len(batch) + 1]
        return {"it": pa.array(np.diff(bounds) % 2 / 2)}


class SpoilsTheCuts(Measures):
    """Leaves its mark on the words that the next annotator reads."""

    def __init__(self):
        super().__init__(None)

    def annotate(self, batch, cuts):
        words = cuts.words.rows.copy()
        cuts.words.rows[:] = 0
        return {"it": pa.array(np.minimum(1, np.diff(words)) / 1)}


@pytest.mark.parametrize(
    ("annotator", "complaint"),
    [
        (Measures(lambda texts: [float(len(t)) for t in texts]), "it is .*, a fraction is from 0 to 1"),
        (Measures(lambda texts: [float("nan")] * len(texts)), "it is nan; what is not defined is null"),
        (Measures(lambda texts: [0.5]), "it depends on the batch|it has 1 values"),
        (Measures(lambda texts: [1 / max(1, len(texts))] * len(texts)), "it depends on the batch"),
        (Measures(lambda texts: [[span(0, len(t) + 1)] for t in texts], SPANS), r"it of text 0: 0 to 1 of 0 char"),
        (Measures(lambda texts: [[span(0, 0), span(-1, 0)] for t in texts], SPANS), "it of text 0 are not sorted"),
        (Measures(lambda texts: [[span(0, 0) | {"score": float("nan")}] for _ in texts], SPANS), "a score of nan"),
        (Measures(lambda texts: [k % 2 for k, _ in enumerate(texts)]), "it depends on the batch"),
        (ReadsTheParent(), "differs when the batch is cut"),
        (SpoilsTheCuts(), "differs when the batch is measured again with the same cuts"),
        (Measures(lambda texts: [1] * len(texts), pa.int32()), "it is int32; allowed are double"),
        (object(), "lacks signals"),
    ],
)
def test_a_broken_annotator_is_found_out(annotator, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_annotator(annotator, ["", "a", "b c"])


class Cleans:
    """A cleaner that makes the same edits of every text."""

    signals = ()
    fingerprint = "1"

    def __init__(self, *bounds, reason="r"):
        self.edits = [{"start": a, "end": b, "replacement": "", "reason": reason} for a, b in bounds]

    def clean(self, batch, cuts):
        return pa.array([self.edits] * len(batch), EDITS), {}


def test_a_cleaner_whose_edits_are_in_order_passes():
    check_cleaner(Cleans((0, 1), (1, 2)), ["abc", "é本🥇"])


@pytest.mark.parametrize(
    ("cleaner", "complaint"),
    [
        (Cleans((0, 2), (1, 3)), "edits of text 0 overlap at 1"),
        (Cleans((0, 4)), "edits of text 0: 0 to 4 of 3 characters"),
        (Cleans((1, 2), (0, 1)), "edits of text 0 are not sorted"),
        (Cleans((0, 1), reason=""), "an edit has no reason"),
    ],
)
def test_a_broken_cleaner_is_found_out(cleaner, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_cleaner(cleaner, ["abc", "é本🥇"])
