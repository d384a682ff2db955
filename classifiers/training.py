"""Makes a judge from labelled texts: trains, calibrates, chooses thresholds, tests, and writes its folder."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifiers.calibration import IDENTITY, Platt, fit_platt, logits
from classifiers.counterfactual import augmented, check_axes
from classifiers.counterfactual_testing import AxisFigures, judge_counterfactuals
from classifiers.evaluation import LabelFigures, evaluate
from classifiers.held_out import Held, hold_out
from classifiers.judge import load
from classifiers.judge_writing import JudgeDescription, check_output, judge_folder_at, write_description
from classifiers.labelled import CLUSTER, GROUP, TEXT, WORDS, read_labelled
from classifiers.language_memo import languages_of
from classifiers.metrics import Floats
from classifiers.model_card import model_card, training_record
from classifiers.scoring import label_scores
from classifiers.thresholds import Cost, choose
from classifiers.training_models import check_encoder, leave_models, train_planned
from classifiers.training_plan import TrainingPlan
from classifiers.word_threshold import best_word_threshold
from filters.cuts import Cuts
from filters.errors import ConfigurationError

__all__ = ["Trained", "train_judge"]

EVEN = Cost(1, 1)
"""How a threshold is chosen where nothing else is asked for: both errors are as bad, so that it is one half."""
_LANGUAGE_SHARE = 0.05  # of the texts to train on, from which a language is the judge's
_LANGUAGE_TEXTS = 2000


@dataclass(frozen=True, slots=True)
class Trained:
    """A judge that was made, with its figures on the texts held out to test."""

    folder: Path
    held: Held
    figures: tuple[LabelFigures, ...]
    axes: tuple[AxisFigures, ...]


def train_judge(plan: TrainingPlan, *, overwrite: bool = False, report: Callable[[str], None] = print) -> Trained:
    """Trains a judge and writes its folder, whole or not at all.

    Args:
        plan: what and how.
        overwrite: whether a judge that stands there may be replaced.
        report: is given lines about the progress.

    Raises:
        ConfigurationError: the plan cannot be carried out with these texts.
        InputError: a file cannot be read.
        OutputError: the folder is taken or cannot be written.
    """
    check_output(plan.output, overwrite=overwrite)
    check_axes(plan.axes)
    if plan.kind == "encoder":
        check_encoder(plan.encoder, plan.recipe.tokens)
    held = _parts(plan)
    _check_marked(plan, held)
    report(
        f"{held.train.num_rows:,} texts to train on, {held.validation.num_rows:,} to calibrate with, "
        f"{held.test.num_rows:,} to test with; {held.left_out:,} near-copies across given files left out"
    )
    train = augmented(held.train, plan.axes, plan.copies, plan.seed) if plan.axes else held.train
    if plan.axes:
        report(f"{train.num_rows - held.train.num_rows:,} copies with swapped identities")
    languages = plan.languages or _languages(held.train)
    if plan.kind == "encoder":
        train_planned(plan, train, held.validation, report)
    with judge_folder_at(plan.output, overwrite=overwrite) as folder:
        files = leave_models(plan, train, folder, report)
        unset = JudgeDescription(
            plan.kind, plan.name, languages, plan.labels,
            dict.fromkeys(plan.labels, IDENTITY), dict.fromkeys(plan.labels, 0.5), plan.recipe.tokens,
        )  # fmt: skip
        write_description(folder, unset, files, {}, "")
        raw = label_scores(folder, held.validation[TEXT].to_pylist(), any_language=True)
        calibration, thresholds = _calibrated(plan, raw, held.validation)
        described = replace(unset, calibration=calibration, thresholds=thresholds)
        if plan.marks_words:
            described = replace(described, word_threshold=_word_threshold(folder, described, files, held, report))

        write_description(folder, described, files, {}, "")

        def score(texts: Sequence[str]) -> dict[str, Floats]:
            return label_scores(folder, texts, any_language=True)

        trained = _tested(plan, held, score, thresholds)
        record = training_record(plan, held, trained.figures, trained.axes)
        card = model_card(plan, described, held, trained.figures, trained.axes)
        write_description(folder, described, files, record, card)
    shutil.rmtree(plan.work, ignore_errors=True)
    return trained


def _parts(plan: TrainingPlan) -> Held:
    tables = [
        read_labelled(paths, plan.columns) if paths else None for paths in (plan.train, plan.validation, plan.test)
    ]
    if tables[0] is None:
        raise ConfigurationError("no file to train on is named; write data: {train: FILE}")
    return hold_out(tables[0], tables[1], tables[2], plan.shares, plan.seed, plan.labels)


def _languages(table: pa.Table) -> list[str]:
    """Languages that make a good part of the first texts; the most frequent at least."""
    texts = table[TEXT].slice(0, _LANGUAGE_TEXTS).cast(pa.string()).combine_chunks()
    counts = languages_of(Cuts(texts)).codes.drop_null().value_counts().to_pylist()
    counts.sort(key=lambda found: (-found["counts"], found["values"]))
    if not counts:
        raise ConfigurationError("no text to train on has a letter, so that no language is found; give languages: [en]")
    least = _LANGUAGE_SHARE * sum(found["counts"] for found in counts)
    return [found["values"] for place, found in enumerate(counts) if place == 0 or found["counts"] >= least]


def _check_marked(plan: TrainingPlan, held: Held) -> None:
    """A judge that is to mark words sees marked ones, in training and after it."""
    if not plan.marks_words:
        return
    for part, purpose, lost in (
        (held.train, "train on", "nothing is learned"),
        (held.validation, "calibrate with", "no threshold is found"),
    ):
        if not _marked(part):
            raise ConfigurationError(
                f"column {plan.columns.words!r}: no text to {purpose} has a marked word, so that {lost}; give more "
                "texts, another seed, other shares or a file of its own for each part"
            )


def _marked(table: pa.Table) -> list[tuple[str, list[int]]]:
    """The texts of which words are marked, with their code points."""
    rows = table.select([TEXT, WORDS]).to_pylist()
    return [(row[TEXT], row[WORDS]) for row in rows if row[WORDS]]


def _word_threshold(
    folder: Path, described: JudgeDescription, files: list[str], held: Held, report: Callable[[str], None]
) -> float:
    """Chosen on the texts to calibrate with of which words are marked."""
    marked = _marked(held.validation)
    texts, truth = [text for text, _ in marked], [places for _, places in marked]

    def spans_from(threshold: float) -> pa.ChunkedArray:
        write_description(folder, replace(described, word_threshold=threshold), files, {}, "")
        return load(folder).score(texts, any_language=True)["spans"]

    return best_word_threshold(spans_from, truth, report)


def _calibrated(
    plan: TrainingPlan, raw: Mapping[str, Floats], table: pa.Table
) -> tuple[dict[str, Platt], dict[str, float]]:
    """The sigmoid and the threshold of each label."""
    calibration, thresholds = {}, {}
    for label, values in raw.items():
        truth = table[label].to_numpy(zero_copy_only=False)
        known = ~np.isnan(values) & ~np.isnan(truth)
        scores, so = logits(values[known]), truth[known] >= 0.5
        try:
            calibration[label] = fit_platt(scores, so)
        except ConfigurationError as error:
            raise ConfigurationError(f"label {label!r}: {error}") from error
        probabilities = calibration[label].probabilities(scores)
        thresholds[label] = choose(plan.thresholds.get(label, EVEN), probabilities, so)
    return calibration, thresholds


def _tested(
    plan: TrainingPlan, held: Held, score: Callable[[Sequence[str]], dict[str, Floats]], thresholds: Mapping[str, float]
) -> Trained:
    test = held.test
    texts, names = test[TEXT].to_pylist(), test.column_names
    groups, clusters = (test[name] if name in names else None for name in (GROUP, CLUSTER))
    figures = evaluate(
        score(texts), {label: test[label] for label in plan.labels},
        thresholds=thresholds, groups=groups, clusters=clusters, seed=plan.seed,
    )  # fmt: skip
    axes = judge_counterfactuals(score, texts, plan.axes, thresholds, seed=plan.seed) if plan.axes else ()
    return Trained(plan.output, held, figures, axes)
