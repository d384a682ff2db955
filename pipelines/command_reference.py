"""The page ``docs/commands.md``: the help of every command, as the command itself gives it."""

import typer
from typer.testing import CliRunner

from pipelines.command import app

__all__ = ["commands_page"]

PAGE = """# Commands

What `tamis COMMAND --help` prints. Exit status: 0 done; 1 the run failed or does not balance; 2 wrong usage or
configuration; 3 done, but more shards or records failed than the budget allows; 130 stopped by Ctrl-C.
"""


def commands_page() -> str:
    """The page as Markdown; `python -m pipelines.command_reference` prints it."""
    names = [command.callback.__name__ for command in app.registered_commands if command.callback is not None]
    parts = [f"\n## tamis {name}\n\n```\n{_help(name)}\n```\n" for name in names]
    return f"{PAGE}\n```\n{_help()}\n```\n" + "".join(parts)


def _help(*command: str) -> str:
    result = CliRunner(env={"NO_COLOR": "1", "COLUMNS": "100"}).invoke(app, [*command, "--help"], prog_name="tamis")
    return result.stdout.strip()


if __name__ == "__main__":
    typer.echo(commands_page(), nl=False)
