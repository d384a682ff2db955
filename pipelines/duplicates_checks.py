"""Whether the section of duplicates names what is there: steps, columns, inputs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from filters.errors import ConfigurationError
from filters.signals import SPANS, Signal
from pipelines.names import unknown
from pipelines.problems import Problem

if TYPE_CHECKING:
    from pipelines.configuration import Configuration
    from pipelines.policy_sections import DuplicatesSection
    from pipelines.sections import InputSection

__all__ = ["BUILT_IN_COLUMNS", "duplicates_problems", "is_number", "scope_columns"]

BUILT_IN_COLUMNS = ("characters", "fetched_at", "input", "token_count")
"""What a survivor can be elected by though no annotator measures it."""

BUILT_IN_SCOPES = ("host", "input")
"""What duplicates can be kept apart by though nobody declares it: the host of the URL, and the input's name."""


def scope_columns(configuration: "Configuration") -> list[str]:
    """What scopes can go by though nobody measures it: built-in columns, and declared ones whose values compare."""
    declared = [field for section in configuration.inputs.values() for field in _declared(section)]
    compare = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_boolean, pa.types.is_date)
    return [*BUILT_IN_SCOPES, *(field.name for field in declared if any(is_kind(field.type) for is_kind in compare))]


def _declared(section: "InputSection") -> list[pa.Field]:
    try:
        return section.input("").declared
    except ConfigurationError:  # is told where it stands
        return []


def is_number(signal: Signal) -> bool:
    """Whether documents can be ranked by it."""
    return signal.type != SPANS and not pa.types.is_string(signal.type)


def duplicates_problems(
    configuration: "Configuration", measured: Mapping[str, Mapping[str, Signal]]
) -> Iterator[Problem]:
    """What is wrong with the section; nothing where there is none.

    Args:
        configuration: whole.
        measured: the signals of each step, by name.
    """
    section = configuration.duplicates
    if section is None:
        return
    steps = [step.name for step in configuration.steps]
    signals = {name: signal for found in measured.values() for name, signal in found.items()}
    checks = (*_sought(section, steps), *_scope(configuration, section, signals), *_preference(configuration, section),
              *_survivor(configuration, section, signals))  # fmt: skip
    for key, message in checks:
        yield Problem(("duplicates", *([key] if key else [])), message)


def _sought(section: "DuplicatesSection", steps: list[str]) -> Iterator[tuple[str, str]]:
    if section.of not in steps:
        yield "of", unknown("step", section.of, steps)
    if not section.exact and not section.url and section.near is None:
        yield "", "neither exact, url nor near is sought; remove the section (duplicates: null)"
    try:
        section.duplicates()
    except ConfigurationError as error:
        yield "near", str(error)


def _scope(
    configuration: "Configuration", section: "DuplicatesSection", signals: Mapping[str, Signal]
) -> Iterator[tuple[str, str]]:
    texts = [name for name, signal in signals.items() if pa.types.is_string(signal.type)]
    known = [*scope_columns(configuration), *texts]
    for name in section.scope:
        if name not in known:
            hint = "; a column of your own is declared under inputs: columns" if configuration.inputs else ""
            yield "scope", unknown("column", name, known) + hint


def _preference(configuration: "Configuration", section: "DuplicatesSection") -> Iterator[tuple[str, str]]:
    asked = any(entry.split()[:1] == ["input"] for entry in section.survivor)
    if section.prefer and not asked:
        yield "prefer", "nobody asks for it; write input among the columns of survivor"
    if asked and not section.prefer:
        yield "survivor", "input is ranked by duplicates.prefer: name inputs there, best first"
    inputs = list(configuration.inputs)
    for name in section.prefer:
        if inputs and name not in inputs:  # a decision takes those of the run that it starts from
            yield "prefer", unknown("input", name, inputs)


def _survivor(
    configuration: "Configuration", section: "DuplicatesSection", signals: Mapping[str, Signal]
) -> Iterator[tuple[str, str]]:
    known = [*(name for name, signal in signals.items() if is_number(signal)), *BUILT_IN_COLUMNS]
    for entry in section.survivor:
        name, *direction = entry.split() or [""]
        if direction not in ([], ["asc"], ["desc"]):
            yield "survivor", f"{entry!r}: write a column, then asc or desc"
        if name not in known:
            yield "survivor", unknown("column", name, known)
        if name == "token_count" and configuration.tokens.tokenizer is None:
            yield "survivor", "token_count is null without a tokenizer; name tokens.tokenizer"
