"""A configuration: what `tamis run` is told, read from YAML, checked whole, and passed to workers as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from filters.errors import ConfigurationError
from filters.policy import Policy
from pipelines.decontaminate import with_decontamination
from pipelines.extends import read_extended
from pipelines.overrides import apply_settings, replace
from pipelines.paths import absolute
from pipelines.policy_sections import DuplicatesSection, InstanceSection, StepSection
from pipelines.problems import Located, configuration_error, from_pydantic, located, without, written
from pipelines.sections import (
    BudgetSection,
    ExtractSection,
    InputSection,
    LimitsSection,
    OutputSection,
    RunSection,
    SampleSection,
    Section,
    Texts,
    TokensSection,
)
from pipelines.splits_section import SplitsSection
from pipelines.yaml_source import Node, plain
from storage.inputs import Input, Limits

__all__ = ["Configuration", "Resolved", "load", "resolve"]

MOST_ROUNDS = 8
"""Each round of checking takes away what could not be read, and so may lay bare a level below it."""


class Configuration(Section):
    """All that a run is told, with every path absolute.

    `model_dump_json` and `model_validate_json` are each other's inverse; neither reads a file.
    """

    extends: Texts = ()
    """Presets and files that this one is laid upon; they are merged already, and named for the record."""
    description: str | None = None
    """A line on what it is for."""
    citation: str | None = None
    """Where a preset's rules come from."""
    substitutions: dict[str, str] = Field(default_factory=dict)
    """What a preset's source has, and what stands in its place here."""
    inputs: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$")], InputSection] = Field(
        default_factory=dict
    )
    """The shards, by names of the user's own."""
    output: OutputSection = OutputSection()
    """Where the run goes."""
    extract: ExtractSection = ExtractSection()
    """How text is extracted from pages."""
    annotators: dict[str, InstanceSection] = Field(default_factory=dict)
    """Annotators with parameters, by instance."""
    cleaners: dict[str, InstanceSection] = Field(default_factory=dict)
    """Cleaners with parameters that several steps share, by instance."""
    steps: tuple[StepSection, ...] = ()
    """In order."""
    duplicates: DuplicatesSection | None = None
    """Duplicates are not sought where it is absent."""
    splits: SplitsSection | None = None
    """The corpus is not divided where it is absent."""
    tokens: TokensSection = TokensSection()
    """How tokens are counted."""
    least_characters: Annotated[int, Field(ge=0)] = 50
    """A document that edits leave with fewer characters is removed."""
    limits: LimitsSection = LimitsSection()
    """What bounds memory and time."""
    budget: BudgetSection = BudgetSection()
    """How much may fail."""
    run: RunSection = Field(default_factory=RunSection)
    """How the work is done."""
    sample: SampleSection | None = None
    """A pilot on a part of the input."""

    def policy(self) -> Policy:
        """The steps and rules that decide."""
        return Policy(
            steps=tuple(section.step() for section in self.steps),
            duplicates=None if self.duplicates is None else self.duplicates.duplicates(),
            least_characters=self.least_characters,
            extends=self.extends,
            splits=None if self.splits is None else self.splits.splits(),
        )

    def readers(self) -> list[Input]:
        """What is read, by name.

        Raises:
            ConfigurationError: nothing, or a column of an unknown type.
        """
        if not self.inputs:
            raise ConfigurationError("no inputs; write inputs: {name: path} or give --input")
        return [section.input(name) for name, section in sorted(self.inputs.items())]

    def read_limits(self) -> Limits:
        """What bounds memory and time."""
        return self.limits.limits()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A configuration with the tree it was read from, in which every value knows its origin."""

    configuration: Configuration
    tree: Node


def load(source: str, overrides: Sequence[str] = (), options: Mapping[str, object] | None = None) -> Configuration:
    """The configuration of a YAML file or preset; the arguments and errors are those of `resolve`."""
    return resolve(source, overrides, options).configuration


def resolve(source: str, overrides: Sequence[str] = (), options: Mapping[str, object] | None = None) -> Resolved:
    """Reads, merges and checks a configuration.

    Args:
        source: a YAML file, or the name of a preset.
        overrides: ``key=value`` as of ``--set``, later ones first in force.
        options: values by dotted key that replace the file's (``{"run.workers": 2}``), as of ``--workers``.

    Raises:
        ConfigurationError: all that is wrong, each with file, line, value and what is allowed.
    """
    from pipelines.checks import problems_of  # which needs this module

    tree = apply_settings(read_extended(source), overrides)
    for key, value in (options or {}).items():
        tree = replace(tree, key, value, f"--{key.rpartition('.')[2]}")
    tree = absolute(with_decontamination(tree))
    configuration: Configuration | None = None
    found: list[Located] = []
    wanting: set[str] = set()  # sections from which a value was taken away because it could not be read
    for _ in range(MOST_ROUNDS):
        try:
            configuration = Configuration.model_validate_json(json.dumps(plain(tree)))
        except ValidationError as error:
            problems = from_pydantic(error, Configuration)
        else:
            problems = problems_of(configuration)
        found += [located(p, tree) for p in problems if not (p.absence and written(tree, p.place[:-1]) in wanting)]
        if configuration is not None:
            break
        wanting |= {written(tree, p.place[:-1]) for p in problems}
        tree = without(tree, problems)
    if found or configuration is None:
        raise configuration_error(found)
    return Resolved(configuration, tree)
