"""The sections of a configuration of `tamis train`: keys, types, defaults."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from classifiers.judge_files import LABEL
from classifiers.thresholds import Cost, Fixed, Recall, Rule
from pipelines.quantities import Share
from pipelines.sections import Section, Texts

__all__ = [
    "CounterfactualSection",
    "DataSection",
    "EncoderSection",
    "FastTextSection",
    "LabelSection",
    "ThresholdSection",
    "Thresholds",
]


def _from_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _from_number(value: object) -> object:
    return {"at": value} if isinstance(value, int | float | str) else value


class LabelSection(Section):
    """Where a label stands; a text is short for ``{column: ...}``."""

    column: str
    """Its column: true, false, a number from 0 to 1 (the share of judges who said so), or nothing where unknown."""
    value: str | None = None
    """The value of the column that means that the label holds, while all others mean that it does not."""


class DataSection(Section):
    """The labelled texts: JSONL, CSV or Parquet."""

    train: Texts
    """Files to train on, relative to the file that names them."""
    validation: Texts = ()
    """Files to calibrate with; without any, a share of train is held out."""
    test: Texts = ()
    """Files for the figures; without any, a share of train is held out."""
    validation_share: Annotated[Share, Field(gt=0, lt=1)] = 0.1
    """The share held out to calibrate with."""
    test_share: Annotated[Share, Field(gt=0, lt=1)] = 0.1
    """The share held out for the figures."""
    text: str = "text"
    """The column of the text."""
    labels: dict[Annotated[str, Field(pattern=LABEL)], Annotated[LabelSection, BeforeValidator(_from_column)]] = Field(
        min_length=1
    )
    """The labels to learn, each with its column."""
    group: str | None = None
    """A column of names, or of lists of names: figures are given for each, and its texts stay on one side."""
    cluster: str | None = None
    """A column of what texts have in common that resemble each other (template, site): these stay on one side, in
    place of those of a group."""
    words: str | None = None
    """For kind encoder, a column of lists of the code points that are marked in the text, from 0 on; empty where none
    is, nothing where nobody said."""


class CostSection(Section):
    """What the two errors cost; only their ratio counts."""

    false_positive: Annotated[float, Field(gt=0)]
    """Of flagging a text that has the label not."""
    false_negative: Annotated[float, Field(gt=0)]
    """Of missing one that has it."""


class ThresholdSection(Section):
    """From which probability a label holds: one of the three; a number is short for ``{at: ...}``."""

    at: Annotated[Share, Field(gt=0, le=1)] | None = None
    """This one."""
    recall: Annotated[Share, Field(gt=0, le=1)] | None = None
    """The greatest that finds this share of the texts to calibrate with that have the label."""
    cost: CostSection | None = None
    """That at which both errors cost the same."""

    @model_validator(mode="after")
    def _one(self) -> "ThresholdSection":
        if sum(value is not None for value in (self.at, self.recall, self.cost)) != 1:
            raise ValueError("write one of at, recall and cost")
        return self

    def rule(self) -> Rule:
        """How the threshold is chosen."""
        if self.cost is not None:
            return Cost(self.cost.false_positive, self.cost.false_negative)
        return Recall(self.recall) if self.recall is not None else Fixed(self.at or 1.0)


Thresholds = dict[str, Annotated[ThresholdSection, BeforeValidator(_from_number)]]
"""By label."""


class CounterfactualSection(Section):
    """Copies of texts about other groups of people: identity words swapped by written English lists."""

    axes: Texts
    """gender, race, religion, orientation, disability, nationality, age."""
    copies: Annotated[int, Field(ge=0)] = 1
    """Of a text to train on, at most; figures on swapped texts are given even with 0."""


class FastTextSection(Section):
    """How a fastText model is trained: one a label, by one thread."""

    dimensions: Annotated[int, Field(ge=1)] = 32
    """Of a vector."""
    epochs: Annotated[int, Field(ge=1)] = 10
    """Passes over the texts."""
    learning_rate: Annotated[float, Field(gt=0)] = 0.3
    """At the beginning; it falls to 0."""
    word_ngrams: Annotated[int, Field(ge=1, le=5)] = 2
    """The longest sequence of words that has a vector."""
    subwords: tuple[int, int] | None = None
    """Shortest and longest sequence of characters that has one: [3, 6]; null is whole words alone."""
    buckets: Annotated[int, Field(ge=1)] = 200_000
    """Vectors that sequences share by their hash: four bytes times dimensions each, in the model."""
    least_count: Annotated[int, Field(ge=1)] = 1
    """A word in fewer places has no vector."""
    balanced: bool = True
    """Texts of the rarer kind are repeated until both are as many: fastText's only way to weigh them."""


class EncoderSection(Section):
    """How an encoder is trained: all labels at once; needs the extra ``train``."""

    folder: str
    """Of the encoder to start from: config.json, tokenizer.json, model.safetensors of a BERT."""
    epochs: Annotated[float, Field(gt=0)] = 3.0
    """Passes over the texts."""
    batch_tokens: Annotated[int, Field(ge=128)] = 2048
    """Of a batch, padding included."""
    learning_rate: Annotated[float, Field(gt=0)] = 8e-5
    """The greatest; it rises at first, then falls to 0."""
    tokens: Annotated[int, Field(ge=8)] = 128
    """Of a window, special ones included."""
    patience: Annotated[int, Field(ge=1)] | None = 2
    """Epochs without a lower loss on the validation part, after which training ends; null is never."""
    threads: Annotated[int, Field(ge=1)] = 2
    """Of torch; another number, another rounding."""
    label_weights: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """Of labels in the loss; 1 where absent."""
    positive_weights: Literal["balanced"] | dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """Of texts that have a label, where those that have it not weigh 1, by label; balanced: both weigh the same in
    all. Calibration afterwards is on texts as they came."""
