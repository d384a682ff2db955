"""Annotators and cleaners that count and cut letters, and steps of them."""

import pyarrow as pa

from filters.plan import Measurement, StepPlan
from filters.policy import Rule
from filters.signals import EDITS, Signal


def signal(name, kind=None, **more):
    return Signal(name, kind or pa.int64(), "characters", "as the test says", "this test", **more)


class Length:
    """Characters of the text; remembers every text it saw."""

    reads = "text"

    def __init__(self, name="length"):
        self.signals, self.fingerprint, self.saw = (signal(name, low="short"),), f"length/{name}", []
        self.name = name

    def annotate(self, batch, cuts):
        texts = batch.column("text").to_pylist()
        assert cuts.texts.to_pylist() == texts
        self.saw += texts
        return {self.name: pa.array([len(t) for t in texts], pa.int64())}


class Language:
    """The first two letters."""

    reads = "text"
    signals = (signal("language", pa.string()),)
    fingerprint = "language/1"

    def annotate(self, batch, cuts):
        return {"language": pa.array([t[:2] or None for t in batch.column("text").to_pylist()], pa.string())}


class Cut:
    """Replaces one letter wherever it stands, and counts it."""

    def __init__(self, letter, replacement=""):
        self.letter, self.replacement = letter, replacement
        self.signals, self.fingerprint = (signal(f"{letter}_count"),), f"cut/{letter}"

    def clean(self, batch, cuts):
        texts = batch.column("text").to_pylist()
        assert cuts.texts.to_pylist() == texts
        edits = [
            [
                {"start": p, "end": p + 1, "replacement": self.replacement, "reason": self.letter}
                for p, letter in enumerate(text)
                if letter == self.letter
            ]
            for text in texts
        ]
        counts = pa.array([len(row) for row in edits], pa.int64())
        return pa.array(edits, EDITS), {f"{self.letter}_count": counts}


def gate(name="gate", of="length", **keys):
    return Rule(name, of, gate=True, **keys)


def step(name, *measurements, clean=()):
    cleaners = tuple((f"cut_{c.letter}", c) for c in clean)
    made = tuple(m if isinstance(m, Measurement) else Measurement(m) for m in measurements)
    return StepPlan(name, cleaners, made)
