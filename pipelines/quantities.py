"""Numbers as users write them: ``90%``, ``32 MiB``, a limit by language."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator

__all__ = ["Allowance", "Bytes", "Limit", "Share"]

UNITS = {
    unit: factor
    for power, letter in enumerate("KMGT", start=1)
    for unit, factor in ((f"{letter}iB", 1024**power), (f"{letter}B", 1000**power))
} | {"": 1, "B": 1}


def share(value: object) -> float:
    """``90%`` and ``0.9`` alike: 0.9.

    Raises:
        ValueError: neither a finite number nor a percentage.
    """
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*%\s*", value)):
        return float(Decimal(match[1]) / 100)  # in decimal, so that 67.3% is 0.673
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is neither a number nor a percentage such as 90%")
    return float(value)


def size_bytes(value: object) -> int:
    """``32 MiB`` and ``33554432`` alike: 33554432.

    Raises:
        ValueError: not a size.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", value) if isinstance(value, str) else None
    if match is None or match[2] not in UNITS:
        raise ValueError(f"{value!r} is not a number of bytes; write for example 32 MiB, with {', '.join(UNITS)[:-5]}")
    return int(Decimal(match[1]) * UNITS[match[2]])


def limit(value: object) -> float | dict[str, float]:
    """One number (or percentage), or one by language.

    Raises:
        ValueError: neither.
    """
    if not isinstance(value, Mapping):
        return share(value)
    if not value:
        raise ValueError("a limit by language names at least one language, or default")
    return {str(language): share(item) for language, item in value.items()}


def allowance(value: object) -> int | float:
    """A count (``3``) or a share of all (``1%``, ``0.01``).

    Raises:
        ValueError: neither, or out of bounds.
    """
    number = value if isinstance(value, int) and not isinstance(value, bool) else share(value)
    if number < 0 or (isinstance(number, float) and number > 1):
        raise ValueError(f"{value!r} is neither a count (0, 1, ...) nor a share of at most 100%")
    return number


_NUMBER = float | Annotated[str, Field(pattern=r"^\s*-?\d+(\.\d+)?\s*%\s*$", examples=["90%"])]

Share: TypeAlias = Annotated[float, BeforeValidator(share, json_schema_input_type=_NUMBER)]
Bytes: TypeAlias = Annotated[
    int,
    BeforeValidator(
        size_bytes, json_schema_input_type=int | Annotated[str, Field(pattern=r"^\s*\d", examples=["32 MiB"])]
    ),
    Field(gt=0),
]
Limit: TypeAlias = Annotated[
    float | dict[str, float], PlainValidator(limit, json_schema_input_type=_NUMBER | dict[str, _NUMBER])
]
Allowance: TypeAlias = Annotated[int | float, PlainValidator(allowance, json_schema_input_type=int | _NUMBER)]
