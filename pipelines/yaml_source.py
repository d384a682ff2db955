"""YAML 1.2 read into a tree in which every value knows its file and line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from filters.errors import ConfigurationError

__all__ = ["Node", "Origin", "Place", "at", "nearest_node", "node_of", "plain", "read_yaml", "walk"]

Place: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead from the root of a configuration to a value."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written.

    Attributes:
        name: the file as the user named it, ``preset gopher``, or the option (``--set``).
        line: from 1; None for what stands in no file.
        folder: what a relative path written there is relative to; empty for the working directory.
    """

    name: str
    line: int | None = None
    folder: str = ""

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a configuration: a mapping or list of nodes, or a scalar."""

    value: dict[str, "Node"] | list["Node"] | str | int | float | bool | None
    origin: Origin


def read_yaml(path: Path, name: str) -> Node:
    """The tree of a YAML file; an empty file is an empty mapping.

    Args:
        path: the file.
        name: what messages call it.

    Raises:
        ConfigurationError: it cannot be read, is not YAML, or holds a key twice or a key that is not text.
    """
    try:
        data = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        # The library's own hints on duplicate keys run over several lines: the first says it.
        raise ConfigurationError(f"{name}{line}: not valid YAML: {error.problem or error.context}") from error
    except YAMLError as error:
        raise ConfigurationError(f"{name}: not valid YAML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name}: cannot be read as UTF-8 text: {error}") from error
    start = Origin(name, 1, str(path.parent))
    root = _node(CommentedMap() if data is None else data, start)
    if not isinstance(root.value, dict):
        raise ConfigurationError(f"{name}:1: a configuration is a mapping of keys such as inputs, output, steps")
    return root


def node_of(value: object, origin: Origin) -> Node:
    """A tree of plain values, all written at one place."""
    if isinstance(value, Mapping):
        return Node({str(key): node_of(item, origin) for key, item in value.items()}, origin)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Node([node_of(item, origin) for item in value], origin)
    return Node(_scalar(value, origin), origin)


def plain(node: Node) -> JsonValue:
    """The values of a tree without their origins."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def at(node: Node, place: Place) -> Node | None:
    """The node at a place, None where there is none."""
    for part in place:
        below = _below(node, part)
        if below is None:
            return None
        node = below
    return node


def _below(node: Node, part: str | int) -> Node | None:
    if isinstance(node.value, dict) and isinstance(part, str):
        return node.value.get(part)
    if isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


def nearest_node(node: Node, place: Place) -> Node:
    """The node at a place, or else the closest above it."""
    while (found := at(node, place)) is None:
        place = place[:-1]
    return found


def walk(node: Node, place: Place = ()) -> Iterator[tuple[Place, Node]]:
    """Every scalar and empty collection of a tree, with its place."""
    if isinstance(node.value, dict) and node.value:
        for key, item in node.value.items():
            yield from walk(item, (*place, key))
    elif isinstance(node.value, list) and node.value:
        for position, item in enumerate(node.value):
            yield from walk(item, (*place, position))
    else:
        yield place, node


def _node(data: object, origin: Origin) -> Node:
    if isinstance(data, CommentedMap):
        return Node({_key(k, origin): _node(data[k], _line(data, k, origin)) for k in data}, origin)
    if isinstance(data, CommentedSeq):
        return Node([_node(v, _line(data, i, origin)) for i, v in enumerate(data)], origin)
    return Node(_scalar(data, origin), origin)


def _line(data: CommentedMap | CommentedSeq, key: object, origin: Origin) -> Origin:
    place = (data.lc.data or {}).get(key)  # absent for keys that a merge key (<<) brought
    return origin if place is None else Origin(origin.name, place[0] + 1, origin.folder)


def _key(key: object, origin: Origin) -> str:
    if not isinstance(key, str):
        raise ConfigurationError(f"{origin}: the key {key!r} is not text; write it in quotes")
    return str(key)


def _scalar(data: object, origin: Origin) -> str | int | float | bool | None:
    if data is None or isinstance(data, bool):
        return data
    for kind in (int, float, str):  # the reader's own subclasses carry formatting
        if isinstance(data, kind):
            return kind(data)
    raise ConfigurationError(f"{origin}: {data!r} is neither text, a number, true, false nor null; write it in quotes")
