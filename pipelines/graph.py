"""The one graph of a run: shards in, a ledger out."""

from typing import Any

import apache_beam as beam

from pipelines.job import Job, tools
from pipelines.transforms import Annotate, Decide, FindDuplicates
from storage.inputs import Shard

__all__ = ["build"]


def build(pipeline: beam.Pipeline, job: Job, shards: list[Shard]) -> beam.PCollection[dict[str, Any]]:
    """Lay out a job.

    Args:
        pipeline: an empty pipeline.
        job: what is to be done.
        shards: in the order of their names; the place is the ordinal.

    Returns:
        One mapping: ``totals``, the merged ledger, and ``limits``, the resolved quantiles. It is also
        published as ``OUTPUT/totals.json``, so that a driver that went away finds it.
    """
    # Without the reshuffle the local runner gives every shard to one worker.
    start = pipeline | "Shards" >> beam.Create(list(enumerate(shards)), reshuffle=True)
    if not job.measures:
        measured = start | "Name" >> beam.MapTuple(lambda ordinal, shard: (ordinal, shard.name))
    elif tools(job).policy.duplicates is None:
        measured = start | "Annotate" >> Annotate(job)
    else:
        measured = start | "Annotate" >> Annotate(job) | "FindDuplicates" >> FindDuplicates(job)
    return measured | "Decide" >> Decide(job)
