"""A job: what the supervisor hands to workers, and the tools that each worker makes of it once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import pyarrow as pa
import xxhash

from filters.documents import SCHEMA
from filters.extraction import Extractor
from filters.measured import Measured
from filters.plan import Plan
from filters.policy import Policy
from pipelines.configuration import Configuration
from pipelines.corpus import Corpus
from pipelines.journal import Journal, journal
from pipelines.planning import plan_of
from storage.files import read_json
from storage.inputs import Input, Limits
from storage.layout import shard_path

__all__ = ["Job", "Tools", "fingerprint", "tools"]


def fingerprint(*parts: object) -> str:
    """A fixed 128-bit digest of JSON values, in hexadecimal."""
    return xxhash.xxh3_128_hexdigest(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode())


@dataclass(frozen=True, slots=True)
class Job:
    """A run, or a decision over one, in a few strings that every worker can have.

    Attributes:
        configuration: resolved, as JSON.
        output: folder or URL that is written.
        source: folder or URL whose documents, annotations, index and groups are used: `output` itself,
            or the run that `tamis decide` starts from.
        measures: the job reads and measures; else it decides only.
        text: the job writes clean/ and removed/.
        listing: fingerprint of the list of shards, so that tools are not shared over another list.
        code: fingerprint of the code that measures and decides.
        partition_count: parts of the exchange; never changes a byte of the result.
        workers_folder: where workers keep their journals; None where nobody supervises.
        rounds: of counting over the corpus, each of which is a pass over all shards before they are measured.
        suspects: (shard, chunk) that were worked on at two deaths, as JSON: they are measured in quarantine.
    """

    configuration: str
    output: str
    source: str
    measures: bool
    text: bool
    listing: str
    code: str
    partition_count: int
    workers_folder: str | None = None
    suspects: str = "[]"
    rounds: int = 0


class Tools:
    """What a worker makes of a job: models are loaded once a process."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.configuration = Configuration.model_validate_json(job.configuration)
        self.policy: Policy = self.configuration.policy()
        self.inputs: dict[str, Input] = {i.name: i for i in self.configuration.readers()}
        self.limits: Limits = self.configuration.read_limits()
        self.suspects = frozenset((shard, chunk) for shard, chunk in json.loads(job.suspects))

    @property
    def journal(self) -> Journal:
        """This process's journal."""
        return journal(self.job.workers_folder)

    @cached_property
    def plan(self) -> Plan:
        """What is measured, with its annotators and cleaners."""
        return plan_of(self.configuration)

    @cached_property
    def extractor(self) -> Extractor:
        """Makes text of pages."""
        return Extractor(self.configuration.extract.html, self.limits.html_depth, self.limits.html_bytes)

    @cached_property
    def declared(self) -> list[pa.Field]:
        """The declared columns of all inputs, by name."""
        fields = {field.name: field for source in self.inputs.values() for field in source.declared}
        return [fields[name] for name in sorted(fields)]

    @cached_property
    def document_schema(self) -> pa.Schema:
        """Columns of documents: the fixed ones, the declared ones, the page signals."""
        page = [pa.field(s.name, s.type) for a in self.plan.page_annotators for s in a.signals]
        return pa.schema([*SCHEMA, *self.declared, *page])

    @cached_property
    def extract_fingerprint(self) -> str:
        """Changes when a document may change."""
        reading = {name: repr(replace(source, paths=("",))) for name, source in self.inputs.items()}
        sample = self.configuration.sample.model_dump() if self.configuration.sample else None
        page = [annotator.fingerprint for annotator in self.plan.page_annotators]
        return fingerprint(reading, str(self.limits), self.extractor.fingerprint, page, sample, self.job.code)

    @cached_property
    def measure_fingerprint(self) -> str:
        """Changes when a document or an annotation may change."""
        return fingerprint(self.extract_fingerprint, self.plan.fingerprint)

    @cached_property
    def decide_fingerprint(self) -> str:
        """Changes when a decision over the same facts may change."""
        return fingerprint(repr(self.policy), self.configuration.output.model_dump(exclude={"path"}), self.job.code)

    @cached_property
    def shards(self) -> list[str]:
        """Names of all shards of the source, in order: the place is the ordinal."""
        return [s["name"] for s in read_json(f"{self.job.source}/shards.json")["shards"]]

    @cached_property
    def corpus(self) -> Corpus:
        """All shards whose documents meet: those of earlier outputs, and the run's own."""
        duplicates = self.configuration.duplicates
        return Corpus.of({} if duplicates is None else duplicates.against, self.job.source, self.shards)

    @cached_property
    def measured(self) -> Measured:
        """What was measured, as the job's source wrote it down."""
        return Measured.from_record(self.plan.record()) if self.job.measures else source_record(self.job.source)

    def source(self, folder: str, shard: str, suffix: str = ".parquet") -> str:
        """A shard's file among what was measured."""
        return shard_path(self.job.source, folder, shard, suffix)

    def output(self, folder: str, shard: str, suffix: str = ".parquet") -> str:
        """A shard's file among what is written."""
        return shard_path(self.job.output, folder, shard, suffix)


def source_record(source: str) -> Measured:
    """What a finished run measured, from its ``run.json``."""
    record: Mapping[str, Any] = read_json(f"{source}/run.json")["measured"]
    return Measured.from_record(record)


@cache
def tools(job: Job) -> Tools:
    """The tools of this process for a job."""
    return Tools(job)
