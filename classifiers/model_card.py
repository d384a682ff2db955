"""A judge's card, CARD.md: what it is, what it was made of, and its figures; and the same as a record, in JSON."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from classifiers.counterfactual_testing import AxisFigures
from classifiers.evaluation import LabelFigures
from classifiers.figures_text import axis_rows, group_rows, label_rows, markdown, notes
from classifiers.held_out import Held
from classifiers.judge_writing import JudgeDescription
from classifiers.model_files import checked_digest
from classifiers.thresholds import Cost, Fixed, Recall, Rule

if TYPE_CHECKING:
    from classifiers.training_plan import TrainingPlan

__all__ = ["model_card", "training_record"]


def model_card(
    plan: "TrainingPlan",
    described: JudgeDescription,
    held: Held,
    figures: Sequence[LabelFigures],
    axes: Sequence[AxisFigures],
) -> str:
    """The card in Markdown."""
    sections = [
        f"# {plan.name}",
        f"A {'fastText model' if plan.kind == 'fasttext' else 'small encoder'} that judges texts in "
        f"{', '.join(described.languages)}, trained by Tamis {version('tamis')}. Text in another language is not "
        "judged. Its scores are probabilities among texts like those below; among others they can be far off: "
        "`tamis evaluate` measures it on yours.",
        "## Texts",
        markdown(_part_rows(plan, held)),
        "Files: " + ", ".join(f"`{path.name}`" for path in [*plan.train, *plan.validation, *plan.test]) + ". "
        f"Near-copies stand on one side; {held.left_out:,} across given files were left out. "
        f"Identity words swapped in copies to train on: {', '.join(plan.axes) or 'none'}.",
        "## Labels",
        markdown(_limit_rows(plan, described)),
        "Calibrated by Platt's sigmoid, p = 1 / (1 + exp(-(slope x + intercept))), on the texts to calibrate with.",
        "## Figures",
        f"On the {held.test.num_rows:,} texts held out to test, which nothing was chosen by.",
        markdown(label_rows(figures)),
    ]
    if len(groups := group_rows(figures)) > 1:
        sections.append(markdown(groups))
    if axes:
        sections += ["When only the identity in a test text changes:", markdown(axis_rows(axes))]
    sections += notes(figures)
    return "\n\n".join(sections) + "\n"


def training_record(
    plan: "TrainingPlan", held: Held, figures: Sequence[LabelFigures], axes: Sequence[AxisFigures]
) -> dict[str, Any]:
    """What the judge was made of and its figures; without times and places, so that it is the same wherever made."""
    parts = {"train": plan.train, "validation": plan.validation, "test": plan.test}
    if plan.encoder is not None:
        parts["encoder"] = sorted(plan.encoder.glob("*.safetensors"))
    recipe = plan.fasttext if plan.kind == "fasttext" else plan.recipe
    made_of = {
        "files": {part: [[path.name, checked_digest(path)] for path in paths] for part, paths in parts.items()},
        "columns": asdict(plan.columns),
        "kind": plan.kind,
        "recipe": asdict(recipe),
        "label_weights": dict(plan.label_weights),
        "positive_weights": plan.positive_weights
        if plan.positive_weights == "balanced"
        else dict(plan.positive_weights),
        "axes": list(plan.axes),
        "copies": plan.copies,
        "shares": asdict(plan.shares),
        "thresholds": {label: asdict(rule) for label, rule in plan.thresholds.items() if is_dataclass(rule)},
        "seed": plan.seed,
    }
    return {
        "tamis": version("tamis"),
        "fingerprint": hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest(),
        "made_of": made_of,
        "texts": {"train": held.train.num_rows, "validation": held.validation.num_rows, "test": held.test.num_rows},
        "figures": [asdict(found) for found in figures],
        "counterfactual": [asdict(found) for found in axes],
    }


def _part_rows(plan: "TrainingPlan", held: Held) -> list[list[str]]:
    rows = [["texts", "all", *(f"{label}: positive / negative / unknown" for label in plan.labels)]]
    for name, part in (("to train on", held.train), ("to calibrate with", held.validation), ("to test", held.test)):
        rows.append([name, f"{part.num_rows:,}", *(_counts(part[label]) for label in plan.labels)])
    return rows


def _counts(values: pa.ChunkedArray) -> str:
    positive = int((values.drop_null().to_numpy() >= 0.5).sum())
    return f"{positive:,} / {len(values) - values.null_count - positive:,} / {values.null_count:,}"


def _limit_rows(plan: "TrainingPlan", described: JudgeDescription) -> list[list[str]]:
    rows = [["label", "from column", "limit", "chosen by", "slope", "intercept"]]
    for label in plan.labels:
        place, line = plan.columns.labels[label], described.calibration[label]
        column = place.column if place.value is None else f"{place.column} = {place.value}"
        how = _how(plan.thresholds.get(label))
        rows.append(
            [label, column, f"{described.thresholds[label]:.3g}", how, f"{line.slope:.4f}", f"{line.intercept:.4f}"]
        )
    return rows


def _how(rule: Rule | None) -> str:
    match rule:
        case None:
            return "equal costs"
        case Cost(false_positive, false_negative):
            return f"costs: false alarm {false_positive:g}, miss {false_negative:g}"
        case Recall(least):
            return f"recall of {least:g} on the texts to calibrate with"
        case Fixed():
            return "given"
