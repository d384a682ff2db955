"""The configuration of `tamis train`, and every problem of it with its file and line."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from classifiers.counterfactual import identities
from classifiers.encoder_training import Recipe
from classifiers.fasttext_training import FastTextRecipe
from classifiers.labelled import LabelColumn, NamedColumns
from classifiers.split import Shares
from classifiers.training_plan import TrainingPlan
from filters.errors import ConfigurationError
from pipelines.names import unknown
from pipelines.overrides import apply_settings, replace
from pipelines.problems import Problem, configuration_error, from_pydantic, located
from pipelines.sections import Section, Texts
from pipelines.training_sections import (
    CounterfactualSection,
    DataSection,
    EncoderSection,
    FastTextSection,
    Thresholds,
)
from pipelines.yaml_source import plain, read_yaml

__all__ = ["TrainingConfiguration", "load_training"]


class TrainingConfiguration(Section):
    """All that `tamis train` is told."""

    kind: Literal["fasttext", "encoder"]
    """fasttext: bags of words, judged whole, in a second; encoder: a small transformer, window by window."""
    data: DataSection
    """The labelled texts."""
    output: str
    """The judge's folder, relative to the file that names it."""
    name: str | None = None
    """What the judge is called; as its folder if absent."""
    languages: Texts | None = None
    """Codes of lid.176 of the texts that it may judge; those of a twentieth of its texts or more if absent."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Of the parts, the copies and the training; the same seed gives the same judge."""
    thresholds: Thresholds = Field(default_factory=dict)
    """By label; where absent both errors cost the same."""
    counterfactual: CounterfactualSection | None = None
    """Identity words are neither swapped nor tested where it is absent."""
    fasttext: FastTextSection = FastTextSection()
    """For kind fasttext."""
    encoder: EncoderSection | None = None
    """For kind encoder."""

    def plan(self, folder: Path) -> TrainingPlan:
        """What is trained; paths are relative to a folder."""
        data, output = self.data, _path(folder, self.output)
        given = self.encoder
        encoder = {} if given is None else given.model_dump(exclude={"folder", "label_weights", "positive_weights"})
        return TrainingPlan(
            kind=self.kind,
            name=self.name or output.name,
            output=output,
            columns=NamedColumns(
                {label: LabelColumn(place.column, place.value) for label, place in data.labels.items()},
                data.text,
                data.group,
                data.cluster,
                data.words,
            ),
            train=_paths(folder, data.train),
            validation=_paths(folder, data.validation),
            test=_paths(folder, data.test),
            shares=Shares(data.validation_share, data.test_share),
            languages=self.languages,
            thresholds={label: section.rule() for label, section in self.thresholds.items()},
            axes=() if self.counterfactual is None else self.counterfactual.axes,
            copies=0 if self.counterfactual is None else self.counterfactual.copies,
            fasttext=FastTextRecipe(**self.fasttext.model_dump(), seed=self.seed),
            encoder=None if given is None else _path(folder, given.folder),
            recipe=Recipe(**encoder, seed=self.seed),
            label_weights={} if given is None else given.label_weights,
            positive_weights={} if given is None else given.positive_weights,
            seed=self.seed,
        )


def load_training(source: str, settings: Sequence[str] = (), output: str | None = None) -> TrainingPlan:
    """The plan that a YAML file describes.

    Args:
        source: the file.
        settings: ``key=value`` that lie over it, as of ``--set``.
        output: in place of the file's, relative to where one stands.

    Raises:
        ConfigurationError: all that is wrong, each with file and line.
    """
    tree = apply_settings(read_yaml(Path(source), source), settings)
    if output is not None:
        tree = replace(tree, "output", str(Path.cwd() / output), "--output")
    try:
        found = TrainingConfiguration.model_validate_json(json.dumps(plain(tree)))
    except ValidationError as error:
        problems = from_pydantic(error, TrainingConfiguration)
        raise configuration_error(located(problem, tree) for problem in problems) from None
    if problems := _problems(found):
        raise configuration_error(located(problem, tree) for problem in problems)
    try:
        return found.plan(Path(source).parent)
    except ConfigurationError as error:
        raise ConfigurationError(f"{source}: {error}") from error


def _problems(found: TrainingConfiguration) -> list[Problem]:
    """What the types of the values do not say."""
    labels, axes = list(found.data.labels), list(identities().axes)
    problems = [
        Problem(("thresholds", label), unknown("label", label, labels))
        for label in found.thresholds
        if label not in labels
    ]
    if found.encoder is not None:
        weighed = {"label_weights": found.encoder.label_weights, "positive_weights": found.encoder.positive_weights}
        problems += [
            Problem(("encoder", name, label), unknown("label", label, labels))
            for name, weights in weighed.items()
            for label in (weights if weights != "balanced" else ())
            if label not in labels
        ]
    if found.counterfactual is not None:
        problems += [
            Problem(("counterfactual", "axes"), unknown("axis", axis, axes))
            for axis in found.counterfactual.axes
            if axis not in axes
        ]
    if found.kind == "encoder" and found.encoder is None:
        problems.append(Problem(("encoder",), "kind encoder needs one to start from: {folder: PATH}", absence=True))
    if found.kind == "fasttext" and found.data.words is not None:
        problems.append(Problem(("data", "words"), "fastText judges texts as a whole; take it away, or kind: encoder"))
    if found.data.validation_share + found.data.test_share >= 1:
        problems.append(Problem(("data", "test_share"), "validation_share and test_share leave nothing to train on"))
    return problems


def _path(folder: Path, value: str) -> Path:
    return Path(os.path.normpath(Path.cwd() / folder / value))


def _paths(folder: Path, values: Sequence[str]) -> tuple[Path, ...]:
    return tuple(_path(folder, value) for value in values)
