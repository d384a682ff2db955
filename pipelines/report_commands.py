"""`tamis report`, `explain` and `compare`: what reads a finished run."""

from typing import Annotated

import typer
from rich.console import Console

__all__ = ["COMMANDS"]

Output = Annotated[str, typer.Argument(metavar="OUTPUT", help="Folder or URL of a finished run.")]


def report(output: Output) -> None:
    """Write the report of a finished run again, and print its path."""
    from reports.report import write_report

    typer.echo(write_report(output))


def explain(
    output: Output,
    document: Annotated[str, typer.Argument(metavar="ID", help="Your own id of the document, or its key SHARD:ROW.")],
) -> None:
    """Show one document: its fate, every reason with value, limit and margin, and its text with the edits marked.

    The survivor of a duplicate is shown beside it.
    """
    from reports.explain import explain as explained
    from reports.explain_view import view

    Console().print(view(explained(output, document)))


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="Folder or URL of a finished run.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one over the same shards.")],
) -> None:
    """Show what two runs decide differently: counts by rule, tokens, and examples that flip either way."""
    from reports.compare import compare as compared
    from reports.compare_view import view

    Console().print(view(compared(a, b)))


COMMANDS = (report, explain, compare)
