"""Earlier outputs that a run's documents are compared with: what keeps them from meeting is told before it starts."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pyarrow.parquet as pq

from filters.errors import ConfigurationError, OutputError
from filters.near import Near
from filters.policy import Duplicates
from pipelines.configuration import Configuration
from pipelines.corpus import Corpus, EarlierOutput, earlier_output
from pipelines.duplicates_checks import BUILT_IN_SCOPES
from pipelines.job import fingerprint
from pipelines.measuring_stage import indexed_kinds, set_parameters
from pipelines.paths import place_of_run
from pipelines.planning import plan_of
from pipelines.splits_section import unlike_splits
from storage.checked_files import difference
from storage.files import exists, open_input, read_json
from storage.run_files import check_run
from storage.shingle_files import check_sets
from storage.signature_files import check_signatures

__all__ = ["against_of", "earlier_identities", "earlier_sizes"]

Record = Mapping[str, Any]

OPENED_AT_ONCE = 32
"""Files of earlier outputs whose headers are read."""


def against_of(configuration: Configuration) -> dict[str, str]:
    """Places of the earlier outputs that a configuration names, by name."""
    duplicates = configuration.duplicates
    return {} if duplicates is None else {name: place_of_run(path) for name, path in duplicates.against.items()}


def earlier_identities(configuration: Configuration, places: Mapping[str, str]) -> dict[str, str]:
    """What each earlier output that a configuration names is known by: it changes with its documents and decisions.

    Args:
        configuration: of the run.
        places: what no earlier output may be, by what it is: the output, and the run that is decided from.

    Raises:
        ConfigurationError: the run's documents cannot be compared with those of one of them.
        OutputError: one of them is not there, not finished, or has not all files of its index.
    """
    named = {place: what for what, place in places.items()}
    identities = {}
    for name, place in against_of(configuration).items():
        output = _finished(name, place)
        for found in dict.fromkeys((output.output, output.source)):
            if found in named:
                both = "" if found == place else f" holds the decisions over {found}, which"
                raise ConfigurationError(
                    f"duplicates.against.{name}: {place}{both} is {named[found]} too; name every earlier output once, "
                    f"and none that this run writes or decides from"
                )
        named |= dict.fromkeys((output.source, output.output), f"duplicates.against.{name}")
        record, measured_from = (read_json(f"{folder}/run.json") for folder in (place, output.source))
        for problem in _problems(configuration, output, measured_from["measured"], record["configuration"]):
            raise ConfigurationError(f"duplicates.against.{name}: {problem}")
        _check_files(configuration, output)
        listing, listed = (read_json(f"{folder}/shards.json")["shards"] for folder in (place, output.source))
        if (record["fingerprints"]["measure"], listing) != (measured_from["fingerprints"]["measure"], listed):
            raise OutputError(
                f"duplicates.against.{name}: {place} was decided from {output.source}, which has been read or measured "
                f"otherwise since; decide again: "
                f"`tamis decide CONFIG --from {output.source} --output {place} --overwrite`"
            )
        prints = [measured_from["fingerprints"]["measure"], record["fingerprints"]["decide"]]
        identities[name] = fingerprint(prints, listing, record["limits"], record.get("against"))
    return identities


def earlier_sizes(configuration: Configuration) -> list[int]:
    """Bytes of every shard that earlier outputs were made of."""
    outputs = against_of(configuration).values()
    return [shard["size"] for output in outputs for shard in read_json(f"{output}/shards.json")["shards"]]


def _finished(name: str, place: str) -> EarlierOutput:
    if not exists(place):
        raise OutputError(f"duplicates.against.{name}: there is no {place}; name the output of a finished run")
    if not exists(f"{place}/run.json"):
        raise OutputError(
            f"duplicates.against.{name}: {place} is not a finished run: it has no run.json; finish it with `tamis run`"
        )
    output = earlier_output(name, place)
    if not exists(f"{output.source}/run.json"):
        raise OutputError(
            f"duplicates.against.{name}: {place} was decided from {output.source}, which is not a finished run: it "
            f"has no run.json; bring it back, or finish it with `tamis run`"
        )
    return output


def _problems(
    configuration: Configuration, output: EarlierOutput, measured: Record, decided_by: Record
) -> Iterator[str]:
    """What keeps signed texts of an earlier output from being compared with those of this run, the first first."""
    duplicates = configuration.policy().duplicates
    assert duplicates is not None
    mend = f"make this run's alike, or run again what made {output.source}"
    if measured["signed_step"] is None:
        yield f"{output.source} sought no duplicates, and so has no index; run it again with a section duplicates"
        return
    ours, theirs = _passes(plan_of(configuration).record()), _passes(measured)
    if list(ours) != list(theirs) and list(ours.values()) != list(theirs.values()):
        told = [", ".join(passes) or "no cleaner" for passes in (theirs, ours)]
        yield f"the text that {output.source} signed went through {told[0]}, this run's through {told[1]}; {mend}"
    for (name, one), (other_name, other) in zip(ours.items(), theirs.items(), strict=False):
        if one != other:
            yield (
                f"the text that {output.source} signed went through {other_name} with {other}, this run's through "
                f"{name} with {one}; {mend}"
            )
    if duplicates.near is not None:
        yield from _unlike(duplicates.near, measured["near"], output, mend)
    yield from _scopes(duplicates, output, measured)
    if configuration.splits is not None:
        unlike = unlike_splits(configuration.splits, decided_by.get("splits"))
        if unlike is not None:
            yield f"the splits of {output.output} are {unlike}"


def _passes(measured: Record) -> dict[str, str]:
    """The passes of cleaners up to the signed step, each with its fingerprint."""
    steps = measured["steps"][: measured["steps"].index(measured["signed_step"]) + 1]
    return {name: measured["makers"][name] for name in measured["passes"] if name.partition("/")[0] in steps}


def _unlike(near: Near, theirs: str | None, output: EarlierOutput, mend: str) -> Iterator[str]:
    if theirs is None:
        yield f"{output.source} sought no near duplicates, and signed no text for them; run it again with near"
    elif theirs not in (near.index_fingerprint, f"{near.fingerprint}; sets of shingles"):
        parts = difference(theirs, near.index_fingerprint)
        yield f"near duplicates of {output.source} are signed by: {parts[0]}; this run's by: {parts[1]}; {mend}"


def _scopes(duplicates: Duplicates, output: EarlierOutput, measured: Record) -> Iterator[str]:
    if not duplicates.scope or not output.shards:
        return
    with open_input(Corpus([output], "", []).path(0, "documents")) as source, pq.ParquetFile(source) as file:
        known = {*BUILT_IN_SCOPES, *file.schema_arrow.names, *(name.partition("@")[0] for name in measured["columns"])}
    for name in duplicates.scope:
        if name not in known:
            yield (
                f"duplicates.scope is {name}, and {output.source} has no such column and measured no such signal; "
                f"take it out of the scope, or run again what made {output.source}, with that column"
            )


def _check_files(configuration: Configuration, output: EarlierOutput) -> None:
    """Open what is read of every shard: the files of its index, their headers verified, and its decisions."""
    duplicates = configuration.policy().duplicates
    assert duplicates is not None
    corpus = Corpus([output], "", [])
    with ThreadPoolExecutor(OPENED_AT_ONCE) as pool:  # an object store takes its time for each
        for problem in pool.map(partial(_wanting, corpus, duplicates.near), range(corpus.first_own)):
            if problem is not None:
                raise OutputError(f"duplicates.against.{output.name}: {problem}")


def _wanting(corpus: Corpus, near: Near | None, number: int) -> str | None:
    """What is wrong with the files of a shard of an earlier output."""
    output, decisions = corpus.earlier[0], corpus.decisions(number)
    try:
        for kind, parameters in indexed_kinds(near).items():
            check_run(corpus.index(number, f".{kind}.run"), parameters)
        if near is not None:
            parameters = indexed_kinds(near)["near"]
            check_signatures(corpus.index(number, ".near.signatures"), parameters, near.permutations.count)
        if near is not None and near.verify == "exact":
            places, sets = (corpus.index(number, suffix) for suffix in (".near.sets", ".near.shingles"))
            check_sets(places, sets, set_parameters(near))
    except OutputError as error:
        return f"{error} (the command that made {output.source})"
    return None if exists(decisions) else f"{decisions} is missing; run again what made {output.output}"
