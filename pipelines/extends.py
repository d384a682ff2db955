"""`extends:` and what lies over it: mappings merge by key, steps by name, all else is replaced, null removes."""

from importlib import resources
from pathlib import Path

from filters.errors import ConfigurationError
from pipelines.names import unknown
from pipelines.yaml_source import Node, read_yaml

__all__ = ["merge", "preset_names", "preset_path", "read_extended"]

OWN_KEYS = ("citation", "description", "extends")
"""What says something of a file itself, and so is not inherited."""


def preset_names() -> list[str]:
    """The presets that are shipped, sorted."""
    return sorted(
        Path(item.name).stem for item in resources.files("pipelines.presets").iterdir() if _is_yaml(item.name)
    )


def preset_path(name: str) -> Path:
    """The file of a shipped preset."""
    return Path(str(resources.files("pipelines.presets") / f"{name}.yaml"))


def read_extended(source: str, folder: str = "", above: tuple[Path, ...] = ()) -> Node:
    """The tree of a YAML file or preset, merged over all that it extends.

    Args:
        source: a path, relative to `folder`, or the name of a preset.
        folder: empty for the working directory.
        above: the files that led here.

    Raises:
        ConfigurationError: a file or preset that does not exist, or extends itself.
    """
    path, name = _find(source, folder)
    if path in above:
        raise ConfigurationError(f"{name}: extends itself, by way of {', '.join(str(p.name) for p in above)}")
    own = read_yaml(path, name)
    bases = own.value.get("extends") if isinstance(own.value, dict) else None
    merged = None
    for base in _bases(bases):
        try:
            inherited = _inherited(read_extended(str(base.value), base.origin.folder, (*above, path)))
        except ConfigurationError as error:
            raise error if str(base.origin) in str(error) else ConfigurationError(f"{base.origin}: {error}") from error
        merged = inherited if merged is None else merge(merged, inherited)
    return own if merged is None else merge(merged, own)


def merge(base: Node, over: Node) -> Node:
    """`over` laid upon `base`.

    Mappings merge key by key, lists of named mappings (steps) by name; anything else is replaced. A null
    removes what `base` has under that key; where `base` has nothing to remove it stays, to be reported.
    """
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        result = dict(base.value)
        for key, item in over.value.items():
            if item.value is None and key in base.value:
                del result[key]
            else:
                result[key] = merge(base.value[key], item) if key in base.value else item
        return Node(result, over.origin)
    if isinstance(base.value, list) and isinstance(over.value, list) and _named(base) and _named(over):
        return Node(_merge_named(base.value, over.value), over.origin)
    return over


def _merge_named(base: list[Node], over: list[Node]) -> list[Node]:
    result = list(base)
    places = {_name(item): place for place, item in enumerate(base)}
    for item in over:
        place = places.get(_name(item))
        if place is None:
            result.append(item)
        else:
            result[place] = merge(base[place], item)
    return result


def _named(node: Node) -> bool:
    return isinstance(node.value, list) and bool(node.value) and all(_name(item) is not None for item in node.value)


def _name(node: Node) -> object:
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return None if name is None else name.value


def _bases(extends: Node | None) -> list[Node]:
    if extends is None or extends.value is None:
        return []
    items = extends.value if isinstance(extends.value, list) else [extends]
    for item in items:
        if not isinstance(item.value, str):
            raise ConfigurationError(f"{item.origin}: extends takes a preset's name, a path, or a list of these")
    return items


def _inherited(node: Node) -> Node:
    assert isinstance(node.value, dict)
    return Node({key: item for key, item in node.value.items() if key not in OWN_KEYS}, node.origin)


def _find(source: str, folder: str) -> tuple[Path, str]:
    if source in preset_names():
        return preset_path(source), f"preset {source}"
    path = Path(folder) / source
    if path.is_file():
        return path.resolve(), str(path)
    if _is_yaml(source) or "/" in source:
        raise ConfigurationError(f"no file {str(path)!r}")
    raise ConfigurationError(unknown("preset", source, preset_names()) + ", or the path of a YAML file")


def _is_yaml(name: str) -> bool:
    return name.endswith((".yaml", ".yml", ".json"))
