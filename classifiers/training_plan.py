"""What a judge is trained on, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from classifiers.encoder_state import Recipe
from classifiers.fasttext_training import FastTextRecipe
from classifiers.labelled import NamedColumns
from classifiers.split import Shares
from classifiers.thresholds import Rule

__all__ = ["TrainingPlan"]


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
        thresholds: by label; both errors cost the same where absent.
        axes: of identity, whose words are swapped in copies of the texts to train on, and in tests.
        copies: of a text, at most.
        fasttext: how a fastText model is trained.
        encoder: folder of the encoder to start from.
        recipe: how it is trained.
        label_weights: of labels in an encoder's loss; 1 where absent.
        positive_weights: what a text that has a label weighs in it, where one that has it not weighs 1; ``balanced``:
            so much that both kinds weigh the same in all.
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
    positive_weights: Mapping[str, float] | Literal["balanced"] = field(default_factory=dict)
    seed: int = 1

    @property
    def labels(self) -> list[str]:
        """In the order of the model's outputs."""
        return list(self.columns.labels)

    @property
    def marks_words(self) -> bool:
        """Whether the judge learns to mark words."""
        return self.kind == "encoder" and self.columns.words is not None

    @property
    def work(self) -> Path:
        """Where an encoder is trained, and an interrupted training goes on: beside the output."""
        return self.output.with_name(f"{self.output.name}.training")
