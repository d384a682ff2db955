"""What a configuration does to made documents, without a run: measured and judged in one batch."""

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.judging import judge_batch
from filters.measured import Measured
from filters.measuring import measure
from pipelines.configuration import load
from pipelines.planning import plan_of


def findings(configuration, texts, pages=None):
    """What a configuration finds in documents: of each, the rules that drop it (``edits`` if they left nearly nothing).

    Args:
        configuration: a path or the name of a preset.
        texts: one a document.
        pages: the HTML of each; documents of a format without pages, if absent.
    """
    loaded = load(configuration)
    plan = plan_of(loaded)
    batch = batch_of(texts)
    if plan.page_annotators:
        nothing = [None] * len(texts)
        fetched = batch_of(texts, page=pages or nothing, headers=nothing)
        for annotator in plan.page_annotators:
            for name, column in annotator.annotate(fetched, Cuts(fetched["text"])).items():
                batch = batch.append_column(name, column)
    annotations = measure(batch, plan)
    found = judge_batch(loaded.policy(), Measured.of(annotations.schema), annotations)
    broken = [{"edits"} if empty else set() for empty in found.nearly_empty]
    for name, rule, verdict in found.outcomes:
        if rule.action == "drop":
            for row in verdict.failed.nonzero()[0]:
                broken[row].add(name.partition("/")[2])
    assert [not rules for rules in broken] == found.passes.tolist()
    return broken
