"""Figures of judges as tables of text, for the terminal and for model cards."""

from collections.abc import Iterable, Sequence

from classifiers.counterfactual_testing import AxisFigures
from classifiers.evaluation import Figure, LabelFigures

__all__ = ["aligned", "axis_rows", "group_rows", "label_rows", "markdown", "notes"]

Rows = list[list[str]]
NOTHING = "-"
"""Stands for a figure that the texts cannot give."""


def label_rows(figures: Iterable[LabelFigures]) -> Rows:
    """One line a label, under a heading."""
    rows = [["label", "texts", "positive", "limit", "AUC", "macro F1", "precision", "recall", "false alarms", "miscalibration"]]  # fmt: skip  # noqa: E501
    for found in figures:
        shown = (found.auc, found.macro_f1, found.precision, found.recall, found.false_positive_rate)
        counts = [f"{found.rows:,}", f"{found.positives:,}", f"{found.threshold:.3g}"]
        rows.append([found.label, *counts, *map(_figure, shown), _figure(found.calibration_error)])
    return rows


def group_rows(figures: Iterable[LabelFigures]) -> Rows:
    """One line a label and group; only the heading where there are no groups."""
    rows = [["label", "group", "texts", "positive", "false alarms", "subgroup AUC", "BPSN AUC", "BNSP AUC"]]
    for found in figures:
        for group in found.groups:
            shown = (group.false_positive_rate, group.subgroup_auc, group.bpsn_auc, group.bnsp_auc)
            rows.append([found.label, group.group, f"{group.rows:,}", f"{group.positives:,}", *map(_figure, shown)])
    return rows


def axis_rows(figures: Iterable[AxisFigures]) -> Rows:
    """One line a label and axis."""
    rows = [["label", "axis", "sentences", "gap", "flips", "not unanimous", "scored highest", "scored lowest"]]
    for found in figures:
        gaps = sorted((gap, group) for group, gap in found.gaps.items() if gap is not None)
        ends = [f"{group} ({gap:+.3f})" for gap, group in (gaps[-1:] + gaps[:1])] or [NOTHING, NOTHING]
        shown = map(_figure, (found.gap, found.flips, found.uneven))
        rows.append([found.label, found.axis, f"{found.sets:,}", *shown, *ends])
    return rows


def notes(figures: Sequence[LabelFigures]) -> list[str]:
    """What the tables do not say by themselves."""
    said = [
        f"In brackets 95% intervals, drawn by {figures[0].drawn_by}. positive: texts that have the label. "
        "false alarms: the share flagged of those that have it not. miscalibration: how far probabilities lie off."
    ]
    for found in figures:
        if found.unjudged:
            said.append(f"{found.label}: {found.unjudged:,} texts were not judged: no letter, or another language.")
        if found.groups_left_out:
            said.append(f"{found.label}: {found.groups_left_out:,} groups of too few texts are not shown.")
        if found.final is not None:
            said.append(f"{found.label}: {found.final:.3f} in all, by the formula of the Jigsaw challenge of 2019.")
    return said


def aligned(rows: Rows) -> str:
    """Columns side by side: the first to the left, for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def markdown(rows: Rows) -> str:
    """A table in Markdown."""
    heading, *rest = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([heading, "|" + " --- |" * len(rows[0]), *rest])


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return NOTHING
    bounds = (
        ""
        if figure.interval is None
        else " ({}-{})".format(*(f"{bound:.2f}".removeprefix("0") for bound in figure.interval))
    )
    return f"{figure.value:.3f}".removeprefix("0") + bounds
