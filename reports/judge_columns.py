"""Which columns of a run's annotations are of which judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filters.annotations import column
from filters.measured import Measured

__all__ = ["JudgeColumns", "judges_of"]

KINDS = {
    "toxicity": "toxicity",
    "bias": "bias",
    "detoxify": "detoxify",
    "quality": "quality",
    "trained_quality": "quality",
    "language": "language",
}
"""What a report calls the judges whose fingerprint begins so."""

_SCORE, _SPANS, _AUDITED = "_score", "_spans", "_audited_windows"


@dataclass(frozen=True, slots=True)
class JudgeColumns:
    """The columns that one judge measured at one step.

    Attributes:
        kind: one of the values of `KINDS`.
        name: what its signals begin with, where they do; else its kind.
        step: where it measured.
        columns: of all its signals.
        scores: by label, the column of the score; of a judge of windows, the highest of any of them.
        spans: the column of its spans; None where it judges documents as a whole.
        counts: what the columns of its counts of windows begin with; None where it does not count them.
    """

    kind: str
    name: str
    step: str
    columns: tuple[str, ...]
    scores: Mapping[str, str]
    spans: str | None
    counts: str | None

    @property
    def by_windows(self) -> bool:
        """Whether it reads a text window by window, and says where it found what."""
        return self.spans is not None

    def share(self, label: str) -> str:
        """The column of the share of windows in which the label reaches the judge's own limit."""
        return self._beside(label, "_share")

    def count(self, what: str) -> str:
        """The column of a count of windows."""
        return column(f"{self.counts}_{what}", self.step)

    def label_of(self, name: str) -> str | None:
        """The label that a column is about; None where it is about none alone."""
        for label in self.scores:
            if name in (self.scores[label], self._beside(label, "_top3"), self.share(label)):
                return label
        return None

    def _beside(self, label: str, end: str) -> str:
        return column(self.scores[label].partition("@")[0].removesuffix(_SCORE) + end, self.step)


def judges_of(measured: Measured) -> list[JudgeColumns]:
    """The judges of a run, in the order in which they measured.

    They are known by the fingerprints of what made the columns, which begin with what each is.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name in sorted(measured.columns, key=lambda name: measured.columns[name]):
        maker = measured.makers.get(name, "")
        if maker.partition("/")[0] in KINDS:
            found.setdefault((maker, name.rpartition("@")[2]), []).append(name)
    return [_judge(maker, step, names) for (maker, step), names in found.items()]


def _judge(maker: str, step: str, names: Sequence[str]) -> JudgeColumns:
    kind = KINDS[maker.partition("/")[0]]
    stems = [name.partition("@")[0] for name in names]
    spans = next((stem for stem in stems if stem.endswith(_SPANS)), None)
    counts = next((stem.removesuffix(_AUDITED) for stem in stems if stem.endswith(_AUDITED)), None)
    scores = [stem.removesuffix(_SCORE) for stem in stems if stem.endswith(_SCORE)]
    name = kind
    if kind == "detoxify" and spans is not None:
        name = spans.removesuffix(_SPANS)
    elif kind == "quality" and scores:
        name = scores[0]
    elif kind == "language":
        scores = ["language"]
    # Detoxify's labels stand behind the name of the instance in its signals, and alone in its spans.
    labels = {stem.removeprefix(f"{name}_") if kind == "detoxify" else stem: stem for stem in scores}
    return JudgeColumns(
        kind=kind,
        name=name,
        step=step,
        columns=tuple(names),
        scores={label: column(stem + _SCORE, step) for label, stem in labels.items()},
        spans=None if spans is None else column(spans, step),
        counts=counts,
    )
