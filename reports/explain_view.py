"""An explanation on a terminal, readable without colours too."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from reports.explain import Explanation, Survivor
from reports.marked_text import Segment, excerpt, shown, visible

__all__ = ["marked_view", "view"]

CONTEXT = 400
LONGEST = 4_000
FOLDED = 200  # characters shown at either end of a passage that both texts have
STYLES = {"kept": "", "cut": "red strike", "added": "green", "flagged": "black on yellow", "shared": "cyan"}
BRACKETS = {
    "kept": ("", ""),
    "cut": ("[-", "-]"),
    "added": ("{+", "+}"),
    "flagged": ("{?", "?}"),
    "shared": ("{=", "=}"),
}


def view(explanation: Explanation) -> RenderableType:
    """The explanation as something that a rich console prints."""
    kept = explanation.action == "keep"
    title = Text.assemble(("kept" if kept else "removed", "bold green" if kept else "bold red"), "  ")
    title.append(visible(explanation.key), "bold")
    parts: list[RenderableType] = [title, _facts(explanation)]
    parts += [_reason(number, each.rule, each.reason, each.sentence, each.action)
              for number, each in enumerate(explanation.reasons, 1)]  # fmt: skip
    if not explanation.reasons:
        parts.append(Text("No rule fired."))
    parts.append(_texts(explanation))
    return Group(*parts)


def marked_view(segments: Iterable[Segment]) -> Text:
    """Marked text: [-cut-] {+put in+} {?flagged?} {=shared=}."""
    text = Text()
    for segment in segments:
        before, after = BRACKETS[segment.kind]
        text.append(before + shown(segment) + after, STYLES[segment.kind])
    return text


def _facts(explanation: Explanation) -> Table:
    facts = Table.grid(padding=(0, 2))
    facts.add_column()
    facts.add_column(overflow="fold")
    for name, value in (
        ("id", explanation.id),
        ("url", explanation.url),
        ("tags", ", ".join(explanation.tags)),
        ("split", explanation.split),
        ("not measured after", explanation.stopped_at),
    ):
        if value and value != explanation.key:
            facts.add_row(Text(name, "dim"), Text(visible(value)))
    return facts


def _reason(number: int, rule: str, reason: str, sentence: str, action: str) -> RenderableType:
    head = Text.assemble((f"{number}. ", "dim"), (visible(rule), "bold"), f"  {visible(reason)}  ", (action, "dim"))
    return Group(head, Padding(Text(visible(sentence)), (0, 0, 0, 3)))


def _texts(explanation: Explanation) -> RenderableType:
    legend = Text("text as extracted: [-cut-] {+put in+} {?flagged?}", "dim")
    if explanation.survivor is None:
        return Group(Rule(style="dim"), legend, marked_view(excerpt(explanation.segments, CONTEXT, LONGEST)))
    beside = Table.grid(expand=True, padding=(0, 2))
    beside.add_column(ratio=1, overflow="fold")
    beside.add_column(ratio=1, overflow="fold")
    beside.add_row(legend + Text(" {=in both=}", "dim"), _survivor_title(explanation.survivor))
    other = explanation.survivor.segments
    if other is None:
        lacking = Text(f"its text cannot be shown: {visible(explanation.survivor.lacking or '')}")
        beside.add_row(marked_view(excerpt(explanation.segments, CONTEXT, LONGEST)), lacking)
        return Group(Rule(style="dim"), beside)
    beside.add_row(*(Text(_in_both(segments), "dim") for segments in (explanation.segments, other)))
    beside.add_row(*(marked_view(excerpt(_folded(segments), CONTEXT, LONGEST))
                     for segments in (explanation.segments, other)))  # fmt: skip
    return Group(Rule(style="dim"), beside)


def _in_both(segments: Sequence[Segment]) -> str:
    """How much of a text the other has too."""
    shared = sum(len(segment.text) for segment in segments if segment.kind == "shared")
    whole = sum(len(segment.text) for segment in segments if segment.kind != "cut")
    return f"{shared:,} of {whole:,} characters in both"


def _folded(segments: Iterable[Segment]) -> list[Segment]:
    """Passages of both texts by their two ends, so that what differs is seen."""
    return [
        replace(s, text=f"{s.text[:FOLDED]} … {len(s.text) - 2 * FOLDED:,} characters … {s.text[-FOLDED:]}")
        if s.kind == "shared" and len(s.text) > 3 * FOLDED
        else s
        for s in segments
    ]


def _survivor_title(survivor: Survivor) -> Text:
    if survivor.similarity is None:
        return Text(f"kept, in the same component: {visible(survivor.key)}", "dim")
    name = survivor.url or (survivor.id if survivor.id != survivor.key else None)
    title = f"kept instead: {visible(survivor.key)} ({survivor.kind}, similarity {survivor.similarity:.3f})"
    return Text(title if name is None else f"{title}\n{visible(name)}", "dim")
