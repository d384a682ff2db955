"""What a configuration does to made documents, without a run: measured and judged in one batch."""

from filters.contract import batch_of
from filters.judging import judge_batch
from filters.measured import Measured
from filters.measuring import measure
from pipelines.configuration import load
from pipelines.planning import plan_of


def findings(configuration, texts, **columns):
    """What the rules find, by document: the names of those that drop it (edits left nearly nothing: ``edits``)."""
    loaded = load(configuration)
    annotations = measure(batch_of(texts, **columns), plan_of(loaded))
    found = judge_batch(loaded.policy(), Measured.of(annotations.schema), annotations)
    broken = [{"edits"} if empty else set() for empty in found.nearly_empty]
    for name, rule, verdict in found.outcomes:
        if rule.action == "drop":
            for row in verdict.failed.nonzero()[0]:
                broken[row].add(name.partition("/")[2])
    assert [not rules for rules in broken] == found.passes.tolist()
    return broken
