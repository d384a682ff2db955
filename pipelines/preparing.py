"""Preparing a job: what is read, what it is decided by, and whether the output may take it."""

import json
from dataclasses import dataclass
from typing import Any

from filters.counting_plan import counts_of
from filters.errors import ConfigurationError, OutputError
from pipelines.against import against_of, earlier_identities, earlier_sizes
from pipelines.answers import answerable
from pipelines.configuration import Configuration
from pipelines.job import Job, fingerprint, source_record
from pipelines.near_section import with_bands_of
from pipelines.partition_count import partition_count
from pipelines.paths import place_of_run
from pipelines.planning import plan_of
from pipelines.sampling import sampled_shards
from pipelines.standing import code_fingerprint, prepare, shard_rows
from storage.files import exists, read_json
from storage.inputs import Shard
from storage.listing import list_shards

__all__ = ["Prepared", "output_of", "prepare_decision", "prepare_run"]


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
    against = earlier_identities(configuration, {"the output of this run": output})
    return _prepared(configuration, output, output, shards, against, text=True, overwrite=overwrite)


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
    against = earlier_identities(wanted, {"the output": output, "the run that --from names": source})
    _check_unchanged(wanted, against, source, record.get("against") or {})
    measured = record["measured"]
    return _prepared(wanted, output, source, shards, against, text=text, overwrite=overwrite, measured=measured)


def _check_unchanged(wanted: Configuration, against: dict[str, str], source: str, found: dict[str, str]) -> None:
    """Refuse earlier outputs that are not as they were when the duplicates among them were found."""
    for name, identity in against.items():
        if identity != found.get(name):
            raise OutputError(
                f"duplicates.against.{name}: {against_of(wanted)[name]} is not, or no longer, what {source} was "
                f"deduplicated against; run that again first: `tamis run CONFIG --output {source} --overwrite`"
            )


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
    against: dict[str, str],
    *,
    text: bool,
    overwrite: bool,
    measured: object = None,
) -> Prepared:
    code = code_fingerprint()
    plan = plan_of(configuration) if source == output else None
    rounds = [] if plan is None else [count.round for count in counts_of(plan)]
    request: dict[str, Any] = {
        "configuration": configuration.model_dump(mode="json"),
        "code": code,
        "from": None if source == output else source,
        "against": against,
        "makers": plan.makers if plan is not None else None,
        "counted": rounds,
        "text": text,
    }
    prepare(output, request, shards, overwrite=overwrite)
    sizes = [*earlier_sizes(configuration), *(shard.size for shard in shards)]
    job = Job(
        configuration=configuration.model_dump_json(),
        output=output,
        source=source,
        measures=source == output,
        text=text,
        listing=fingerprint(shard_rows(shards), measured, against),
        code=code,
        partition_count=partition_count(sizes, configuration.policy(), configuration.run, counts=bool(rounds)),
        rounds=max(rounds, default=-1) + 1,
    )
    return Prepared(job, shards, configuration, request)
