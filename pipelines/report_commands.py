"""`tamis report`, `explain` and `compare`: what reads a finished run."""

from typing import Annotated

import typer

__all__ = ["COMMANDS"]

Output = Annotated[str, typer.Argument(metavar="OUTPUT", help="Folder or URL of a finished run.")]


def report(output: Output) -> None:
    """Write the report of a finished run again, and print its path."""
    from reports.report import write_report

    typer.echo(write_report(output))


COMMANDS = (report,)
