"""A cascade: a cheap screen sees every window, and a transformer those that it lets through.

Their neighbours are not read: on English pages that made the reading 2.4 times as long and found 0.8% more of the pages
that the transformer flags, less than a lower limit of the screen finds at the same cost.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from classifiers.encoder import Reader, Reading, load_encoder
from classifiers.judge_files import SCREEN, JudgeFiles, read_judge
from classifiers.windows import Windows, cut_windows
from filters.cuts import Bytes, Ints, text_buffers
from filters.errors import ConfigurationError

__all__ = ["JUDGED", "MOST_AUDITED", "Cascade", "Screening", "load_cascade"]

MOST_AUDITED = 0.005
"""The largest share of the windows that the screen holds back and the transformer sees all the same."""

_REMEMBERED = 500  # windows and sentences of a batch, of some 20 kB each

Flags = npt.NDArray[np.bool_]

_PLACE = [pa.field("start", pa.int64()), pa.field("end", pa.int64())]
_SCORES = pa.field("scores", pa.list_(pa.float64()))
JUDGED = pa.struct(
    [
        pa.field("windows", pa.int64()),
        pa.field("seen", pa.list_(pa.struct([*_PLACE, pa.field("audited", pa.bool_()), _SCORES]))),
        pa.field("sentences", pa.list_(pa.struct([*_PLACE, _SCORES]))),
        pa.field("words", pa.list_(pa.struct([*_PLACE, pa.field("score", pa.float64())]))),
    ]
)
"""What a judge says of a text; null where it says nothing.

``windows`` is their number, ``seen`` those that the transformer read, with a probability a label, in their order, and
whether it was for the audit alone; ``sentences`` are those of windows in which a label reaches the floor, each scored
by itself, and ``words`` those of the same windows that reach the judge's limit. Places are code points.
"""


class Screening(Protocol):
    """What gives every window a score."""

    def scores(self, data: Bytes, starts: Ints, ends: Ints) -> npt.NDArray[np.float32]:
        """One score for each stretch of bytes: the higher, the more there is to be seen."""
        ...


class _Place(NamedTuple):
    """A stretch of bytes that was scored: a window or a sentence."""

    row: int
    start: int
    end: int
    scores: Sequence[float]
    audited: bool


@dataclass(frozen=True)
class Cascade:
    """A judge, ready to score.

    Attributes:
        files: what it is made of.
        reader: the transformer.
        screen: the screen; None lets every window through.
        audit: the share of windows held back that are read all the same; these scores feed no decision.
    """

    files: JudgeFiles
    reader: Reader
    screen: Screening | None
    audit: float = MOST_AUDITED

    def judge(self, texts: pa.StringArray, wanted: Flags) -> pa.StructArray:
        """What the judge says of each text that is wanted, as `JUDGED`.

        A text is judged as a whole: every window of it goes before the screen. Each window, and each sentence, is read
        by itself, so that nothing depends on other texts.
        """
        read = lru_cache(_REMEMBERED)(self.reader.read)  # a page may say one thing ten thousand times
        offsets, data = text_buffers(texts)
        windows = cut_windows(offsets, data, wanted, self.files.tokens - 2)
        chosen, audited = self._admitted(windows)
        starts, ends = windows.starts, windows.ends
        rows = np.repeat(np.arange(len(texts)), np.diff(windows.rows))
        seen: list[_Place] = []
        sentences: list[_Place] = []
        words: list[tuple[int, int, int, int, float]] = []
        for window in np.flatnonzero(chosen | audited).tolist():
            row, start, end = int(rows[window]), int(starts[window]), int(ends[window])
            reading = read(_text(data, start, end))
            scores = self._probabilities(reading)
            seen.append(_Place(row, start, end, scores, bool(audited[window])))
            if audited[window] or max(scores) < self.files.floor:
                continue
            first, last = windows.firsts[window : window + 2].tolist()
            for sentence in range(first, last):
                place = int(windows.sentence_starts[sentence]), int(windows.sentence_ends[sentence])
                own = scores if last == first + 1 else self._probabilities(read(_text(data, *place)))
                sentences.append(_Place(row, *place, own, False))
            words += [(row, start, *word) for word in self._words(reading, _text(data, start, end))]
        return _judged(offsets, data, np.diff(windows.rows), seen, sentences, words)

    def _admitted(self, windows: Windows) -> tuple[Flags, Flags]:
        """The windows that are read to decide, and those that are read for the audit."""
        if self.screen is None or self.files.screen_limit is None:
            return np.ones(len(windows), np.bool_), np.zeros(len(windows), np.bool_)
        starts, ends = windows.starts, windows.ends
        chosen = np.asarray(self.screen.scores(windows.data, starts, ends) >= self.files.screen_limit, np.bool_)
        audited = np.zeros(len(windows), np.bool_)
        below, content = int(self.audit * 2**64), windows.data.data
        for window in np.flatnonzero(~chosen).tolist():
            audited[window] = xxhash.xxh3_64_intdigest(content[starts[window] : ends[window]]) < below
        return chosen, audited

    def _probabilities(self, reading: Reading) -> list[float]:
        """The calibrated probability of each label."""
        lines = zip(self.files.calibration, reading.labels.tolist(), strict=True)
        return [_sigmoid(slope * logit + intercept) for (slope, intercept), logit in lines]

    def _words(self, reading: Reading, text: str) -> list[tuple[int, int, float]]:
        """Stretches of words that reach the limit: those with nothing but white space between them are one."""
        if self.files.word_threshold is None:
            return []
        found: list[tuple[int, int, float]] = []
        before = False
        for word in reading.words():
            score = _sigmoid(word.logit)
            reached = score >= self.files.word_threshold
            if reached and before and not text[found[-1][1] : word.start].strip():
                found[-1] = (found[-1][0], word.end, max(found[-1][2], score))
            elif reached:
                found.append((word.start, word.end, score))
            before = reached
        return found


@cache
def load_cascade(folder: Path, digest: str, screened: bool, audit: float) -> Cascade:
    """A judge with its encoder and screen, once a process.

    Args:
        folder: of the judge.
        digest: SHA-256 of its judge.json.
        screened: False lets every window through.
        audit: see `Cascade`.

    Raises:
        ConfigurationError: the share of the audit is not allowed.
        InputError: a file of the judge is missing, another, or broken.
    """
    if not 0 <= audit <= MOST_AUDITED:
        raise ConfigurationError(f"audit is {audit}; the share of windows is from 0 to {MOST_AUDITED}")
    files = read_judge(folder, digest)
    screen: Screening | None = None
    if screened and SCREEN in files.files:
        from classifiers.screen import Screen

        screen = Screen.load(files.path(SCREEN))
    return Cascade(files, load_encoder(folder, digest), screen, audit)


def _text(data: Bytes, start: int, end: int) -> str:
    return data[start:end].tobytes().decode()


def _sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), one number at a time: a vector's last bits could depend on its length."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    power = math.exp(x)
    return power / (1 + power)


def _judged(
    offsets: Ints,
    data: Bytes,
    counts: Ints,
    seen: Sequence[_Place],
    sentences: Sequence[_Place],
    words: Sequence[tuple[int, int, int, int, float]],
) -> pa.StructArray:
    """The findings as one value a text; null where a text has no window."""
    audited = pa.array([place.audited for place in seen], pa.bool_())
    word_rows = np.array([row for row, *_ in words], np.int64)
    # A word's place is counted in characters from its window's first.
    begins = _code_points(offsets, data, word_rows, [window for _, window, *_ in words])
    word_fields = [
        pa.array(begins + np.array([start for _, _, start, _, _ in words], np.int64)),
        pa.array(begins + np.array([end for _, _, _, end, _ in words], np.int64)),
        pa.array([score for *_, score in words], pa.float64()),
    ]
    children = [
        pa.array(counts, pa.int64()),
        _places(offsets, data, seen, JUDGED.field("seen").type, [audited]),
        _places(offsets, data, sentences, JUDGED.field("sentences").type, []),
        _listed(len(counts), word_rows, word_fields, JUDGED.field("words").type),
    ]
    return pa.StructArray.from_arrays(children, fields=list(JUDGED), mask=pa.array(counts == 0))


def _places(
    offsets: Ints, data: Bytes, places: Sequence[_Place], kind: pa.DataType, more: Sequence[pa.Array]
) -> pa.ListArray:
    """Windows or sentences of each text, with their scores."""
    rows = np.array([place.row for place in places], np.int64)
    starts, ends = (
        pa.array(_code_points(offsets, data, rows, bytes_there))
        for bytes_there in ([place.start for place in places], [place.end for place in places])
    )
    scores = pa.array([place.scores for place in places], pa.list_(pa.float64()))
    return _listed(len(offsets) - 1, rows, [starts, ends, *more, scores], kind)


def _code_points(offsets: Ints, data: Bytes, rows: Ints, places: Sequence[int]) -> Ints:
    """Places in texts of places in the buffer, which ascend, and so do their rows."""
    from filters.code_points import to_code_points

    bounds = np.searchsorted(rows, np.arange(len(offsets)))
    return to_code_points(offsets, data, bounds, np.array(places, np.int64))


def _listed(count: int, rows: Ints, fields: Iterable[pa.Array], kind: pa.DataType) -> pa.ListArray:
    """The structs of these fields, by their rows."""
    bounds = pa.array(np.searchsorted(rows, np.arange(count + 1)), pa.int32())
    structs: Any = pa.StructArray.from_arrays(list(fields), fields=list(kind.value_type))
    return pa.ListArray.from_arrays(bounds, structs, type=kind)
