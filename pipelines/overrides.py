"""`--set key=value` and the other options that lie over the file."""

from collections.abc import Iterable

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from filters.errors import ConfigurationError
from pipelines.extends import merge
from pipelines.names import unknown
from pipelines.yaml_source import Node, Origin, at, node_of

__all__ = ["apply_settings", "replace"]


def apply_settings(root: Node, settings: Iterable[str]) -> Node:
    """The tree with every ``key=value`` laid upon it, in order.

    A key is dotted (``steps.raw.rules.words.minimum=40``): steps go by their names. A value is YAML, and
    null removes.

    Raises:
        ConfigurationError: not ``key=value``, a value that is not YAML, or an unknown step.
    """
    for setting in settings:
        root = merge(root, _setting(root, setting))
    return root


def replace(root: Node, key: str, value: object, option: str) -> Node:
    """The tree with one dotted key replaced whole by the value of a command-line option."""
    first, _, rest = key.partition(".")
    assert isinstance(root.value, dict)
    origin = Origin(option)
    if not rest:
        return Node({**root.value, first: node_of(value, origin)}, root.origin)
    below = root.value.get(first, Node({}, origin))
    section = below if isinstance(below.value, dict) else Node({}, origin)
    return Node({**root.value, first: replace(section, rest, value, option)}, root.origin)


def _setting(root: Node, setting: str) -> Node:
    key, equals, text = setting.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        raise ConfigurationError(
            f"--set {setting!r}: write KEY=VALUE with a dotted key, for example steps.raw.rules.words.minimum=40"
        )
    origin = Origin(f"--set {setting}")
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ConfigurationError(f"--set {setting!r}: the value is not valid YAML") from error
    tree = node_of(value, origin)
    if parts[0] == "steps" and len(parts) > 1:
        known = step_names(root)
        if parts[1] not in known:
            raise ConfigurationError(f"--set {setting!r}: {unknown('step', parts[1], known)}")
        if len(parts) == 2:
            raise ConfigurationError(f"--set {setting!r}: name a key of the step, for example steps.{parts[1]}.measure")
        step = {"name": Node(parts[1], origin)} | _nest(parts[2:], tree, origin)
        return Node({"steps": Node([Node(step, origin)], origin)}, origin)
    return Node(_nest(parts, tree, origin), origin)


def step_names(root: Node) -> list[str]:
    """The names of the steps of a tree, in order."""
    steps = at(root, ("steps",))
    count = len(steps.value) if steps is not None and isinstance(steps.value, list) else 0
    names = [at(root, ("steps", position, "name")) for position in range(count)]
    return [name.value for name in names if name is not None and isinstance(name.value, str)]


def _nest(parts: list[str], tree: Node, origin: Origin) -> dict[str, Node]:
    for part in reversed(parts[1:]):
        tree = Node({part: tree}, origin)
    return {parts[0]: tree} if parts else {}
