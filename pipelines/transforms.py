"""The transforms of a run: `Annotate`, `FindDuplicates` and `Decide`, for our graph or a user's own Beam code.

Their elements are shards, ``(ordinal, Shard)`` first and then ``(ordinal, name)``: the documents of a shard stay inside
one step, and what crosses the shuffles is names, ranges or packed hashes, packed edges, small rows and counts.

    prepared = prepare_run(configuration)
    job = prepared.job
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        start = pipeline | beam.Create(list(enumerate(prepared.shards)), reshuffle=True)
        ledger = start | Annotate(job) | FindDuplicates(job) | Decide(job)
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import AsSingleton

from pipelines import deciding_stage, earlier_stage, electing_stage, extracting_stage, measuring_stage, quantile_stage
from pipelines.count_over_corpus import CountOverCorpus
from pipelines.find_duplicates import FindDuplicates
from pipelines.job import Job, tools
from reports.ledger import Ledger, merge
from storage.files import write_json
from storage.inputs import Shard

__all__ = ["COUNTERS", "Annotate", "Decide", "FindDuplicates"]

COUNTERS = "tamis"
"""Namespace of Beam's counters; their names are those of the ledger's sums (``records/kept``, ...)."""

Keyed = tuple[int, Any]
Limits = dict[str, dict[str, float]]


class Annotate(beam.PTransform):
    """(ordinal, Shard) to (ordinal, name) of shards whose documents and annotations stand."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, shards: beam.PCollection[tuple[int, Shard]]) -> beam.PCollection[Keyed]:
        """One step: read, extract, measure, publish; where something is counted over the corpus, in several passes."""
        if self.job.rounds:
            shards = shards | "Extract" >> beam.Map(_extract, self.job)
        for round_ in range(self.job.rounds):
            shards = shards | f"CountOverCorpus{round_}" >> CountOverCorpus(self.job, round_)
        return shards | "Measure" >> beam.ParDo(_Measure(self.job))


class Decide(beam.PTransform):
    """(ordinal, name) of measured shards to one mapping: ``totals``, the merged ledger, and ``limits``."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, measured: beam.PCollection[Keyed]) -> beam.PCollection[dict[str, Any]]:
        """Quantile limits, one election a component, then every shard's decisions."""
        limits = measured | "ResolveQuantiles" >> _ResolveQuantiles(self.job)
        losers = measured | "Elect" >> _Elect(self.job, limits)
        return (
            {"shard": measured, "losers": losers}
            | "LosersByShard" >> beam.CoGroupByKey()
            | "DecideShard" >> beam.ParDo(_DecideShard(self.job), AsSingleton(limits))
            | "MergeLedgers" >> beam.CombineGlobally(_merge)
            | "Total" >> beam.Map(_total, self.job, AsSingleton(limits))
        )


class _ResolveQuantiles(beam.PTransform):
    """(ordinal, name) of measured shards to one mapping of limits by rule and group."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def expand(self, grouped: beam.PCollection[Keyed]) -> beam.PCollection[Limits]:
        """Count by shard, merge by group, resolve."""
        policy = tools(self.job).policy
        if not quantile_stage.quantile_rules(policy):
            return grouped.pipeline | "NoQuantiles" >> beam.Create([{}])
        return (
            grouped
            | "Count" >> beam.FlatMap(_quantile_counts, self.job)
            | "MergeCounts" >> beam.CombinePerKey(quantile_stage.merge_packed)
            | "AllCounts" >> beam.combiners.ToList()
            | "Resolve" >> beam.Map(_resolve, self.job)
        )


class _Elect(beam.PTransform):
    """(ordinal, name) of grouped shards to (ordinal, losers)."""

    def __init__(self, job: Job, limits: beam.PCollection[Limits]) -> None:
        super().__init__()
        self.job = job
        self.limits = limits

    def expand(self, grouped: beam.PCollection[Keyed]) -> beam.PCollection[Keyed]:
        """Contenders by partition of components, one election each, losers by shard."""
        if tools(self.job).policy.duplicates is None:
            return grouped | "NoDuplicates" >> beam.Filter(lambda _: False)
        contenders = grouped | "Contenders" >> beam.FlatMap(_contenders, self.job, AsSingleton(self.limits))
        if tools(self.job).corpus.first_own:
            contenders = (contenders, self._settled(grouped)) | "AllContenders" >> beam.Flatten()
        return contenders | "ByComponent" >> beam.GroupByKey() | "HoldElections" >> beam.FlatMap(_elections, self.job)

    def _settled(self, grouped: beam.PCollection[Keyed]) -> beam.PCollection[tuple[int, bytes]]:
        """What earlier outputs kept, once it is known which components it is in."""
        return (
            grouped
            | "AllGrouped" >> beam.combiners.Count.Globally()
            | "EarlierShards" >> beam.FlatMap(_earlier_shards, self.job)
            | "SpreadEarlier" >> beam.Reshuffle()
            | "EarlierContenders" >> beam.FlatMap(_earlier_contenders, self.job)
        )


class _Measure(beam.DoFn):
    """Measures a shard; Beam's counters get what was read."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def process(self, element: tuple[int, Shard]) -> Iterator[Keyed]:
        ordinal, shard = element
        marker = measuring_stage.measure_shard(self.job, shard)
        Metrics.counter(COUNTERS, "documents/measured").inc(marker["counts"]["documents"])
        yield ordinal, shard.name


def _extract(element: tuple[int, Shard], job: Job) -> tuple[int, Shard]:
    extracting_stage.extract_shard(job, element[1])
    return element


class _DecideShard(beam.DoFn):
    """Decides over a shard; Beam's counters get the ledger's sums."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def process(self, element: Keyed, limits: Limits) -> Iterator[dict[str, Any]]:
        ordinal, found = element
        ledger = deciding_stage.decide_shard(self.job, ordinal, found["losers"], limits)
        for section in ("records", "characters", "tokens", "bytes"):
            for name, value in ledger[section].items():
                amount = sum(value.values()) if isinstance(value, dict) else value
                Metrics.counter(COUNTERS, f"{section}/{name}").inc(amount)
        yield ledger


def _merge(ledgers: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return dict(merge(cast(Iterable[Ledger], ledgers)))


def _total(totals: dict[str, Any], job: Job, limits: Limits) -> dict[str, Any]:
    found = {"totals": totals, "limits": limits}
    write_json(f"{job.output}/totals.json", found)
    return found


def _quantile_counts(element: Keyed, job: Job) -> Iterator[tuple[tuple[str, str], bytes]]:
    yield from quantile_stage.count_quantiles(job, element[1])


def _resolve(merged: list[tuple[tuple[str, str], bytes]], job: Job) -> Limits:
    return quantile_stage.resolve_quantiles(tools(job).policy, merged)


def _contenders(element: Keyed, job: Job, limits: Limits) -> Iterator[Keyed]:
    yield from electing_stage.contenders_of(job, *element, limits)


def _earlier_shards(_: int, job: Job) -> Iterator[int]:
    yield from range(tools(job).corpus.first_own)


def _earlier_contenders(number: int, job: Job) -> Iterator[Keyed]:
    yield from earlier_stage.earlier_contenders(job, number)


def _elections(element: tuple[int, Iterable[bytes]], job: Job) -> Iterator[Keyed]:
    yield from electing_stage.hold_elections(job, element[1])
