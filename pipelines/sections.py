"""The sections of a configuration that say what is read, where it goes and how: keys, types, defaults."""

import os
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from pipelines.quantities import Allowance, Bytes, Share
from storage.inputs import Input, Limits

__all__ = [
    "BudgetSection",
    "ExtractSection",
    "InputSection",
    "LimitsSection",
    "OutputSection",
    "RunSection",
    "SampleSection",
    "Section",
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
    flagged_spans: bool = False
    """Write the spans that rules act upon to spans/, as JSON Lines with their text and what stands around it."""
    compression: Literal["zstd", "snappy", "gzip", "lz4", "none"] = "zstd"
    """Of the Parquet files."""


class ExtractSection(Section):
    """How text is extracted from pages."""

    html: Literal["trafilatura", "resiliparse"] = "trafilatura"
    """The extractor of main content: the more exact or the faster one."""


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
    chunk_rows: Annotated[int, Field(gt=0)] = 1024
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
    exchange: Literal["auto", "files", "blocks"] = "auto"
    """How hashes of documents meet: through files of the output, as on the local runner, or through the runner's own
    shuffle, as on any other."""
    components: Literal["auto", "memory", "rounds"] = "auto"
    """Where duplicates are joined: in the memory of one worker, or by rounds over all of them, which a distributed
    runner takes where links between duplicates are too many for one."""
    options: tuple[str, ...] = ()
    """Beam's own options: --project=..."""

    @property
    def crosses_in_blocks(self) -> bool:
        """Whether hashes cross the runner's shuffle themselves."""
        return self.exchange == "blocks" or (self.exchange == "auto" and self.runner != "local")


class SampleSection(Section):
    """A pilot on a part of the input."""

    fraction: Annotated[Share, Field(gt=0, le=1)]
    """The share that is read."""
    seed: int = 0
    """Another seed, another sample."""
    of: Literal["documents", "shards"] = "documents"
    """Documents by the hash of their key, or whole shards."""
