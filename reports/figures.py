"""Figures of the report as inline SVG: shapes only, every word beside them is HTML."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from markupsafe import Markup

from reports.histogram import Histogram

__all__ = ["axis_marks", "histogram_figure", "score_figure"]

WIDTH, HEIGHT = 1000, 100
GAP, WIDEST_GAP = 0.12, 3.0  # of a bar; of the figure


def histogram_figure(rule: Mapping[str, Any]) -> Markup:
    """Bars of a rule's histogram, those beyond its one limit on either side in the colour of what is removed.

    Heights are square roots of counts, so that rare values near a limit are seen. With limits by group no
    bar belongs to one side alone, and all have the neutral colour.
    """
    histogram = Histogram(**{**rule["histogram"], "edges": tuple(rule["histogram"]["edges"])})
    edges, most = [histogram.place(edge) * WIDTH for edge in histogram.edges], max(histogram.counts)
    bars = []
    for i, count in enumerate(histogram.counts):
        if not count:
            continue
        width = edges[i + 1] - edges[i]
        width -= min(GAP * width, WIDEST_GAP)
        height = max(1.5, HEIGHT * sqrt(count / most))
        middle = (histogram.edges[i] + histogram.edges[i + 1]) / 2
        ends = [middle] if histogram.scale == "whole" else histogram.edges[i : i + 2]
        side, title = _side(rule, middle), f"{' to '.join(map(_number, ends))}: {count:,}"
        bars.append(
            f'<rect class="{side}" x="{edges[i]:.2f}" y="{HEIGHT - height:.2f}" width="{width:.2f}" '
            f'height="{height:.2f}"><title>{title}</title></rect>'
        )
    lines = [
        f'<line class="limit" x1="{x:.2f}" x2="{x:.2f}" y1="0" y2="{HEIGHT}"/>'
        for x in sorted({limit["place"] * WIDTH for limit in rule["limits"]})
    ]
    return Markup(  # only numbers of ours are written
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Distribution of the value over {histogram.documents} documents">{"".join(bars + lines)}</svg>'
    )


def score_figure(counts: Sequence[int]) -> Markup:
    """Bars of the counts of equal parts of 0 to 1, heights as square roots; the same axis for every label."""
    most, width = max([*counts, 1]), WIDTH / max(len(counts), 1)
    bars = []
    for i, count in enumerate(counts):
        height = max(4.0, HEIGHT * sqrt(count / most))
        if count:
            title = f"{_number(i / len(counts))} to {_number((i + 1) / len(counts))}: {count:,}"
            bars.append(
                f'<rect class="either" x="{i * width:.2f}" y="{HEIGHT - height:.2f}" width="{width * (1 - GAP):.2f}" '
                f'height="{height:.2f}"><title>{title}</title></rect>'
            )
    return Markup(  # only numbers of ours are written
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Scores of {sum(counts)} documents from 0 to 1">{"".join(bars)}</svg>'
    )


def axis_marks(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Numbers under a histogram: its two ends and its median, with their place in percent."""
    histogram = Histogram(**{**rule["histogram"], "edges": tuple(rule["histogram"]["edges"])})
    half = 0.5 if histogram.scale == "whole" else 0.0
    low, high = _number(histogram.edges[0] + half), _number(histogram.edges[-1] - half)
    marks = [{"place": 0.0, "text": low, "end": "start"}, {"place": 100.0, "text": high, "end": "end"}]
    middle = histogram.place(histogram.median)
    if 0.12 < middle < 0.88:
        marks.insert(1, {"place": 100 * middle, "text": f"median {_number(histogram.median)}", "end": "middle"})
    return marks


def _side(rule: Mapping[str, Any], value: float) -> str:
    """Whether the rule fires at a value, where that does not depend on the document's group."""
    limits = sorted(limit["value"] for limit in rule["limits"])
    if len(limits) != rule["minimum_fails"] + rule["maximum_fails"]:
        return "either"
    below = rule["minimum_fails"] and value < limits[0]
    above = rule["maximum_fails"] and value > limits[-1]
    return "beyond" if below or above else "within"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
