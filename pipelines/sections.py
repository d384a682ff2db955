"""The sections of a configuration: what each key means, its type and its default."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from filters import policy
from pipelines.quantities import Allowance, Bytes, Limit, Share
from storage.inputs import Input, Limits

__all__ = [
    "BudgetSection",
    "DuplicatesSection",
    "ExtractSection",
    "InputSection",
    "InstanceSection",
    "LimitsSection",
    "OutputSection",
    "RuleSection",
    "RunSection",
    "SampleSection",
    "Section",
    "StepSection",
    "Texts",
    "TokensSection",
]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | list[str])]
"""A list of texts; a single text is a list of one."""


class Section(BaseModel):
    """A mapping of the configuration: frozen, strict in its types, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class InputSection(Section):
    """One named set of shards; a path or a list of paths stands for ``{paths: ...}``."""

    paths: Texts = ()
    """Files, folders, globs or fsspec URLs; relative to the file that names them."""
    text: str = "text"
    """The column that holds the text."""
    id: str | None = None
    """The column that holds the user's id; without one the key of the document makes it."""
    url: str | None = "url"
    """The column that holds the URL."""
    date: str | None = None
    """The column that holds the time of fetching."""
    columns: dict[str, str] = {}
    """Further columns to carry along, each with its Arrow type: {likes: int64}."""
    dataset: dict[str, JsonValue] | None = None
    """For a Hugging Face dataset: arguments of `datasets.load_dataset`, or {saved: folder}."""

    def input(self, name: str) -> Input:
        """The input that the section describes."""
        return Input(name=name, **{field: getattr(self, field) for field in InputSection.model_fields})

    @model_validator(mode="before")
    @classmethod
    def _from_paths(cls, value: object) -> object:
        return {"paths": value} if isinstance(value, str | list) else value


class OutputSection(Section):
    """Where the run goes, and what the clean corpus holds beside the text."""

    path: str | None = None
    """The folder or fsspec URL of the run."""
    signals: tuple[str, ...] = ()
    """Columns (word_count@raw) that clean/ and removed/ carry."""
    compression: Literal["zstd", "snappy", "gzip", "lz4", "none"] = "zstd"
    """Of the Parquet files."""


class ExtractSection(Section):
    """How text is extracted from pages."""

    html: Literal["trafilatura", "resiliparse"] = "trafilatura"
    """The extractor of main content: the more exact or the faster one."""


class InstanceSection(BaseModel):
    """A named annotator or cleaner: its kind, and the parameters of that kind beside it."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, JsonValue]

    kind: str | None = None
    """Of the catalogue, or package.module:Factory, or path/to/file.py:Factory; the instance's own name if absent."""

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """What the factory is given."""
        return dict(self.__pydantic_extra__)


class RuleSection(Section):
    """When a document, or a span of it, is acted upon."""

    signal: str | None = None
    """The signal of the document that is judged."""
    spans: str | None = None
    """The span signal of which every span is judged, in place of signal."""
    minimum: Limit | None = None
    """The least value that passes, alone or by language; for spans: the least score that is acted upon."""
    maximum: Limit | None = None
    """The greatest value that passes."""
    one_of: Texts | None = None
    """The values that pass, for a text signal."""
    keep_top: Annotated[Share, Field(gt=0, le=1)] | None = None
    """The share of documents with the greatest values that passes."""
    keep_bottom: Annotated[Share, Field(gt=0, le=1)] | None = None
    """The share of documents with the smallest values that passes."""
    by: str | None = None
    """The text signal within whose values a share is taken: language."""
    languages: Texts | None = None
    """The languages that the rule holds for; all if absent."""
    when_null: Literal["pass", "fail"] = "pass"
    """What an undefined value does."""
    action: policy.Action = "drop"
    """Drop the document, remove or mask the span, or tag the document."""
    gate: bool = False
    """A failing document is not measured further."""
    token: str = ""
    """What a masked span becomes."""
    tag: str | None = None
    """What a failing document is tagged with."""
    reason: str | None = None
    """A name of one's own for what is wrong."""

    def rule(self, name: str) -> policy.Rule:
        """The rule that the section describes."""
        values = {field: getattr(self, field) for field in RuleSection.model_fields if field not in ("signal", "spans")}
        signal = self.spans if self.signal is None else self.signal
        return policy.Rule(name=name, signal=signal or "", spans=self.spans is not None, **values)


def _by_name(value: object) -> object:
    """``[a, {b: {...}}]`` and ``{a: null, b: {...}}`` alike: parameters by cleaner, in order."""
    items: dict[str, Any] = {}
    for entry in value if isinstance(value, list) else [value]:
        for name, parameters in entry.items() if isinstance(entry, Mapping) else [(entry, None)]:
            if not isinstance(name, str) or name in items:
                raise ValueError(f"{name!r} is not the name of a cleaner, or stands here twice")
            items[name] = {} if parameters is None else parameters
    return items


_Parameters = dict[str, JsonValue]


class StepSection(Section):
    """Cleaners, then a block of rules measured on the text as it stands after them."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
    """Signals measured here are columns signal@name."""
    clean: Annotated[
        dict[str, _Parameters],
        BeforeValidator(_by_name, json_schema_input_type=str | list[str | dict[str, _Parameters]] | dict[str, Any]),
    ] = {}
    """Cleaners in their order, alone or with parameters: {c4_lines: {end_mark: false}}."""
    measure: Texts = ()
    """Annotators whose signals are kept though no rule asks."""
    rules: dict[str, RuleSection] = {}
    """By name."""

    def step(self) -> policy.Step:
        """The step that the section describes."""
        rules = tuple(section.rule(name) for name, section in self.rules.items())
        return policy.Step(name=self.name, clean=tuple(self.clean), measure=self.measure, rules=rules)


class DuplicatesSection(Section):
    """Which resemblances make duplicates, and which of them survives."""

    of: str
    """The step whose text is signed."""
    exact: bool = True
    """Equal normalised text."""
    url: bool = True
    """Equal canonical URL."""
    survivor: Texts = ()
    """Columns by which the survivor is elected, first the one that matters most: language_score desc."""
    action: Literal["drop", "tag"] = "drop"
    """What becomes of the others."""

    def duplicates(self) -> policy.Duplicates:
        """What the section describes."""
        kinds = tuple(kind for kind, wanted in (("text", self.exact), ("url", self.url)) if wanted)
        survivor = tuple((entry.split()[0], entry.split()[1:] == ["desc"]) for entry in self.survivor)
        return policy.Duplicates(of=self.of, kinds=kinds, survivor=survivor, action=self.action)


class TokensSection(Section):
    """How tokens are counted."""

    tokenizer: str | None = None
    """A tokenizer.json; without one token counts are estimates."""


class LimitsSection(Section):
    """What bounds memory and time; sizes after decompression, as numbers of bytes or 32 MiB."""

    record_bytes: Bytes = 32 << 20
    """A record, line or page over this fails."""
    passed_bytes: Bytes = 4 << 30
    """How much of a record that is too large is passed over before its compressed member is given up."""
    header_bytes: Bytes = 64 << 10
    """All header lines of a WARC record or HTTP response."""
    chunk_rows: Annotated[int, Field(gt=0)] = 256
    """Records of one batch."""
    chunk_bytes: Bytes = 8 << 20
    """Text and markup that end a batch."""
    shard_bytes: Bytes = 256 << 20
    """Row groups of a Parquet file that make one shard."""
    html_depth: Annotated[int, Field(gt=0)] = 250
    """Levels of nested elements of a page."""
    html_bytes: Bytes = 10 << 20
    """A page over this is not extracted."""

    def limits(self) -> Limits:
        """The limits that the section describes."""
        return Limits(**self.model_dump())


class BudgetSection(Section):
    """How much may fail before the exit status is 3: a count, or a share such as 1%."""

    failed_shards: Allowance = 0
    """Shards that could not be read."""
    failed_records: Allowance = 0.01
    """Records that could not be read."""

    def exceeded(self, *, failed_shards: int, shards: int, failed_records: int, records: int) -> list[str]:
        """A sentence for each part of the budget that was exceeded."""
        counts = {"shards": (failed_shards, shards), "records": (failed_records, records)}
        return [
            f"{failed} of {total} {what} failed; budget.failed_{what} allows {_written(allowed)}"
            for what, (failed, total) in counts.items()
            for allowed in [getattr(self, f"failed_{what}")]
            if failed > (allowed * total if isinstance(allowed, float) else allowed)
        ]


def _written(allowed: float) -> str:
    return f"{allowed:.4%}" if isinstance(allowed, float) else str(allowed)


class RunSection(Section):
    """How the work is done; none of it changes a byte of the result."""

    runner: str = "local"
    """local, or a Beam runner: FlinkRunner, DataflowRunner."""
    workers: Annotated[int, Field(ge=1)] = Field(default_factory=lambda: os.cpu_count() or 1)
    """Worker processes of the local runner; as many as there are cores if absent."""
    seconds_per_batch: Annotated[float, Field(gt=0)] = 120
    """After how long a batch that is still being worked on counts as stuck."""
    options: tuple[str, ...] = ()
    """Beam's own options: --project=..."""


class SampleSection(Section):
    """A pilot on a part of the input."""

    fraction: Annotated[Share, Field(gt=0, le=1)]
    """The share that is read."""
    seed: int = 0
    """Another seed, another sample."""
    of: Literal["documents", "shards"] = "documents"
    """Documents by the hash of their key, or whole shards."""
