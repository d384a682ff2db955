"""Signals from what a judge says of the texts of a batch, which is asked once for all annotators that want it."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.cascade import Cascade
from classifiers.language_memo import languages_of
from filters.cuts import Cuts
from filters.signals import SPANS, Columns

__all__ = ["TOP", "judged", "label_columns", "spans", "window_counts"]

TOP = 3
"""How many of the highest windows are averaged."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


SURE = 0.5
"""The probability from which lid.176 is believed that a text is in another language."""


def judged(cuts: Cuts, cascade: Cascade, *, any_language: bool = False) -> pa.StructArray:
    """What the judge says of each text, as `classifiers.cascade.JUDGED`; kept while the text stays what it is.

    Null where a text has no letter, or is in a language that the judge was not trained on: lid.176 gives another one at
    least `SURE`. Of a few words of slang it is often not sure, and a judge that passed them over would miss abuse.
    """

    def judge(texts: pa.StringArray) -> pa.StructArray:
        if any_language:
            wanted = pc.match_substring_regex(texts, r"\p{L}").fill_null(False)
        else:
            found = languages_of(cuts if texts is cuts.texts else Cuts(texts))
            own = pc.is_in(found.codes, pa.array(cascade.files.languages, pa.string()))
            wanted = pc.or_(own, pc.less(found.scores, SURE)).fill_null(False)
        return cascade.judge(texts, np.asarray(wanted.to_numpy(zero_copy_only=False), np.bool_))

    files = cascade.files
    name = f"judge {files.digest} {cascade.screen is not None} {cascade.audit} {any_language}"
    return cuts.by_text(name, judge)


def label_columns(found: pa.StructArray, labels: Sequence[str], limits: Mapping[str, float]) -> Columns:
    """``<label>_score``, ``<label>_top3`` and ``<label>_share`` of each label that has a limit.

    A window that the screen holds back counts with the probability 0: that is what a cascade says of it.

    Args:
        found: as `judged` gives it.
        labels: all labels of the judge, in its order.
        limits: from which a window counts for the share, by label.
    """
    windows, null = _windows(found)
    rows, audited, scores = _seen(found, len(labels))
    rows, scores = rows[~audited], scores[~audited]
    columns: dict[str, pa.Array] = {}
    for label, limit in limits.items():
        own = scores[:, labels.index(label)]
        order = np.lexsort((-own, rows))
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        highest = np.zeros((len(found), TOP))
        kept = rank < TOP
        highest[rows[kept], rank[kept]] = own[order][kept]
        total = highest[:, 0] + highest[:, 1] + highest[:, 2]
        above = np.bincount(rows[own >= limit], minlength=len(found))
        least = np.maximum(windows, 1)
        columns[f"{label}_score"] = pa.array(highest[:, 0], mask=null)
        columns[f"{label}_top3"] = pa.array(total / np.minimum(least, TOP), mask=null)
        columns[f"{label}_share"] = pa.array(above / least, mask=null)
    return columns


def window_counts(found: pa.StructArray, labels: Sequence[str], limits: Mapping[str, float]) -> Sequence[pa.Array]:
    """Windows of each text: all; read to decide; of these flagged; read for the audit; of these flagged.

    A window is flagged where a label reaches its limit.
    """
    windows, null = _windows(found)
    rows, audited, scores = _seen(found, len(labels))
    flagged = np.zeros(len(rows), np.bool_)
    for label, limit in limits.items():
        flagged |= scores[:, labels.index(label)] >= limit
    chosen = (~audited, ~audited & flagged, audited, audited & flagged)
    counts = [windows, *(np.bincount(rows[each], minlength=len(found)) for each in chosen)]
    return [pa.array(each, pa.int64(), mask=null) for each in counts]


def spans(
    found: pa.StructArray, labels: Sequence[str], wanted: Sequence[str], floor: float, words: str | None = None
) -> pa.ListArray:
    """Windows and sentences with a label that reaches the floor, and words.

    Args:
        found: as `judged` gives it.
        labels: all labels of the judge, in its order.
        wanted: the labels that spans are made of.
        floor: the least score.
        words: the label that marked words get; None leaves them out.

    Returns:
        Type `filters.signals.SPANS`, by start and end, then window before sentence before word, then label by label.
    """
    rows: list[Ints] = []
    fields: dict[str, list[Ints | Floats]] = {"start": [], "end": [], "label": [], "score": [], "unit": []}

    def add(of: Ints, start: Ints, end: Ints, label: int, score: Floats, unit: int) -> None:
        rows.append(of)
        values = (start, end, np.full(len(of), label), score, np.full(len(of), unit))
        for name, value in zip(fields, values, strict=True):
            fields[name].append(value)

    names = [*wanted, *([words] if words is not None else [])]
    for unit, which in enumerate(("seen", "sentences")):
        of, places = _listed(found, which)
        start, end = _numbers(places, "start"), _numbers(places, "end")
        scores = _matrix(places, len(labels))
        decides = ~_flags(places, "audited") if which == "seen" else np.ones(len(of), np.bool_)
        for number, label in enumerate(wanted):
            own = scores[:, labels.index(label)]
            kept = decides & (own >= floor)
            add(of[kept], start[kept], end[kept], number, own[kept], unit)
    if words is not None:
        of, places = _listed(found, "words")
        score = np.asarray(places.field("score").to_numpy(zero_copy_only=False), np.float64)
        add(of, _numbers(places, "start"), _numbers(places, "end"), len(wanted), score, 2)
    owner = np.concatenate(rows)
    together = {name: np.concatenate(values) for name, values in fields.items()}
    order = np.lexsort((together["label"], together["unit"], together["end"], together["start"], owner))
    arrays = [
        pa.array(together["start"][order], pa.int64()),
        pa.array(together["end"][order], pa.int64()),
        pa.array(names, pa.string()).take(pa.array(together["label"][order].astype(np.int64))),
        pa.array(together["score"][order], pa.float64()),
        pa.array(["window", "sentence", "word"]).take(pa.array(together["unit"][order].astype(np.int64))),
    ]
    structs = pa.StructArray.from_arrays(arrays, fields=list(SPANS.value_type))
    bounds = np.searchsorted(owner[order], np.arange(len(found) + 1))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=SPANS, mask=found.is_null())


def _windows(found: pa.StructArray) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Windows of each text, 0 where it is null, and where it is."""
    null = np.asarray(found.is_null().to_numpy(zero_copy_only=False), np.bool_)
    return np.asarray(found.flatten()[0].fill_null(0).to_numpy(), np.int64), null


def _seen(found: pa.StructArray, labels: int) -> tuple[Ints, npt.NDArray[np.bool_], Floats]:
    """Text, purpose and scores of each window that was read."""
    rows, places = _listed(found, "seen")
    return rows, _flags(places, "audited"), _matrix(places, labels)


def _listed(found: pa.StructArray, name: str) -> tuple[Ints, pa.StructArray]:
    """The text of each window, sentence or word, and these."""
    lists = found.flatten()[found.type.get_field_index(name)]
    return np.asarray(pc.list_parent_indices(lists), np.int64), lists.flatten()


def _matrix(places: pa.StructArray, labels: int) -> Floats:
    """Scores, a row each place."""
    return np.asarray(places.field("scores").flatten().to_numpy(), np.float64).reshape(-1, labels)


def _numbers(places: pa.StructArray, name: str) -> Ints:
    return np.asarray(places.field(name).to_numpy(zero_copy_only=False), np.int64)


def _flags(places: pa.StructArray, name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(places.field(name).to_numpy(zero_copy_only=False), np.bool_)
