"""The plan of measuring for one shard, with what was counted over the corpus as far as that shard needs it."""

from functools import lru_cache

from filters.counting_plan import Count, counts_of, with_counts
from filters.plan import Plan
from pipelines.job import Job, Tools, tools
from storage.count_files import read_counts

__all__ = ["counted_plan", "counts_before"]


def counts_before(kit: Tools, round_: int) -> list[Count]:
    """The counts of the rounds before one."""
    return [count for count in counts_of(kit.plan) if count.round < round_]


def counted_plan(kit: Tools, shard: str, round_: int) -> Plan:
    """The plan with the counts of the rounds before one.

    Raises:
        OutputError: a file of counts is missing, damaged, or was made with other parameters.
    """
    return kit.plan if round_ == 0 else _counted_plan(kit.job, shard, round_)


@lru_cache(maxsize=1)
def _counted_plan(job: Job, shard: str, round_: int) -> Plan:
    kit = tools(job)
    counts = counts_before(kit, round_)
    paths = {count.number: kit.output("counts", shard, f".{count.number}.counts") for count in counts}
    return with_counts(kit.plan, {c.number: read_counts(paths[c.number], c.parameters) for c in counts})
