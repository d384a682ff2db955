"""A judge's folder: what `judge.json` says of it, and that its files are the ones that were meant."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from classifiers.model_files import checked_digest
from filters.errors import InputError

__all__ = ["EMBEDDED", "FORMAT", "LABEL", "MODEL", "SCREEN", "TOKENIZER", "JudgeFiles", "judge_folder", "read_judge"]

FORMAT = 1
"""The version of the folder that this version of Tamis reads."""

EMBEDDED = "embedded"
"""The name of the judge that is installed with this package."""

LABEL = r"^[A-Za-z][A-Za-z0-9_]*$"
"""A label is the name of a column, of a signal and of a file."""

MODEL, TOKENIZER, SCREEN = "model.onnx", "tokenizer.json", "screen.npz"

_DESCRIPTION = "judge.json"
_SHIPPED = Path(__file__).parent / "models" / EMBEDDED
_MEND = "name a folder that `tamis train` wrote, or `embedded`, the judge that is installed"

Probability = Annotated[float, Field(gt=0, le=1)]


class _Line(BaseModel):
    """Platt's calibration: p = 1 / (1 + exp(-(slope * logit + intercept)))."""

    model_config = ConfigDict(allow_inf_nan=False)
    slope: float
    intercept: float


class _Description(BaseModel):
    """What `judge.json` holds; what else it may hold is for people."""

    model_config = ConfigDict(allow_inf_nan=False, protected_namespaces=())
    kind: Literal["encoder", "fasttext"]
    name: str
    languages: list[str] = Field(min_length=1)
    labels: list[Annotated[str, Field(pattern=LABEL)]] = Field(min_length=1)
    tokens: int = Field(default=128, ge=8, le=8192)
    files: dict[Annotated[str, Field(pattern=r"^[\w][\w.-]*$")], Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]
    calibration: dict[str, _Line]
    thresholds: dict[str, Probability]
    word_threshold: Probability | None = None
    screen_limit: float | None = None


@dataclass(frozen=True, slots=True)
class JudgeFiles:
    """A judge's folder, read and checked.

    Attributes:
        folder: where it is.
        digest: SHA-256 of its judge.json, which holds those of the other files.
        kind: ``encoder`` or ``fasttext``.
        name: what it is called.
        languages: codes of lid.176 of the texts that it may judge.
        labels: in the order of the model's outputs.
        tokens: the most that the model reads at once, special ones included.
        files: SHA-256 of each file.
        calibration: slope and intercept of each label, in their order.
        thresholds: the probability from which each label is taken to hold.
        word_threshold: the same of a word; None where the judge does not mark words.
        screen_limit: the score from which the encoder sees a window; None without a screen.
    """

    folder: Path
    digest: str
    kind: Literal["encoder", "fasttext"]
    name: str
    languages: tuple[str, ...]
    labels: tuple[str, ...]
    tokens: int
    files: Mapping[str, str]
    calibration: Sequence[tuple[float, float]]
    thresholds: Mapping[str, float]
    word_threshold: float | None
    screen_limit: float | None

    @property
    def floor(self) -> float:
        """The least probability of which a place is kept: half the lowest threshold, or that of words if lower."""
        return min(*self.thresholds.values(), 2 * (self.word_threshold or 1)) / 2

    def path(self, name: str) -> Path:
        """One of its files."""
        return self.folder / name


def judge_folder(model: str) -> Path:
    """The folder of a judge: the shipped one by the name `EMBEDDED`, else a path, of a folder or of its judge.json."""
    if model == EMBEDDED:
        return _SHIPPED
    path = Path(model)
    return path.parent if path.name == _DESCRIPTION else path


def read_judge(folder: Path, sha256: str | None = None) -> JudgeFiles:
    """The judge in a folder, after making sure that every file is the one that its judge.json names.

    Args:
        folder: of the judge.
        sha256: of its judge.json; that is the fingerprint of the whole, because it names the others by theirs.

    Raises:
        InputError: a file is missing, truncated or another; the folder is of another version, or contradicts itself.
    """
    path = folder / _DESCRIPTION
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"judge {str(folder)!r} has no readable {_DESCRIPTION}: {error.strerror}; {_MEND}") from error
    digest = checked_digest(path, sha256)
    files = _understood(path, content, digest)
    for name, expected in files.files.items():
        stamp = _stamp(files.path(name))
        _checked(files.path(name), expected, *stamp)
    return files


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file does; zeros where there is none, which `_checked` reports."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


@cache
def _checked(path: Path, expected: str, size: int, modified: int) -> None:
    """Reads a file through once a process, as long as it stays what it was."""
    checked_digest(path, expected)


def _understood(path: Path, content: bytes, digest: str) -> JudgeFiles:
    """The description, if it is one, whole, and of this version."""
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r} is truncated or no JSON: {error}; {_MEND}") from error
    version = found.get("format") if isinstance(found, dict) else None
    if version != FORMAT:
        raise InputError(
            f"{str(path)!r} is of format {version!r}, and this version of Tamis reads format {FORMAT}: "
            "train the judge again with this version, or install the one that made it"
        )
    try:
        read = _Description.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        problem = f"{str(path)!r} is no whole description of a judge: {place}: {first['msg']}"
        raise InputError(f"{problem}; {_MEND}") from error
    for problem in _contradictions(read):
        raise InputError(f"{str(path)!r} contradicts itself: {problem}; {_MEND}")
    return JudgeFiles(
        folder=path.parent,
        digest=digest,
        kind=read.kind,
        name=read.name,
        languages=tuple(read.languages),
        labels=tuple(read.labels),
        tokens=read.tokens,
        files=read.files,
        calibration=[(read.calibration[label].slope, read.calibration[label].intercept) for label in read.labels],
        thresholds={label: read.thresholds[label] for label in read.labels},
        word_threshold=read.word_threshold,
        screen_limit=read.screen_limit,
    )


def _contradictions(read: _Description) -> Sequence[str]:
    """What does not fit together, said with what is missing."""
    found = []
    if len(set(read.labels)) < len(read.labels):
        found.append(f"a label stands twice in {read.labels}")
    for what, of_labels in (("calibration", read.calibration), ("thresholds", read.thresholds)):
        missing = [label for label in read.labels if label not in of_labels]
        if missing:
            found.append(f"{what} lack the labels {', '.join(missing)}")
    needed = [MODEL, TOKENIZER] if read.kind == "encoder" else []
    found += [f"files lack {name}" for name in needed if name not in read.files]
    if SCREEN in read.files and read.screen_limit is None:
        found.append(f"there is a {SCREEN} and no screen_limit")
    return found
