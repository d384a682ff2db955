"""The page of a report: one HTML file that asks nothing of any other place, and in which text stays text."""

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.figures import axis_marks, histogram_figure, score_figure
from reports.marked_text import Segment, shown, visible
from reports.recall import WIDEST

__all__ = ["render"]

LINES = 9


def render(report: Mapping[str, Any]) -> str:
    """The page of what `reports.report.build_report` returns."""
    return _environment().get_template("report.html").render(report=report)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        count=lambda n: f"{n:,}",
        percent=_percent,
        number=_number,
        seconds=_seconds,
        size=_size,
        interval=lambda pair: f"{_percent(pair[0])} to {_percent(pair[1])}",
        as_json=lambda value: json.dumps(value, indent=2, ensure_ascii=False),
        lines=_lines,
        shown=lambda segment: shown(Segment(**segment)),
        words=lambda name: name.replace("_", " "),
    )
    environment.globals.update(
        histogram_figure=histogram_figure, axis_marks=axis_marks, score_figure=score_figure, widest=WIDEST
    )
    return environment


def _shown(value: object) -> object:
    """Every text that a template writes, made visible; what is markup already is ours."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(text: str) -> str:
    """The first lines of an excerpt that are not blank."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines[:LINES]) + (" …" if len(lines) > LINES else "")


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    if 0 < share < 0.001 or 0.999 < share < 1:
        return f"{100 * share:.3f}%"
    return f"{100 * share:.1f}%"


def _number(value: float | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
