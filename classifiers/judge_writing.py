"""Writes a judge's folder, whole or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from classifiers.calibration import Platt
from classifiers.judge_files import FORMAT, read_judge
from classifiers.model_files import checked_digest
from filters.errors import OutputError

__all__ = ["JudgeDescription", "check_output", "judge_folder_at", "write_description"]

_DESCRIPTION, _CARD, _TRAINING = "judge.json", "CARD.md", "training.json"


@dataclass(frozen=True)
class JudgeDescription:
    """What judge.json says beside the digests of its files.

    Attributes:
        kind: what the models are.
        name: what the judge is called.
        languages: codes of lid.176 of the texts that it may judge.
        labels: in the order of the model's outputs.
        calibration: of each label.
        thresholds: of each label, above 0.
        tokens: the most that a window has.
        word_threshold: of marked words; None where none are marked.
        screen_limit: None without a screen.
    """

    kind: Literal["encoder", "fasttext"]
    name: str
    languages: Sequence[str]
    labels: Sequence[str]
    calibration: Mapping[str, Platt]
    thresholds: Mapping[str, float]
    tokens: int = 128
    word_threshold: float | None = None
    screen_limit: float | None = None


def check_output(output: Path, *, overwrite: bool) -> None:
    """Whether a judge may be written there: before hours of training rather than after.

    Raises:
        OutputError: something stands there that is no judge, or a judge and `overwrite` is not given.
    """
    if not output.exists():
        return
    if not output.is_dir() or (any(output.iterdir()) and not (output / _DESCRIPTION).is_file()):
        raise OutputError(f"{str(output)!r} exists and is no judge; name another output, or remove it")
    if (output / _DESCRIPTION).is_file() and not overwrite:
        raise OutputError(f"{str(output)!r} holds a judge already; give --overwrite to replace it, or name another")


@contextmanager
def judge_folder_at(output: Path, *, overwrite: bool) -> Iterator[Path]:
    """A new folder for the block to fill, which takes the place of `output` if the block ends well.

    Raises:
        OutputError: as `check_output`, or the place cannot be written.
    """
    check_output(output, overwrite=overwrite)
    output = output.resolve()  # of a link the folder that it names is replaced, and the link stays
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".writing-", dir=output.parent))
    except OSError as error:
        raise OutputError(f"{str(output)!r} cannot be written: {error.strerror}; make it writable") from error
    try:
        made.chmod(0o755)
        yield made
        read_judge(made)
        if output.exists():
            replaced = made.with_name(made.name + "-old")
            output.rename(replaced)
            made.rename(output)
            shutil.rmtree(replaced)
        else:
            made.rename(output)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_description(
    folder: Path, described: JudgeDescription, files: Sequence[str], training: Mapping[str, Any], card: str
) -> None:
    """Write judge.json, with the SHA-256 of every file; training.json, for the record; and CARD.md, for people.

    Args:
        folder: holds the files already.
        described: what the judge is.
        files: names of its model files.
        training: what it was made of, and its figures, as JSON.
        card: in Markdown.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "kind": described.kind,
        "name": described.name,
        "languages": list(described.languages),
        "labels": list(described.labels),
        "tokens": described.tokens,
        "files": {name: checked_digest(folder / name) for name in sorted(files)},
        "calibration": {
            label: {"slope": line.slope, "intercept": line.intercept} for label, line in described.calibration.items()
        },
        "thresholds": dict(described.thresholds),
    }
    for name, limit in (("word_threshold", described.word_threshold), ("screen_limit", described.screen_limit)):
        if limit is not None:
            content[name] = limit
    for name, record in ((_DESCRIPTION, content), (_TRAINING, training)):
        (folder / name).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / _CARD).write_text(card, encoding="utf-8")
