"""Counting over the corpus: pieces of all shards meet by range of their hash, and each shard learns what it needs.

A round has three stages: a shard's pieces become run files; those of one range of hashes, from all shards, are counted;
each shard's part of the result becomes its file of counts. What crosses the shuffles is where they lie.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from filters.counted import Counts
from filters.counting_plan import Count, counts_of, turns_before
from pipelines.documents import numbered, ordinals, rows_in_shards
from pipelines.job import Job, Tools, fingerprint, tools
from pipelines.marked import once
from pipelines.measuring_chunks import Pass
from pipelines.shard_passes import measured_chunks
from storage.count_files import SHARED, read_shared, write_counts, write_shared
from storage.files import read_json
from storage.inputs import Shard
from storage.run_files import RECORD, filled_partitions, read_run, write_run

__all__ = ["Part", "Slice", "count_partition", "counts_digests", "slices_of", "write_pieces", "write_shard_counts"]

Records = npt.NDArray[np.void]

PAIR = np.dtype([("hash", "<u8"), ("text", "<u8"), ("document", "<u8")])

Slice = tuple[int, int, int, int]
"""Ordinal of a shard, number of a count, and the first and last record of its run file."""

Part = tuple[int, int, int, int]
"""A partition, number of a count, and the first and last record of what was counted there for one shard."""


def write_pieces(job: Job, shard: Shard, round_: int) -> dict[str, Any]:
    """Publish the run files of a shard's pieces, unless they stand.

    Returns:
        The marker.
    """
    kit = tools(job)
    turns = turns_before(kit.plan, round_)
    ran = [(t.name, t.source and t.source.fingerprint, [repr(gate) for gate in t.gates]) for t in turns]
    parameters = [(count.number, count.parameters) for count in _counts(kit, round_)]
    extracted = read_json(kit.output("extracted", shard.name, ".json"))["digests"]
    known = counts_digests(kit, shard.name, round_)
    wanted = fingerprint(job.code, ran, parameters, extracted, *known)

    def make() -> dict[str, Any]:
        return {"shard": shard.name, "fingerprint": wanted, "digests": _write_runs(kit, shard, round_)}

    marker = kit.output("counts", shard.name, f".pieces{round_}.json")
    return once(marker, wanted, kit.journal.task(f"pieces {round_}", shard.name), make)


def _counts(kit: Tools, round_: int) -> list[Count]:
    return [count for count in counts_of(kit.plan) if count.round == round_]


def _write_runs(kit: Tools, shard: Shard, round_: int) -> dict[str, str]:
    counts = _counts(kit, round_)
    found: dict[int, list[Records]] = {count.number: [np.empty(0, RECORD)] for count in counts}
    for _, chunk in measured_chunks(kit, shard, Pass(f"pieces {round_}", round=round_)):
        for number in found:
            found[number].append(_records(chunk.annotations, number))
    return {
        str(c.number): write_run(_run(kit, shard.name, c.number), _of_texts(found.pop(c.number)), c.parameters)
        for c in counts
    }


def _of_texts(parts: list[Records]) -> Records:
    """The pieces of each text once, under the first document that has it: copies are no news to the count."""
    records = np.concatenate(parts)
    records = records[np.lexsort((records["row"], records["payload"], records["hash"]))]
    return records[_another(records["hash"]) | _another(records["payload"])]


def _records(given: pa.RecordBatch, number: int) -> Records:
    """Run-file records of what a chunk gave to a count: hash, row, and as payload the text's name."""
    pieces = given.column(f"pieces{number}")
    owners = pc.list_parent_indices(pieces)
    records = np.empty(len(owners), RECORD)
    records["hash"] = pieces.flatten().to_numpy(zero_copy_only=False)
    records["row"] = given.column("row").take(owners).to_numpy(zero_copy_only=False)
    records["payload"] = given.column(f"text{number}").take(owners).to_numpy(zero_copy_only=False)
    return records


def slices_of(job: Job, ordinal: int, shard: str, round_: int) -> Iterator[tuple[int, Slice]]:
    """For each partition of the hash range, where it lies in a shard's run files."""
    kit = tools(job)
    for count in _counts(kit, round_):
        hashes = read_run(_run(kit, shard, count.number), count.parameters)["hash"]
        for partition, first, last in filled_partitions(hashes, job.partition_count):
            yield partition, (ordinal, count.number, first, last)


def count_partition(job: Job, partition: int, slices: Iterable[Slice], round_: int) -> Iterator[tuple[int, Part]]:
    """Count one partition of the hash range; for each shard, where lies what it needs to know of it."""
    kit = tools(job)
    with kit.journal.task("exchange"):
        given = sorted(slices)
        for count in _counts(kit, round_):
            mine = [(ordinal, first, last) for ordinal, number, first, last in given if number == count.number]
            pairs = [_pairs(kit, count, *place) for place in mine]
            ordinals_, shared = _common(np.concatenate([np.empty(0, PAIR), *pairs]), count.documents)
            homes, begins = np.unique(ordinals_, return_index=True)
            places = write_shared(_part(kit, count.number, partition), np.split(shared, begins)[1:], count.parameters)
            for ordinal, (first, last) in zip(homes.tolist(), places, strict=True):
                yield ordinal, (partition, count.number, first, last)


def _pairs(kit: Tools, count: Count, ordinal: int, first: int, last: int) -> Records:
    records = read_run(_run(kit, kit.shards[ordinal], count.number), count.parameters, first, last)
    pairs = np.empty(len(records), PAIR)
    pairs["hash"], pairs["text"] = records["hash"], records["payload"]
    pairs["document"] = numbered(ordinal, records["row"])
    return pairs


def _common(pairs: Records, least: int) -> tuple[npt.NDArray[np.int64], Records]:
    """What stands in so many different texts, once for each shard that has it: the shard, and a record of `SHARED`.

    Sorted by shard, then hash.
    """
    pairs = pairs[np.lexsort((pairs["document"], pairs["text"], pairs["hash"]))]
    begins = _another(pairs["hash"])
    new_text = begins | _another(pairs["text"])
    group = np.cumsum(begins) - 1
    common = np.bincount(group[new_text], minlength=1) >= least
    pairs, group = pairs[common[group]], group[common[group]]
    order = np.lexsort((pairs["document"], group))
    pairs, group = pairs[order], group[order]
    first = np.flatnonzero(_another(group))
    of_group = np.repeat(first, np.diff(np.append(first, len(group))))
    homes = ordinals(pairs["document"])
    once_a_shard = _another(group) | _another(homes)
    shared = np.empty(int(once_a_shard.sum()), SHARED)
    shared["hash"] = pairs["hash"][once_a_shard]
    shared["text"] = pairs["text"][of_group[once_a_shard]]
    shared["document"] = pairs["document"][of_group[once_a_shard]]
    order = np.argsort(homes[once_a_shard], kind="stable")
    return homes[once_a_shard][order], shared[order]


def _another(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where another value stands than before."""
    return np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]


def write_shard_counts(job: Job, ordinal: int, parts: Iterable[Part], round_: int) -> dict[str, Any]:
    """Publish the files of counts of a shard, unless they stand.

    Returns:
        The marker.
    """
    kit = tools(job)
    shard, given = kit.shards[ordinal], sorted(parts)
    counts = _counts(kit, round_)
    found = {c.number: _counts_of(kit, c, [part for part in given if part[1] == c.number]) for c in counts}
    wanted = fingerprint(job.code, [(c.number, c.parameters, _digest(found[c.number])) for c in counts])

    def make() -> dict[str, Any]:
        paths = {c.number: kit.output("counts", shard, f".{c.number}.counts") for c in counts}
        digests = {str(c.number): write_counts(paths[c.number], found[c.number], c.parameters) for c in counts}
        return {"shard": shard, "fingerprint": wanted, "digests": digests}

    marker = kit.output("counts", shard, f".counts{round_}.json")
    return once(marker, wanted, kit.journal.task(f"counts {round_}", shard), make)


def _digest(counts: Counts) -> str:
    content = xxhash.xxh3_128("\0".join(counts.shards).encode())
    for column in (counts.hashes, counts.texts, counts.homes, counts.rows):
        content.update(column.tobytes())
    return content.hexdigest()


def _counts_of(kit: Tools, count: Count, parts: list[Part]) -> Counts:
    """What a shard needs to know, of all partitions, whose ranges ascend."""
    read = [read_shared(_part(kit, count.number, p), count.parameters, first, last) for p, _, first, last in parts]
    shared = np.concatenate([np.empty(0, SHARED), *read])
    homes, places = np.unique(ordinals(shared["document"]), return_inverse=True)
    names = tuple(kit.shards[home] for home in homes.tolist())
    hashes, texts = (np.ascontiguousarray(shared[name]) for name in ("hash", "text"))
    return Counts(hashes, texts, places.reshape(-1), rows_in_shards(shared["document"]), names)


def counts_digests(kit: Tools, shard: str, round_: int | None = None) -> list[dict[str, str]]:
    """The digests of a shard's files of counts, of the rounds before one, or of all."""
    rounds = range(kit.job.rounds if round_ is None else round_)
    return [read_json(kit.output("counts", shard, f".counts{number}.json"))["digests"] for number in rounds]


def _run(kit: Tools, shard: str, number: int) -> str:
    return kit.output("counts", shard, f".{number}.run")


def _part(kit: Tools, number: int, partition: int) -> str:
    return f"{kit.job.output}/work/counts/{number}-{partition}.part"
