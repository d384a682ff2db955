"""Texts that people have labelled, as one table: what the cells of a file mean."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from classifiers.judge_files import LABEL
from classifiers.labelled_files import Columns, read_columns
from filters.errors import ConfigurationError, InputError

__all__ = ["CLUSTER", "GROUP", "TEXT", "WORDS", "LabelColumn", "NamedColumns", "read_labelled"]

TEXT, GROUP, CLUSTER, WORDS = "text", "group", "cluster", "words"
RESERVED = (TEXT, GROUP, CLUSTER, WORDS, "weight")
"""Columns of tables of labelled texts that are no labels."""
_SAID = {"true": 1.0, "false": 0.0}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """Where a label stands.

    Attributes:
        column: its name in the file.
        value: the value that means that the label holds, while any other means that it does not; None: the column
            has true or false, or a number from 0 to 1 (the share of the judges who said so).
    """

    column: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """Which columns of a file hold what.

    Attributes:
        labels: by the name of the label.
        text: the text.
        group: a name, or a list of names; figures are given for each.
        cluster: what rows have in common that resemble each other, such as a template or a site.
        words: a list of the code points of the text that are marked, empty where none is; as JSON in a CSV.

    Raises:
        ConfigurationError: no label, or one with a name that means something else.
    """

    labels: Mapping[str, LabelColumn]
    text: str = "text"
    group: str | None = None
    cluster: str | None = None
    words: str | None = None

    def __post_init__(self) -> None:
        if not self.labels:
            raise ConfigurationError("no label is named; name at least one, for example quality: good")
        for label in self.labels:
            if label in RESERVED:
                raise ConfigurationError(f"no label can be called {label!r}; it stands for something else")
            if not re.fullmatch(LABEL, label):
                raise ConfigurationError(
                    f"no label can be called {label!r}: it names a column, a signal and a file; write a letter, then "
                    "letters of ASCII, digits and _, as identity_attack"
                )

    @property
    def all(self) -> list[str]:
        """The names in the file, in no order."""
        others = [name for name in (self.group, self.cluster, self.words) if name is not None]
        return [self.text, *others, *(place.column for place in self.labels.values())]


def read_labelled(paths: Sequence[Path], named: NamedColumns) -> pa.Table:
    """The rows of all files, in order.

    Returns:
        Columns ``text``; one float64 a label, from 0 to 1, null where the file has no value (null, NaN, or an empty
        cell of a CSV); ``group``, ``cluster`` and ``words`` where they are named.

    Raises:
        InputError: a file cannot be read, lacks a column, or holds a value that is none; the message names file,
            row (from 1, without a CSV's heading) and value.
        ConfigurationError: a label asks for a value that no row has.
    """
    read = [read_columns(path, named.all) for path in paths]
    tables = [_table(path, columns, named) for path, columns in zip(paths, read, strict=True)]
    for label, place in named.labels.items():
        if place.value is not None and not any(1.0 in table[label].unique().to_pylist() for table in tables):
            _refuse_value(label, place, [columns[place.column] for columns in read], paths)
    if named.group is not None and len({table.schema.field(GROUP).type for table in tables}) > 1:
        raise InputError(f"column {named.group!r} has names in one file and lists of names in another; use one form")
    return pa.concat_tables(tables)


def _table(path: Path, columns: Columns, named: NamedColumns) -> pa.Table:
    def each(column: str, meaning: Callable[[Any], Any], wanted: str) -> list[Any]:
        values = []
        for row, value in enumerate(columns[column], 1):
            try:
                values.append(meaning(value))
            except (TypeError, ValueError, OverflowError, RecursionError):
                where = f"labelled texts {str(path)!r}, row {row}: column {column!r} holds {_short(value)}"
                raise InputError(f"{where}; {wanted}") from None
        return values

    made = {
        TEXT: pa.array(
            each(named.text, _text, "a text of whole characters is wanted: leave out rows that have none"),
            pa.large_string(),
        )
    }
    for label, place in named.labels.items():
        if place.value is not None:
            values = each(place.column, partial(_is, place.value), "a text, a number or nothing is wanted")
        else:
            values = each(place.column, _truth, "true, false, a number from 0 to 1 or nothing is wanted, or the value "
                          f"that counts must be named, for example {label}={place.column}:VALUE")  # fmt: skip
        made[label] = pa.array(values, pa.float64())
    if named.group is not None:
        names = each(named.group, _names, "a name, a list of names or nothing is wanted")
        listed = any(isinstance(value, list) for value in columns[named.group])
        single = pa.array([name[0] if name else None for name in names], pa.string())
        made[GROUP] = pa.array(names, pa.list_(pa.string())) if listed else single
    if named.cluster is not None:
        made[CLUSTER] = pa.array(each(named.cluster, _name, "a name or nothing is wanted"), pa.string())
    if named.words is not None:
        marks = each(named.words, _marks, "a list of code points of the text, from 0 on, or nothing is wanted")
        _check_marks(path, named.words, marks, made[TEXT].to_pylist())
        made[WORDS] = pa.array(marks, pa.list_(pa.int64()))
    return pa.table(made)


def _refuse_value(label: str, place: LabelColumn, parts: list[list[Any]], paths: Sequence[Path]) -> NoReturn:
    held = {_said(value) for values in parts for value in values if not _missing(value)}
    shown = ", ".join(map(repr, sorted(held)[:_SHOWN])) or "nothing"
    files = ", ".join(repr(str(path)) for path in paths)
    raise ConfigurationError(
        f"label {label!r}: no row of {files} has the value {place.value!r} in column {place.column!r}; "
        f"it has {shown}{' and others' if len(held) > _SHOWN else ''}"
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return _whole(value)


def _truth(value: object) -> float | None:
    if _missing(value):
        return None
    if not isinstance(value, bool | int | float | str):
        raise TypeError
    number = _SAID.get(value.strip().lower()) if isinstance(value, str) else value
    number = float(value if number is None else number)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _is(wanted: str, value: object) -> float | None:
    return None if _missing(value) else float(_said(value) == wanted)


def _names(value: object) -> list[str]:
    return [_said(item) for item in (value if isinstance(value, list) else [value]) if not _missing(item)]


def _marks(value: object) -> list[int] | None:
    """The code points that are marked; None where nobody judged the words of the text."""
    if _missing(value):
        return None
    places = json.loads(value) if isinstance(value, str) else value
    if not isinstance(places, list) or any(type(place) is not int or place < 0 for place in places):
        raise ValueError
    return sorted(set(places))


def _check_marks(path: Path, column: str, marks: Sequence[list[int] | None], texts: Sequence[str]) -> None:
    for row, (places, text) in enumerate(zip(marks, texts, strict=True), 1):
        if places and places[-1] >= len(text):
            raise InputError(
                f"labelled texts {str(path)!r}, row {row}: column {column!r} marks code point {places[-1]} of a text "
                f"of {len(text)}; count from 0, in code points, not bytes"
            )


def _name(value: object) -> str | None:
    return None if _missing(value) else _said(value)


def _said(value: object) -> str:
    """A cell as a name: a text, or a whole number or truth value as JSON writes it."""
    if not isinstance(value, str | bool | int | float):
        raise TypeError
    return str(value).lower() if isinstance(value, bool) else _whole(str(value))


def _whole(value: str) -> str:
    """The text, if it has no half of a surrogate pair, as JSON may have and UTF-8 has not."""
    value.encode()
    return value


def _missing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
