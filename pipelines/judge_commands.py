"""`tamis train` and `tamis evaluate`: judges of one's own, and how far to trust any."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from filters.errors import ConfigurationError
from pipelines.run_commands import Settings

if TYPE_CHECKING:
    from classifiers.judge_files import JudgeFiles
    from classifiers.labelled import LabelColumn

__all__ = ["COMMANDS"]


def train(
    training: Annotated[str, typer.Argument(metavar="CONFIG", help="A YAML file that says what to train on what.")],
    output: Annotated[str | None, typer.Option(help="Folder of the judge, in place of the file's.")] = None,
    settings: Settings = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the judge that stands there.")] = False,
) -> None:
    """Make a judge of your own from labelled texts: JSONL, CSV or Parquet; labels may be missing.

    Texts are parted into those to train on, to calibrate with and to test with, near-copies on one side. The output is
    a folder: model, labels, calibration, thresholds, and CARD.md with the figures. An encoder's training that was
    interrupted goes on where it stopped.
    """
    from classifiers.figures_text import aligned, axis_rows, group_rows, label_rows, notes
    from classifiers.judge_files import read_judge
    from classifiers.training import train_judge
    from pipelines.training_config import load_training

    plan = load_training(training, settings or [], output)
    trained = train_judge(plan, overwrite=overwrite, report=typer.echo)
    typer.echo(f"\nOn the {trained.held.test.num_rows:,} texts to test with:\n")
    tables = [label_rows(trained.figures), group_rows(trained.figures), axis_rows(trained.axes)]
    typer.echo("\n\n".join(aligned(rows) for rows in tables if len(rows) > 1) + "\n")
    for line in notes(trained.figures):
        typer.echo(line)
    files = read_judge(trained.folder)
    typer.echo(f"\n{_shown(trained.folder)}/CARD.md says more. {_use(files)}")


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Folder of a judge, or embedded: the one installed.")],
    data: Annotated[list[Path], typer.Argument(metavar="DATA...", help="Labelled texts: .jsonl, .csv, .parquet.")],
    labels: Annotated[
        list[str],
        typer.Option(
            "--label",
            metavar="LABEL=COLUMN[:VALUE]",
            help="The column of a label, and if it is not true or false, the value that means yes. Repeatable.",
        ),
    ],
    text: Annotated[str, typer.Option(metavar="COLUMN", help="The column of the text.")] = "text",
    group: Annotated[str | None, typer.Option(metavar="COLUMN", help="Give figures for each group, too.")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Draw intervals by what resembles each other: template, site.")
    ] = None,
    swap: Annotated[
        list[str] | None,
        typer.Option("--swap", metavar="AXIS", help="Swap identity words: gender, race, ... Repeatable."),
    ] = None,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Judge short texts whose language is not sure.")
    ] = False,
    no_screen: Annotated[bool, typer.Option("--no-screen", help="Let the encoder read every window.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Measure a judge on labelled texts: figures by label and group, each with its 95% interval.

    A label may be measured against a column of another name, and one column may serve several labels.
    """
    from classifiers.counterfactual import check_axes
    from classifiers.figures_text import aligned, axis_rows, group_rows, label_rows, notes
    from classifiers.judge_files import judge_folder, read_judge
    from classifiers.labelled import NamedColumns, read_labelled
    from classifiers.measuring_judges import measure_judge

    check_axes(swap or [])
    files = read_judge(judge_folder(model))
    named = NamedColumns(_labels(labels, files), text, group, cluster)
    measured = measure_judge(
        files.folder, read_labelled(data, named), named, swap or [], any_language=any_language, screen=not no_screen
    )
    if as_json:
        labelled, swapped = ([asdict(each) for each in found] for found in (measured.figures, measured.axes))
        typer.echo(json.dumps({"labels": labelled, "counterfactual": swapped}, indent=1))
        return
    tables = [label_rows(measured.figures), group_rows(measured.figures), axis_rows(measured.axes)]
    typer.echo("\n\n".join(aligned(rows) for rows in tables if len(rows) > 1) + "\n")
    for line in notes(measured.figures):
        typer.echo(line)


COMMANDS = (train, evaluate)


def _labels(given: list[str], files: "JudgeFiles") -> dict[str, "LabelColumn"]:
    from classifiers.labelled import LabelColumn
    from pipelines.names import unknown

    found = {}
    for each in given:
        label, equals, place = each.partition("=")
        column, colon, value = place.partition(":")
        if not (equals and label and column and (value or not colon)):
            raise ConfigurationError(f"--label {each!r}: write LABEL=COLUMN or LABEL=COLUMN:VALUE, as quality=good")
        if label not in files.labels:
            raise ConfigurationError(f"--label {each!r}: {unknown('label', label, files.labels)}")
        if label in found:
            raise ConfigurationError(f"--label {each!r}: {label} is given twice")
        found[label] = LabelColumn(column, value or None)
    return found


def _use(files: "JudgeFiles") -> str:
    """How the judge is named in a configuration."""
    from classifiers.bias import Bias
    from classifiers.toxicity import Toxicity

    folder = _shown(files.folder)
    if files.kind == "encoder":
        kinds = {"toxicity": Toxicity, "bias": Bias}
        fitting = [kind for kind, annotator in kinds.items() if {*annotator.meanings} & {*files.labels}]
        lines = [f"{kind}: {{model: {folder}, sha256: {files.digest}}}" for kind in fitting]
        if not lines:
            return f"No annotator has its labels; in Python: classifiers.load({folder!r}).score(texts)"
    else:
        judge = f"kind: quality, model: {folder}/judge.json, sha256: {files.digest}"
        several = [f"{label}: {{{judge}, good: [{label}]}}" for label in files.labels]
        lines = several if len(several) > 1 else [f"{files.name}: {{{judge}}}"]
    return "\n".join(["In a configuration:", "annotators:", *(f"  {line}" for line in lines)])


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
