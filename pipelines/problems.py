"""What is wrong with a configuration, each problem with its file and line, all of them at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from filters.errors import ConfigurationError
from pipelines.names import unknown
from pipelines.yaml_source import Node, Origin, Place, at, nearest_node

__all__ = ["Located", "Problem", "configuration_error", "from_pydantic", "located", "without", "written"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place of a configuration.

    Attributes:
        place: the value, or the missing key.
        message: what is wrong, with the value and what is allowed.
        absence: it is about something that is not there, and so may follow from another problem of its section.
    """

    place: Place
    message: str
    absence: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """A problem with the words for its place."""

    origin: Origin
    place: str
    message: str

    def order(self) -> tuple[str, int, str, str]:
        """By file and line."""
        return self.origin.name, self.origin.line or 0, self.place, self.message


def located(problem: Problem, tree: Node) -> Located:
    """The problem with file, line and the names of its steps."""
    return Located(nearest_node(tree, problem.place).origin, written(tree, problem.place), problem.message)


def configuration_error(problems: Iterable["Located"]) -> ConfigurationError:
    """One error that names every problem, in the order of the files."""
    lines = [f"{p.origin}: {p.place}: {p.message}" for p in sorted(set(problems), key=Located.order)]
    if len(lines) == 1:
        return ConfigurationError(lines[0])
    return ConfigurationError(f"{len(lines)} problems in the configuration:\n" + "\n".join(f"  {x}" for x in lines))


def from_pydantic(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """The problems that pydantic found in the values of a model."""
    return [_problem(details, model) for details in error.errors(include_url=False)]


def without(tree: Node, problems: Iterable[Problem]) -> Node:
    """The tree less what the problems are about, so that the rest of it can be checked as well."""
    places = {p.place if at(tree, p.place) is not None else p.place[:-1] for p in problems}
    for place in sorted(places, key=lambda place: [(isinstance(p, str), p) for p in place], reverse=True):
        tree = _removed(tree, place)
    return tree


def _removed(node: Node, place: Place) -> Node:
    if not place:
        return Node({}, node.origin)
    first, rest = place[0], place[1:]
    if isinstance(node.value, dict) and isinstance(first, str) and first in node.value:
        if rest and isinstance(node.value[first].value, dict | list):
            return Node({**node.value, first: _removed(node.value[first], rest)}, node.origin)
        return Node({key: item for key, item in node.value.items() if key != first}, node.origin)
    if isinstance(node.value, list) and isinstance(first, int) and first < len(node.value):
        kept = [_removed(node.value[first], rest)] if rest else []
        return Node([*node.value[:first], *kept, *node.value[first + 1 :]], node.origin)
    return Node({}, node.origin)


def _problem(details: ErrorDetails, model: type[BaseModel]) -> Problem:
    place = tuple(details["loc"])
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        section = _kind_at(model, place[:-1])
        fields = section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else ()
        return Problem(place, unknown("key", str(place[-1]), fields))
    if kind == "missing":
        return Problem(place, f"the key {str(place[-1])!r} is missing", absence=True)
    if value is None and place:
        return Problem(place, "no value; null removes what an extended preset has under this key, and none has it")
    message = details["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", details["ctx"]["expected"])
        return Problem(place, unknown("value", str(value), choices))
    shown = "" if kind == "value_error" else f"{_short(value)}: "
    return Problem(place, f"{shown}{message[:1].lower()}{message[1:]}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _kind_at(model: type[BaseModel], place: Place) -> object:
    """The type of the value at a place of a model."""
    kind: object = model
    for part in place:
        kind = model.model_fields[str(part)].annotation if kind is model else _inner(kind)
        kind = (
            next((a for a in get_args(kind) if isinstance(a, type) and a is not NoneType), kind)
            if _optional(kind)
            else kind
        )
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            model = kind
    return kind


def _optional(kind: object) -> bool:
    return NoneType in get_args(kind)


def _inner(kind: object) -> object:
    """What a mapping or a tuple holds."""
    args = get_args(kind)
    return (args[1] if get_origin(kind) is dict else args[0]) if args else kind


def written(tree: Node, place: Place) -> str:
    """A place as users write it, steps by their names: ``steps.raw.rules.words.minimum``."""
    parts = []
    for depth, part in enumerate(place):
        name = at(tree, (*place[: depth + 1], "name")) if isinstance(part, int) else None
        parts.append(str(part if name is None else name.value))
    return ".".join(parts)
