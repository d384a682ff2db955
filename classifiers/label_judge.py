"""What the annotators of toxicity and of bias have in common: labels of one judge, as signals and spans."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, Literal

import pyarrow as pa

from classifiers.cascade import MOST_AUDITED, load_cascade
from classifiers.judge_files import judge_folder, read_judge
from classifiers.judged import judged, label_columns, spans, window_counts
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import SPANS, Columns, Signal

__all__ = ["LabelJudge"]

_NULL = "null without a letter, or where lid.176 is at least 0.5 sure of another language than {languages}"
_HELD_BACK = "a window that the screen holds back counts as 0"


class LabelJudge:
    """Probabilities of some labels of a judge, and the places where they are high.

    A text is judged on all of its windows. With a screen, the transformer reads the windows that it lets through; a
    small share of the others, chosen by a hash of their bytes, is read as well, and counted for the estimate of what
    the screen misses, but never decides.

    Args:
        model: ``embedded``, or the folder of a judge that `tamis train` wrote.
        sha256: of the folder's judge.json, checked where given; it names the other files by theirs.
        limits: by label, the probability from which a window counts for the share, in place of the judge's own; a span
            is kept from `JudgeFiles.floor` on.
        screen: False lets the transformer read every window.
        audit: share of the windows held back that are read all the same, at most 0.005.

    Raises:
        ConfigurationError: the judge has none of the labels; a limit is of no label, or below the floor.
        InputError: a file of the judge is missing, truncated, another, or of another version.
    """

    kind: ClassVar[str]
    """The name of the spans and of the fingerprint."""

    meanings: ClassVar[Mapping[str, str]]
    """The labels that are wanted of a judge, and what each says of a window."""

    scored: ClassVar[Sequence[str]]
    """The labels that have signals of their own; the others are labels of spans alone."""

    decisive: ClassVar[Sequence[str]]
    """The labels that make a window a flagged one where the counts are made."""

    words: ClassVar[str | None] = None
    """The label of marked words; None leaves them out."""

    counts: ClassVar[str]
    """What the names of the counts of windows begin with."""

    source: ClassVar[str]
    """Where the labels come from."""

    reads: Literal["text", "page"] = "text"

    def __init__(
        self,
        model: Path = Path("embedded"),
        sha256: str | None = None,
        limits: dict[str, float] | None = None,
        screen: bool = True,
        audit: float = MOST_AUDITED,
    ) -> None:
        files = read_judge(judge_folder(str(model)), sha256)
        self._files, self._screen, self._audit = files, screen, audit
        self.labels = tuple(label for label in self.meanings if label in files.labels)
        if not self.labels or files.kind != "encoder":
            raise ConfigurationError(
                f"{self.kind}: judge {files.name!r} is of the kind {files.kind} with the labels "
                f"{', '.join(files.labels)}; name an encoder with one or more of {', '.join(self.meanings)}"
            )
        self.limits = {label: files.thresholds[label] for label in self.labels} | self._checked(limits or {})
        if not 0 <= audit <= MOST_AUDITED:
            raise ConfigurationError(f"{self.kind}: audit is {audit}; a share of windows from 0 to {MOST_AUDITED}")
        self.signals = tuple(self._signals())
        given = json.dumps([screen, audit, self.limits], sort_keys=True)
        versions = "/".join(f"{package} {version(package)}" for package in ("onnxruntime", "tokenizers"))
        self.fingerprint = f"{self.kind}/1/{files.digest}/{given}/{versions}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Scores, counts and spans of every text."""
        files, labels = self._files, self._files.labels
        found = judged(cuts, load_cascade(files.folder, files.digest, self._screen, self._audit))
        own = {label: limit for label, limit in self.limits.items() if label in self.scored}
        counts = window_counts(found, labels, {label: self.limits[label] for label in self._decisive()})
        return {
            **label_columns(found, labels, own),
            **{name: values for (name, _), values in zip(self._counts(), counts, strict=True)},
            f"{self.kind}_spans": spans(found, labels, self.labels, files.floor, self.words),
        }

    def _checked(self, limits: dict[str, float]) -> dict[str, float]:
        """The limits that were given, if they are of labels that there are, and of numbers that mean something."""
        for label, limit in limits.items():
            if label not in self.labels:
                raise ConfigurationError(
                    f"{self.kind}: a limit for {label!r}, which judge {self._files.name!r} has not among its labels of "
                    f"{self.kind}: {', '.join(self.labels)}"
                )
            if not self._files.floor <= limit <= 1:
                raise ConfigurationError(
                    f"{self.kind}: the limit of {label} is {limit}; it is from {self._files.floor:g}, below which "
                    f"judge {self._files.name!r} keeps no span, to 1"
                )
        return limits

    def _signals(self) -> Sequence[Signal]:
        files = self._files
        null = _NULL.format(languages=", ".join(files.languages))
        held_back = f"{_HELD_BACK}; " if self._screen and files.screen_limit is not None else ""
        made: list[Signal] = []
        for label in self.labels:
            if label not in self.scored:
                continue
            says = f"a window {self.meanings[label]}"
            high = f"high_{label}"
            forms = {
                "score": ("probability", f"highest probability that {says}; {held_back}{null}"),
                "top3": ("probability", f"mean of the three highest probabilities that {says}; {held_back}{null}"),
                "share": ("fraction", f"windows where it is {self.limits[label]:g} or more / windows; {null}"),
            }
            made += [
                Signal(f"{label}_{form}", pa.float64(), unit, formula, self.source, high=high)
                for form, (unit, formula) in forms.items()
            ]
        made += [
            Signal(name, pa.int64(), "windows", f"{formula}; {null}", "this project; see classifiers/cascade.py")
            for name, formula in self._counts()
        ]
        marked = self.words is not None and files.word_threshold is not None
        words = f"; its words that the judge marks with {files.word_threshold:g} or more" if marked else ""
        least = f"where it is {files.floor:g} or more"
        formula = f"windows with the probability of each label {least}, and the sentences of such a window, each read "
        formula += f"by itself{words}; {null}"
        labels = tuple(dict.fromkeys([*self.labels, *([self.words] if self.words is not None and marked else [])]))
        made.append(Signal(f"{self.kind}_spans", SPANS, "span", formula, self.source, floor=files.floor, labels=labels))
        return made

    def _decisive(self) -> Sequence[str]:
        return [label for label in self.labels if label in self.decisive]

    def _counts(self) -> Sequence[tuple[str, str]]:
        """Names and formulas of the counts of windows, which the report's estimate of the recall is made of."""
        flagged = f"in which one of {', '.join(self._decisive())} reaches its limit"
        return (
            (f"{self.counts}_windows", f"windows: sentences in a row, at most {self._files.tokens} tokens together"),
            (f"{self.counts}_scored_windows", "windows that the transformer read to decide"),
            (f"{self.counts}_flagged_windows", f"of these, those {flagged}"),
            (f"{self.counts}_audited_windows", "windows held back that were read for the audit alone"),
            (f"{self.counts}_audit_found", f"of these, those {flagged}"),
        )
