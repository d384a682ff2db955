"""A comparison of two runs on a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.compare import Comparison
from reports.marked_text import visible

__all__ = ["view"]


def view(comparison: Comparison) -> RenderableType:
    """The comparison as something that a rich console prints."""
    parts: list[RenderableType] = [_sides(comparison), Text(), _fates(comparison)]
    if comparison.rules:
        parts += [Text(), _rules(comparison)]
    parts += _examples("Kept by A, removed by B", comparison.removed_examples)
    parts += _examples("Removed by A, kept by B", comparison.kept_examples)
    return Group(*parts)


def _sides(comparison: Comparison) -> Table:
    table = _table("", "A", "B", "difference")
    a, b = comparison.a, comparison.b
    table.add_row(Text("output"), Text(visible(a.output)), Text(visible(b.output)), "")
    for name in ("documents", "kept", "characters", "tokens"):
        table.add_row(name if name in ("documents", "kept") else f"{name} kept",
                      *_pair(getattr(a, name), getattr(b, name)))  # fmt: skip
    return table


def _fates(comparison: Comparison) -> Text:
    c = comparison
    parts = [
        f"{c.both_kept:,} kept by both", f"{c.both_removed:,} removed by both",
        f"{c.newly_removed:,} kept by A and removed by B", f"{c.newly_kept:,} removed by A and kept by B",
    ]  # fmt: skip
    parts += [f"{n:,} only in {name}" for name, n in (("A", c.only_a), ("B", c.only_b)) if n]
    return Text(", ".join(parts) + ".")


def _rules(comparison: Comparison) -> Table:
    table = _table("rule", "in A", "in B", "difference", "tokens", "newly removed", "no longer removed")
    for rule in comparison.rules:
        table.add_row(
            Text(visible(rule.rule)),
            *_pair(rule.documents_a, rule.documents_b),
            f"{rule.tokens_b - rule.tokens_a:+,}",
            f"{rule.newly_removed:,}",
            f"{rule.no_longer_removed:,}",
        )
    return table


def _examples(title: str, examples: Sequence[dict[str, Any]]) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(), Text(title, "bold")] if examples else []
    for example in examples:
        parts.append(Text(visible(example["key"]), "cyan"))
        lines = [*example["reasons"], example["text"]]
        parts += [Padding(Text(visible(line)), (0, 0, 0, 2)) for line in lines]
    return parts


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for i, name in enumerate(columns):
        table.add_column(name, justify="left" if i == 0 else "right", overflow="fold")
    return table


def _pair(a: int, b: int) -> tuple[str, str, str]:
    return f"{a:,}", f"{b:,}", f"{b - a:+,}" if a != b else "="
