"""Preparing a job: what is read, what it is decided by, and whether the output may take it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filters.errors import ConfigurationError, OutputError
from pipelines.answers import answerable
from pipelines.configuration import Configuration
from pipelines.job import Job, fingerprint, source_record
from pipelines.near_section import with_bands_of
from pipelines.planning import plan_of
from pipelines.sampling import sampled_shards
from pipelines.standing import code_fingerprint, prepare, shard_rows
from storage.files import exists, read_json
from storage.inputs import Shard
from storage.listing import list_shards

__all__ = ["Prepared", "output_of", "place_of_run", "prepare_decision", "prepare_run"]

BYTES_PER_PARTITION = 64 << 20
MOST_PARTITIONS = 256


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job that may start.

    Attributes:
        job: for the transforms.
        shards: in the order of their names.
        configuration: resolved.
        request: what ``started.json`` and ``run.json`` say was asked for.
    """

    job: Job
    shards: list[Shard]
    configuration: Configuration
    request: dict[str, Any]


def output_of(configuration: Configuration) -> str:
    """The output's absolute path or URL.

    Raises:
        ConfigurationError: there is none.
    """
    if configuration.output.path is None:
        raise ConfigurationError("no output; write output: {path: FOLDER} or give --output FOLDER")
    return place_of_run(configuration.output.path)


def place_of_run(path: str) -> str:
    """A run's absolute path, or its URL, without a slash at the end."""
    return path.rstrip("/") if "://" in path else str(Path(path).resolve())


def prepare_run(configuration: Configuration, *, overwrite: bool = False) -> Prepared:
    """List the shards of a configuration and sign its output.

    Raises:
        ConfigurationError: there is no output, or nothing to read.
        OutputError: something else stands in the output.
    """
    output = output_of(configuration)
    shards = sampled_shards(list_shards(configuration.readers(), configuration.read_limits()), configuration.sample)
    if not shards:
        raise ConfigurationError("the sample holds no shard; raise sample.fraction or take another seed")
    return _prepared(configuration, output, output, shards, text=True, overwrite=overwrite)


def prepare_decision(
    configuration: Configuration, source: str, *, text: bool = True, overwrite: bool = False
) -> Prepared:
    """Check that a finished run can answer a policy, and sign the output.

    What the configuration says of reading is taken from that run.

    Raises:
        ConfigurationError: the run cannot answer, or is the output itself.
        OutputError: it is not finished, or something else stands in the output.
    """
    output, source = output_of(configuration), place_of_run(source)
    if output == source:
        raise ConfigurationError(f"--output is the run that --from names, {source}; decide never writes that one")
    if not exists(f"{source}/run.json"):
        raise OutputError(f"{source} is not a finished run: it has no run.json; finish it with `tamis run`")
    record = read_json(f"{source}/run.json")
    if record["from"] is not None:
        raise ConfigurationError(f"{source} was itself decided from {record['from']}; give --from {record['from']}")
    earlier = Configuration.model_validate_json(json.dumps(record["configuration"]))
    configuration = _with_bands_of(configuration, earlier)
    answerable(configuration, earlier, source_record(source), source)
    taken = {name: getattr(earlier, name) for name in ("inputs", "extract", "limits", "sample", "tokens")}
    shards = [
        Shard(s["name"], s["input"], "", s["format"], s["size"], s["identity"])
        for s in read_json(f"{source}/shards.json")["shards"]
    ]
    wanted = configuration.model_copy(update=taken)
    measured = record["measured"]
    return _prepared(wanted, output, source, shards, text=text, overwrite=overwrite, measured=measured)


def _with_bands_of(wanted: Configuration, earlier: Configuration) -> Configuration:
    """The wanted configuration with the bands of an earlier one, where it leaves them to be chosen."""
    sections = [c.duplicates.near if c.duplicates is not None else None for c in (wanted, earlier)]
    if wanted.duplicates is None or sections[0] is None or sections[1] is None:
        return wanted
    near = with_bands_of(sections[0], sections[1])
    return wanted.model_copy(update={"duplicates": wanted.duplicates.model_copy(update={"near": near})})


def _prepared(
    configuration: Configuration,
    output: str,
    source: str,
    shards: list[Shard],
    *,
    text: bool,
    overwrite: bool,
    measured: object = None,
) -> Prepared:
    code = code_fingerprint()
    request: dict[str, Any] = {
        "configuration": configuration.model_dump(mode="json"),
        "code": code,
        "from": None if source == output else source,
        "makers": plan_of(configuration).makers if source == output else None,
        "text": text,
    }
    prepare(output, request, shards, overwrite=overwrite)
    job = Job(
        configuration=configuration.model_dump_json(),
        output=output,
        source=source,
        measures=source == output,
        text=text,
        listing=fingerprint(shard_rows(shards), measured),
        code=code,
        partition_count=_partition_count(shards, configuration.run.workers),
    )
    return Prepared(job, shards, configuration, request)


def _partition_count(shards: list[Shard], workers: int) -> int:
    """Parts of the exchange: it follows from the size of the input, and each worker gets some."""
    return min(MOST_PARTITIONS, max(2 * workers, sum(s.size for s in shards) // BYTES_PER_PARTITION))
