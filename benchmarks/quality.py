"""How well scores of quality agree with people's votes, as a page.

``python benchmarks/quality.py ../shared/data/quality/dclm_majority.parquet > docs/quality.md``, or with models:
``python benchmarks/quality.py VOTES.parquet dclm=fasttext_oh_eli5.bin:hq``.

VOTES has the columns text and label (1: the majority of readers would train a language model on it). Beside the simple
signals and the presets stands each fastText model that is named, as NAME=FILE:LABEL, with the label that means good.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from classifiers.bootstrap import intervals
from classifiers.metrics import Ranking
from classifiers.model_files import checked_digest
from classifiers.quality import Quality
from filters.contract import batch_of
from filters.cuts import Cuts
from filters.intervals import wilson
from filters.judging import judge_batch
from filters.measured import Measured
from filters.measuring import measure
from pipelines import catalogue
from pipelines.configuration import Configuration, load
from pipelines.extends import preset_names
from pipelines.planning import plan_of

FOLDS = 5
SIGNALS = (
    "mean_word_length",
    "word_count",
    "unique_word_fraction",
    "alphabetic_word_fraction",
    "fineweb_line_punctuation_fraction",
    "compression_ratio",
    "language_score",
)
STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}

PAGE = """# What readers' votes say of scores of quality

Made by `{command}`.

{count} documents of the web, each with the vote of the majority of its readers: {good} good, {bad} not (DCLM, Li et al.
2024; mlfoundations/dclm, MIT). No score was fitted to them, and no model of quality is shipped: {count} votes are
enough to judge a model, not to make one.

*AUC*: the share of pairs, one good and one not, that the score puts in the right order; below .5 a high score speaks
against a document. *Accuracy*: of a limit, and of the side of it that is good, chosen on four fifths of the documents
for the other fifth. Intervals are of 95%: 1,000 bootstrap samples of documents; Wilson's. A score that is null counts
as the lowest.

| score | null | AUC | 95% | accuracy | 95% |
|---|---:|---:|---|---:|---|
| always good | 0 | .500 | | {always} |
"""

PRESETS = """
## Presets

Rules alone, without duplicates. The documents have no URLs and no pages. *Precision*: share of good ones among those
that pass; *recall*: share of the good ones that pass.

| preset | pass | accuracy | 95% | precision | recall |
|---|---:|---:|---|---:|---:|
"""


def rate(value):
    """A share as .713."""
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def ends(interval):
    """An interval as .678 to .746."""
    return "-" if interval is None else " to ".join(map(rate, interval))


def counted(right):
    """Share and Wilson's interval of what is true."""
    return f"{rate(right.mean())} | {ends(wilson(int(right.sum()), len(right)))}"


def best_limit(scores, truth):
    """The limit and the sign with which most are right: good is ``sign * score >= limit``."""
    found = []
    for sign in (1, -1):
        signed = sign * scores
        order = np.argsort(-signed, kind="stable")
        good = np.cumsum(truth[order])
        right = good + (~truth).sum() - (np.arange(1, len(truth) + 1) - good)  # the first k count as good
        last = np.r_[signed[order][1:] != signed[order][:-1], True]
        k = np.argmax(np.where(last, right, -1))
        found.append((right[k], sign, signed[order][k]))
    return max(found, key=lambda each: each[0])[1:]


def crossed(scores, truth):
    """Whether each document is judged right by a limit chosen on the other folds."""
    fold = np.arange(len(truth)) % FOLDS
    right = np.zeros(len(truth), bool)
    for each in range(FOLDS):
        sign, limit = best_limit(scores[fold != each], truth[fold != each])
        right[fold == each] = (sign * scores[fold == each] >= limit) == truth[fold == each]
    return right


def row(name, scores, truth):
    """A row of the table of scores."""
    nulls = np.isnan(scores)
    if nulls.any():
        scores = np.where(nulls, np.nanmin(scores) - 1, scores)
    ranking = Ranking(scores, truth)
    [interval] = intervals(lambda drawn: [ranking.auc(drawn)], np.arange(len(truth)))
    return f"| {name} | {nulls.sum()} | {rate(ranking.auc())} | {ends(interval)} | {counted(crossed(scores, truth))} |"


def signal_of(batch):
    """A signal of the batch by name, NaN for null."""
    configuration, known, cuts = Configuration(), {}, Cuts(batch["text"])

    def values(signal):
        instance = catalogue.provider_of(configuration, signal)
        if instance not in known:
            known[instance] = catalogue.annotator(configuration, instance).annotate(batch, cuts)
        return known[instance][signal].cast(pa.float64()).to_numpy(zero_copy_only=False)

    return values


def model_of(named):
    """The annotator of NAME=FILE:LABEL."""
    name, _, rest = named.partition("=")
    path, _, label = rest.rpartition(":")
    return Quality(name, path, checked_digest(Path(path)), good=[label])


def passing(preset, batch):
    """Which documents pass the rules of a preset."""
    configuration = load(preset)
    plan = plan_of(configuration)
    for annotator in (m.annotator for step in plan.steps for m in step.measurements):
        if annotator is not None and annotator.reads == "page":  # measured at extraction; these documents have no pages
            for signal in annotator.signals:
                batch = batch.append_column(signal.name, pa.nulls(len(batch), signal.type))
    annotations = measure(batch, plan)
    return judge_batch(configuration.policy(), Measured.from_record(plan.record()), annotations).passes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("votes")
    parser.add_argument("models", nargs="*", metavar="NAME=FILE:LABEL")
    options = parser.parse_args()
    table = pq.read_table(options.votes)
    batch, truth = batch_of(table["text"].to_pylist()), table["label"].to_numpy() == 1
    always = counted(truth if truth.mean() >= 0.5 else ~truth)
    command = " ".join(["python benchmarks/quality.py", *sys.argv[1:]])
    counts = {"count": len(truth), "good": truth.sum(), "bad": (~truth).sum()}
    print(PAGE.format(command=command, always=always, **counts), end="")
    stop_words = [np.mean([word.lower() in STOP_WORDS for word in text.split()]) for text in table["text"].to_pylist()]
    print(row("share of words that are Gopher's stop words", np.array(stop_words), truth))
    of = signal_of(batch)
    for name in SIGNALS:
        print(row(f"`{name}`", of(name), truth))
    for model in map(model_of, options.models):
        [scores] = model.annotate(batch, Cuts(batch["text"])).values()
        print(row(f"model `{model.name}`", scores.to_numpy(zero_copy_only=False), truth))
    print(PRESETS, end="")
    for preset in preset_names():
        passes = passing(preset, batch)
        precision = truth[passes].mean() if passes.any() else None
        shares = f"{counted(passes == truth)} | {rate(precision)} | {rate(passes[truth].mean())}"
        print(f"| {preset} | {passes.sum()} | {shares} |")


if __name__ == "__main__":
    main()
