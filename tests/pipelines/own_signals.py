"""Annotators and cleaners of a user's own, as the tests of the configuration name them by path."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from filters.signals import EDITS, SPANS, Signal


class Lengths:
    """A number, a text and spans."""

    reads = "text"

    def __init__(self, longest: int = 10, words: Path | None = None, kinds: Sequence[str] = ("short", "long")) -> None:
        self.longest, self.words, self.kinds = longest, words, kinds
        self.fingerprint = f"lengths/1/{longest}"
        self.signals = (
            Signal("text_length", pa.int64(), "characters", "characters", "this test", low="too_short"),
            Signal("text_kind", pa.string(), "kind", "short or long", "this test"),
            Signal("shouts", SPANS, "spans", "words in capitals", "this test", floor=0.25),
        )

    def annotate(self, batch, cuts):
        raise AssertionError("a configuration measures nothing")


class Trim:
    """Changes nothing, and says so."""

    signals = (Signal("trimmed_fraction", pa.float64(), "fraction", "share removed", "this test"),)

    def __init__(self, side: str = "both") -> None:
        self.side = side
        self.fingerprint = f"trim/1/{side}"

    def clean(self, batch, cuts):
        return pa.array([[]] * batch.num_rows, EDITS), {"trimmed_fraction": pa.nulls(batch.num_rows, pa.float64())}


class Broken:
    """Cannot be made."""

    def __init__(self) -> None:
        raise OSError("no model today")


class Nothing:
    """Is neither annotator nor cleaner."""


class Unreadable:
    """Has a parameter of a type that does not exist."""

    def __init__(self, a: "NoSuchType" = 1) -> None:  # noqa: F821
        pass
