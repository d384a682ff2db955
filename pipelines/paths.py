"""Relative paths made absolute: what a file names is relative to that file, an option to where one stands."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from filters.errors import ConfigurationError
from pipelines import catalogue, factories
from pipelines.yaml_source import Node, Place, at
from storage.files import local_path

__all__ = ["absolute", "place_of_run"]

Change = Callable[[str, str], str]
"""From a value and the folder of the file it stands in to the value to use."""


def absolute(tree: Node) -> Node:
    """The tree with paths made absolute: of inputs, outputs, tokenizer, and of what annotators and cleaners read.

    fsspec URLs and the names of shipped files stay as they are.
    """
    tree = _changed(_changed(tree, ("output", "path"), _path), ("tokens", "tokenizer"), _path)
    for name in _keys(tree, ("duplicates", "against")):
        tree = _changed(tree, ("duplicates", "against", name), _path)
    for name in _keys(tree, ("inputs",)):
        for key in ((), ("paths",), ("dataset", "saved")):
            tree = _changed(tree, ("inputs", name, *key), _path)
    for section, kinds in (("annotators", catalogue.ANNOTATORS), ("cleaners", catalogue.CLEANERS)):
        for name in _keys(tree, (section,)):
            tree = _changed(tree, (section, name, "kind"), _kind)
            tree = _instance(tree, (section, name), _kind_of(tree, section, name), kinds)
    for place, name in _cleaned(tree):
        tree = _instance(tree, place, _kind_of(tree, "cleaners", name), catalogue.CLEANERS)
    return tree


def place_of_run(path: str) -> str:
    """A run's absolute path, which one on this disk has but once, or its URL, without a slash at the end."""
    if path.startswith("file://"):
        path = str(local_path(path))
    return path.rstrip("/") if "://" in path else str(Path(path).resolve())


def _instance(tree: Node, place: Place, kind: str, kinds: Mapping[str, str]) -> Node:
    path = kind if factories.is_import_path(kind) else kinds.get(kind)
    try:
        files = [] if path is None else factories.file_parameters(path)
    except ConfigurationError:
        return tree  # a kind that cannot be imported is reported by the checks
    for parameter in files:
        for key in ((), *((name,) for name in _keys(tree, (*place, parameter)))):
            tree = _changed(tree, (*place, parameter, *key), _file)
    return tree


def _kind_of(tree: Node, section: str, name: str) -> str:
    kind = at(tree, (section, name, "kind"))
    return kind.value if kind is not None and isinstance(kind.value, str) else name


def _cleaned(tree: Node) -> Iterator[tuple[Place, str]]:
    """The places of parameters that steps give to their cleaners."""
    steps = at(tree, ("steps",))
    for position in range(len(steps.value) if steps is not None and isinstance(steps.value, list) else 0):
        clean: Place = ("steps", position, "clean")
        yield from (((*clean, name), name) for name in _keys(tree, clean))
        entries = at(tree, clean)
        for number in range(len(entries.value) if entries is not None and isinstance(entries.value, list) else 0):
            yield from (((*clean, number, name), name) for name in _keys(tree, (*clean, number)))


def _keys(tree: Node, place: Place) -> list[str]:
    node = at(tree, place)
    return list(node.value) if node is not None and isinstance(node.value, dict) else []


def _path(value: str, folder: str) -> str:
    return value if "://" in value else os.path.normpath(Path.cwd() / folder / value)


def _file(value: str, folder: str) -> str:
    path = _path(value, folder)
    return value if factories.shipped_file(value) and not Path(path).is_file() else path


def _kind(value: str, folder: str) -> str:
    where, colon, name = value.rpartition(":")
    return f"{_path(where, folder)}:{name}" if colon and where.endswith(".py") else value


def _changed(node: Node, place: Place, change: Change) -> Node:
    """The tree with a text, or every text of a list, changed."""
    if place:
        first = place[0]
        if at(node, place[:1]) is None:
            return node
        if isinstance(node.value, list) and isinstance(first, int):
            items = [_changed(v, place[1:], change) if i == first else v for i, v in enumerate(node.value)]
            return Node(items, node.origin)
        assert isinstance(node.value, dict)
        assert isinstance(first, str)
        return Node({**node.value, first: _changed(node.value[first], place[1:], change)}, node.origin)
    if isinstance(node.value, list):
        return Node([_changed(item, (), change) for item in node.value], node.origin)
    return Node(change(node.value, node.origin.folder), node.origin) if isinstance(node.value, str) else node
