"""`tamis check`, `schema`, `signals` and `presets`: what needs no documents."""

import json
import shutil
import textwrap
from typing import Annotated

import typer

from filters.errors import ConfigurationError
from pipelines.changes import Cost, changes, flat
from pipelines.configuration import Configuration, Resolved, resolve
from pipelines.extends import preset_names, preset_path
from pipelines.names import unknown
from pipelines.run_commands import Config, Settings
from pipelines.standing import CODE_CHANGED, code_fingerprint
from pipelines.yaml_source import Place, at, nearest_node
from storage.files import exists, read_json

__all__ = ["COMMANDS"]

DEFAULT = "default"
WIDEST = 120
"""Longer lines are hard to read, however wide the terminal."""


def check(config: Config, settings: Settings = None) -> None:
    """Validate a configuration, and show it resolved, each value with where it came from.

    If its output holds a run already, finished or not, say what has changed since, and what each change costs: decide
    again, measure again or read again. Inputs are not opened: whether they have changed is for `tamis run` to see.
    """
    resolved = resolve(config, settings or [])
    lines = [
        (".".join(map(str, place)), json.dumps(value, ensure_ascii=False), _origin(resolved, place))
        for place, value in flat(resolved.configuration).items()
    ]
    widths = [min(max(len(line[column]) for line in lines), 60) for column in (0, 1)]
    for place, value, origin in lines:
        if origin == DEFAULT and ".rules." in place:
            continue  # what a rule does not say would hide what it says
        typer.echo(f"{place:<{widths[0]}}  {value:<{widths[1]}}  {origin}")
    _tell_substitutions(resolved.configuration, "")
    typer.echo(f"\n{config} is valid. Whether its inputs exist or have changed is for tamis run to see.")
    _tell_changes(resolved.configuration)


def schema() -> None:
    """Print the JSON Schema of a configuration, for editors."""
    from pipelines.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def signals(
    markdown: Annotated[bool, typer.Option("--markdown", help="As docs/signals.md.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
) -> None:
    """List every signal that a rule can judge, with type, unit, formula, source and reasons, then all kinds."""
    from pipelines.signal_table import kind_rows, reasons, signal_rows, signals_page

    if markdown:
        typer.echo(signals_page(), nl=False)
    elif as_json:
        typer.echo(json.dumps(signal_rows(), indent=2, ensure_ascii=False))
    else:
        for row in signal_rows():
            typer.secho(f"{row['name']}  ({row['type']}, {row['unit']}; {row['by']})", bold=True)
            for text in (row["formula"], f"source: {row['source']}", reasons(row)):
                typer.echo(f"    {text}" if text else "", nl=bool(text))
        typer.echo("\nKinds of annotators and cleaners, each with its parameters:")
        for kind in kind_rows():
            typer.echo(f"    {kind['kind']} ({kind['role']}): {kind['parameters'] or 'no parameters'}")


def presets(
    name: Annotated[str | None, typer.Argument(help="Print the file of this preset instead.")] = None,
) -> None:
    """List the shipped presets: what each is, where its rules come from, and what it substitutes."""
    if name is not None:
        if name not in preset_names():
            raise ConfigurationError(unknown("preset", name, preset_names()))
        typer.echo(preset_path(name).read_text(encoding="utf-8"), nl=False)
        return
    for listed in preset_names():
        preset = resolve(listed).configuration
        typer.secho(listed, bold=True)
        _tell(f"    {preset.description}", "    ")
        _tell(f"    source: {preset.citation}", " " * 12)
        _tell_substitutions(preset, "    ")
        typer.echo()
    _tell("tamis presets NAME prints a preset's file. Lay your own values over one with extends: NAME.", "")


COMMANDS = (check, schema, signals, presets)


def _origin(resolved: Resolved, place: Place) -> str:
    """Where a value was written; ``default`` where nowhere."""
    tree = resolved.tree
    if place[0] == "steps":
        names = [step.name for step in resolved.configuration.steps]
        place = ("steps", names.index(str(place[1])), *place[2:])
    if (node := at(tree, place)) is not None:
        return str(node.origin)
    above = nearest_node(tree, place)
    # A path stands for {paths: ...} and a cleaner's name for {name: {}}: these were written all the same.
    shorthand = place[-1] == "paths" or "clean" in place
    return str(above.origin) if shorthand and not isinstance(above.value, dict) else DEFAULT


def _tell(text: str, margin: str) -> None:
    """Print a text as wide as the terminal, its later lines behind a margin."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    typer.echo(textwrap.fill(text, width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False))


def _tell_substitutions(configuration: Configuration, margin: str) -> None:
    """What stands in the place of what the source has."""
    if configuration.substitutions:
        typer.echo(f"{margin}substituted:")
    for what, instead in configuration.substitutions.items():
        _tell(f"{margin}  - {what}: {instead}", f"{margin}    ")


def _tell_changes(configuration: Configuration) -> None:
    output = configuration.output.path
    if output is None or not exists(f"{output}/started.json"):
        return
    started, finished = read_json(f"{output}/started.json"), exists(f"{output}/run.json")
    found = changes(Configuration.model_validate_json(json.dumps(started["configuration"])), configuration)
    costs, lines = [change.cost for change in found], [str(change) for change in found]
    if started["code"] != code_fingerprint():
        costs, lines = [*costs, Cost.READ], [*lines, CODE_CHANGED]
    what = "a run" if finished else "a run that has not finished"
    typer.echo(f"\n{output} holds {what}. {'Changed since:' if lines else 'Nothing has changed since.'}")
    for line in lines:
        typer.echo(f"  {line}")
    if lines:
        decides = finished and max(costs) is Cost.DECIDE
        typer.echo(f"In all: {max(costs)}" + (" (tamis decide does it, into another output)" if decides else ""))
