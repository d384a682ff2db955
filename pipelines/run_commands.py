"""`tamis run` and `tamis decide`."""

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from filters.errors import ConfigurationError
from pipelines.configuration import Configuration, load

if TYPE_CHECKING:
    from pipelines.running import Outcome

__all__ = ["COMMANDS", "LogFormat"]

PLAIN_WIDTH = 120
"""Characters of a line that is no terminal's."""


class LogFormat(StrEnum):
    """How progress is told."""

    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


Config = Annotated[str, typer.Argument(metavar="CONFIG", help="A YAML file, or the name of a preset.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a value: steps.raw.rules.words.minimum=40. Repeatable."),
]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="[NAME=]PATH", help="Read these instead of the file's inputs. Repeatable."),
]
Runner = Annotated[str | None, typer.Option(help="local, or a Beam runner such as FlinkRunner.")]
Workers = Annotated[int | None, typer.Option(help="Worker processes of the local runner.", min=1)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Redo what another configuration or input has changed.")]
Log = Annotated[LogFormat, typer.Option("--log-format", help="Live display on a terminal, plain lines, or JSON lines.")]


def run(
    config: Config,
    inputs: Inputs = None,
    output: Annotated[str | None, typer.Option(help="Folder or URL of the run.")] = None,
    runner: Runner = None,
    workers: Workers = None,
    settings: Settings = None,
    sample: Annotated[str | None, typer.Option(metavar="SHARE", help="A pilot on a share of the input: 0.01.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed, another sample.")] = None,
    sample_of: Annotated[str | None, typer.Option(metavar="UNIT", help="Sample documents or shards.")] = None,
    overwrite: Overwrite = False,
    log_format: Log = LogFormat.AUTO,
) -> None:
    """Read, extract, measure, decide and report.

    Exit status: 0 done; 1 the run failed or does not balance; 2 wrong usage or configuration; 3 done, but more shards
    or records failed than the budget allows.
    """
    options: dict[str, object] = {
        "inputs": _inputs(inputs),
        "output.path": output,
        "run.runner": runner,
        "run.workers": workers,
        "sample.fraction": _number(sample),
        "sample.seed": seed,
        "sample.of": sample_of,
    }
    configuration = load(config, settings or [], {key: value for key, value in options.items() if value is not None})
    _need_output(configuration)
    configuration.readers()
    from pipelines.running import run as run_pipeline  # Beam takes a second to import

    outcome = run_pipeline(configuration, overwrite=overwrite, log_format=log_format.value)
    _tell(outcome, configuration, log_format)
    raise typer.Exit(outcome.exit_status)


def decide(
    config: Config,
    from_: Annotated[str, typer.Option("--from", metavar="A", help="The output of the run that measured.")],
    output: Annotated[str, typer.Option("--output", metavar="B", help="Where the decisions go; another than A.")],
    runner: Runner = None,
    workers: Workers = None,
    settings: Settings = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Write decisions, ledger and report only.")] = False,
    overwrite: Overwrite = False,
    log_format: Log = LogFormat.AUTO,
) -> None:
    """Apply a policy to what an earlier run measured, without writing that run.

    Exit statuses as of run. What A cannot answer (a signal that it did not measure, a looser gate) is refused.
    """
    options = {"output.path": output, "run.runner": runner, "run.workers": workers}
    configuration = load(config, settings or [], {key: value for key, value in options.items() if value is not None})
    from pipelines.running import decide as decide_again

    outcome = decide_again(
        configuration, from_=from_, text=not no_text, overwrite=overwrite, log_format=log_format.value
    )
    _tell(outcome, configuration, log_format)
    raise typer.Exit(outcome.exit_status)


COMMANDS = (run, decide)


def _tell(outcome: "Outcome", configuration: Configuration, log_format: LogFormat) -> None:
    """Print the funnel, a line a judge, the report's path, and which budget was exceeded.

    A job that was only handed over has none of them.
    """
    if outcome.totals is None:
        return
    if log_format is LogFormat.JSON:
        typer.echo(json.dumps({"totals": outcome.totals, "report": outcome.report, "exceeded": outcome.exceeded}))
    else:
        from reports import judges_view
        from reports.funnel_view import view
        from storage.files import read_json

        funnel = view(outcome.totals, configuration.policy(), estimated=configuration.tokens.tokenizer is None)
        console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
        console.print(funnel)
        judges = read_json(f"{str(outcome.report).removesuffix('index.html')}report.json")["judges"]
        if judges:
            console.print(judges_view.view(judges), soft_wrap=True)
        typer.echo(f"report: {outcome.report}")
    for sentence in outcome.exceeded:
        typer.echo(f"tamis: {sentence}", err=True)


def _inputs(paths: list[str] | None) -> dict[str, list[str]] | None:
    """``a=x`` and plain paths by name; a plain path belongs to the input called ``input``."""
    if not paths:
        return None
    named: dict[str, list[str]] = {}
    for path in paths:
        name, equals, rest = path.partition("=")
        is_named = bool(equals) and name.isidentifier()
        named.setdefault(name if is_named else "input", []).append(rest if is_named else path)
    return named


def _number(text: str | None) -> float | str | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return text  # a percentage, or an error that the configuration reports


def _need_output(configuration: Configuration) -> None:
    if configuration.output.path is None:
        raise ConfigurationError("no output; write output: {path: FOLDER} or give --output FOLDER")
