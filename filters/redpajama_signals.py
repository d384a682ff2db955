"""Where the signals of RedPajama v2 are defined, for all of its annotators."""

import unicodedata

import pyarrow as pa

from filters.signals import Signal

__all__ = ["VERSION", "fraction", "number"]

VERSION = f"2, Unicode {unicodedata.unidata_version}"
_FLOAT = pa.float64()
_SOURCE = "togethercomputer/RedPajama-Data, app/src/core/quality_signals/{} (revision 855a8e0), not rounded"


def number(
    name: str,
    unit: str,
    formula: str,
    file: str,
    low: str | None = None,
    high: str | None = None,
    type: pa.DataType = _FLOAT,
) -> Signal:
    """A signal of the source's own name, defined in a file of it."""
    return Signal(name, type, unit, formula, _SOURCE.format(file), low, high)


def fraction(name: str, formula: str, file: str, low: str | None = None, high: str | None = None) -> Signal:
    """One from 0 to 1."""
    return number(name, "fraction", formula, file, low, high)
