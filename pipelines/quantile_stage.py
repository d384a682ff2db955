"""Limits that depend on the whole corpus: counted shard by shard, merged, resolved to numbers."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.annotations import column
from filters.judging import is_quantile, judge_batch
from filters.measured import first_column, languages
from filters.policy import Policy, Rule
from filters.quantiles import COUNT, count_values, merge_counts, quantile_limit
from filters.rules import holds_for
from pipelines.job import Job, tools
from pipelines.reading import annotation_batches

__all__ = ["count_quantiles", "merge_packed", "quantile_rules", "resolve_quantiles"]

Group = tuple[str, str]
"""A rule, ``step/rule``, and a group of documents."""


def quantile_rules(policy: Policy) -> dict[str, tuple[str, Rule]]:
    """The rules of a policy that need the whole corpus: step and rule, by ``step/rule``."""
    return {f"{s.name}/{r.name}": (s.name, r) for s in policy.steps for r in s.rules if is_quantile(r)}


def count_quantiles(job: Job, shard: str) -> Iterator[tuple[Group, bytes]]:
    """The values of a shard's documents that pass every rule with a fixed limit, counted by rule and group.

    A rule for some languages counts documents of these alone.
    """
    kit = tools(job)
    rules = quantile_rules(kit.policy)
    counts: dict[Group, list[npt.NDArray[np.void]]] = {}
    for batch in annotation_batches(kit, shard):
        passes = judge_batch(kit.policy, kit.measured, batch).passes
        for name, (step, rule) in rules.items():
            for group, values in _values_by_group(batch, passes, step, rule):
                counts.setdefault((name, group), []).append(count_values(values))
    for key, parts in sorted(counts.items()):
        yield key, merge_counts(parts).tobytes()


def _values_by_group(
    batch: pa.RecordBatch, passes: npt.NDArray[np.bool_], step: str, rule: Rule
) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    """The values that a rule's limits are resolved from: defined ones, of documents that pass and that it holds for."""
    values = pc.cast(batch.column(column(rule.signal, step)), pa.float64())
    groups = first_column(batch, rule.by) if rule.by else pa.array([""] * len(values), pa.string())
    undefined = values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    chosen = pa.array(passes & ~undefined & holds_for(rule.languages, languages(batch)))
    values, groups = values.filter(chosen), groups.filter(chosen)
    for group in pc.unique(groups).drop_null().to_pylist():
        yield group, values.filter(pc.equal(groups, group)).to_numpy(zero_copy_only=False)


def merge_packed(parts: Iterable[bytes]) -> bytes:
    """Packed counts merged, for a Beam combiner: the order of merging changes nothing."""
    return merge_counts([np.frombuffer(part, COUNT) for part in parts]).tobytes()


def resolve_quantiles(policy: Policy, merged: Iterable[tuple[Group, bytes]]) -> dict[str, dict[str, float]]:
    """The limit of each rule and group; a rule whose signal no document had has no groups."""
    rules = quantile_rules(policy)
    limits: dict[str, dict[str, float]] = {name: {} for name in rules}
    for (name, group), packed in sorted(merged):
        rule = rules[name][1]
        share = rule.keep_top if rule.keep_top is not None else rule.keep_bottom
        assert share is not None
        counts = np.frombuffer(packed, COUNT)
        limits[name][group] = quantile_limit(counts, share, top=rule.keep_top is not None)
    return limits
