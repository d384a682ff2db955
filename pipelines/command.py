"""The command `tamis`: its errors, exit statuses and commands."""

import sys
from typing import Annotated

import typer
from typer.core import TyperGroup

from filters.errors import ConfigurationError, TamisError
from pipelines import catalogue_commands, judge_commands, report_commands, run_commands

__all__ = ["app", "main"]

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
"""Exit statuses; 3 is a run that is done but exceeded its budget, 130 the shell's own for Ctrl-C."""


class _Commands(TyperGroup):
    """The group of commands; an error that is raised on purpose becomes a message and an exit status."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except TamisError as error:
            typer.echo(f"tamis: {error}", err=True)
            raise typer.Exit(WRONG_USAGE if isinstance(error, ConfigurationError) else FAILED) from error
        except KeyboardInterrupt as error:
            typer.echo("tamis: stopped; the same command goes on where it stopped", err=True)
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    name="tamis",
    cls=_Commands,
    help="Filters raw web text into a clean corpus for pretraining language models, and says why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help, the same on every terminal and in docs/commands.md
    pretty_exceptions_enable=False,
    context_settings={"terminal_width": 100, "help_option_names": ["-h", "--help"]},
)


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tamis {version('tamis')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Filters raw web text into a clean corpus for pretraining language models, and says why."""


for _module in (run_commands, report_commands, judge_commands, catalogue_commands):
    for _command in _module.COMMANDS:
        app.command()(_command)


def main() -> None:
    """The entry point: runs the command line and leaves with its exit status."""
    sys.exit(app())
