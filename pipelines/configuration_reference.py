"""The tables of ``docs/configuration.md``: every key with what it takes, its default and its meaning."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.configuration import Configuration

__all__ = ["filled", "section_names"]

Schema: TypeAlias = Mapping[str, Any]

TABLE = re.compile(r"<!-- keys of (\w+) -->\n.*?<!-- end -->", re.DOTALL)
TYPES = {"string": "text", "integer": "whole number", "boolean": "`true` or `false`", "object": "mapping"}
BOUNDS = {"minimum": "at least", "exclusiveMinimum": "over", "maximum": "at most"}
NOTHING = ("null", "[]", "{}")


def filled(page: str) -> str:
    """The page with a new table in each pair of ``<!-- keys of InputSection -->`` and ``<!-- end -->``.

    Raises:
        KeyError: there is no such section.
    """
    return TABLE.sub(lambda found: f"<!-- keys of {found[1]} -->\n{_table(found[1])}<!-- end -->", page)


def section_names() -> list[str]:
    """The sections that have a table each."""
    return sorted(_sections())


def _sections() -> dict[str, Schema]:
    whole = Configuration.model_json_schema()
    found = {"Configuration": whole, **whole["$defs"]}
    return {name: section for name, section in found.items() if "properties" in section}


def _table(name: str) -> str:
    sections = _sections()
    section = sections[name]
    rows = ["| key | takes | default | |", "| --- | --- | --- | --- |"]
    for key, field in section["properties"].items():
        default = "**needed**" if key in section.get("required", ()) else _default(field)
        # pydantic leaves out what a field says in the same words as its section
        meaning = field if "description" in field else sections[field["$ref"].rpartition("/")[2]]
        words = " ".join(meaning["description"].split())  # a row is one line
        rows.append(f"| `{key}` | {_takes(field)} | {default} | {words} |")
    return "".join(f"{row}\n" for row in rows)


def _takes(field: Schema) -> str:
    """The values that a field takes, in words."""
    if "$ref" in field:
        return "mapping"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        words = [_takes(kind) for kind in field["anyOf"] if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if field.get("type") == "array":
        return "list" if "$ref" in field["items"] or "anyOf" in field["items"] else f"list of {_takes(field['items'])}"
    if "examples" in field:
        return " or ".join(f"`{example}`" for example in field["examples"])
    bounds = [f"{words} {field[key]:g}" for key, words in BOUNDS.items() if key in field]
    return ", ".join([TYPES.get(field["type"], str(field["type"])), *bounds])


def _default(field: Schema) -> str:
    value = field.get("default")
    if isinstance(value, Mapping) or json.dumps(value) in NOTHING:
        return ""
    if any(str(example).endswith("iB") for kind in field.get("anyOf", ()) for example in kind.get("examples", ())):
        return _size(value)
    return f"`{value if isinstance(value, str) and value else json.dumps(value)}`"


def _size(count: Any) -> str:
    power = next(power for power in (3, 2, 1, 0) if count % 1024**power == 0)
    return f"`{count // 1024**power} {('B', 'KiB', 'MiB', 'GiB')[power]}`"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
