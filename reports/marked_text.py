"""A text with what was done to it marked in place: cut, put in, flagged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Mark", "Segment", "apply_marks", "excerpt", "plain_text", "shown", "visible"]

Kind = Literal["kept", "cut", "added", "flagged", "shared"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text, and what became of it.

    Attributes:
        text: as it stands, control characters and all; `visible` makes it safe to show.
        kind: ``kept``; ``cut`` by an edit; ``added`` as a replacement; ``flagged`` by a rule, and kept; ``shared`` with
            another text, and kept.
        reason: of the edit or the rule; empty where kept.
    """

    text: str
    kind: Kind = "kept"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text as it stands, in code points, end exclusive: an edit, or a span that is only flagged."""

    start: int
    end: int
    reason: str
    replacement: str | None = None  # None: only pointed at
    kind: Literal["flagged", "shared"] = "flagged"  # what it is then


def apply_marks(segments: Iterable[Segment], marks: Sequence[Mark]) -> list[Segment]:
    """The segments after one round of edits or flags, which count code points of what is not cut yet.

    So rounds may follow one another, each on the text that the one before has left. Marks are sorted by
    start; one that begins inside the one before is applied from there on.
    """
    out: list[Segment] = []
    place = index = 0
    for segment in [*segments, Segment("")]:  # the last takes what is put in where nothing is left
        if segment.kind == "cut":
            out.append(segment)
            continue
        done = 0
        while index < len(marks) and marks[index].start <= place + len(segment.text):
            mark = marks[index]
            begin, end = max(mark.start - place, done), min(mark.end - place, len(segment.text))
            if begin == len(segment.text) and mark.end > mark.start:
                break
            out.append(replace(segment, text=segment.text[done:begin]))
            out.append(_marked(segment, segment.text[begin : max(begin, end)], mark))
            done = max(begin, end)
            if mark.end > place + len(segment.text):
                break
            if mark.replacement:
                out.append(Segment(mark.replacement, "added", mark.reason))
            index += 1
        out.append(replace(segment, text=segment.text[done:]))
        place += len(segment.text)
    return _joined(out)


def plain_text(segments: Iterable[Segment]) -> str:
    """The text as it stands now: all that is not cut."""
    return "".join(s.text for s in segments if s.kind != "cut")


def excerpt(
    segments: Sequence[Segment], context: int = 120, longest: int = 600, about: str | None = None
) -> list[Segment]:
    """The first marked places with their surroundings, an ellipsis for what is left out.

    Args:
        segments: a marked text.
        context: characters shown before the first mark, and of unmarked text on either side of later ones.
        longest: characters shown from the first mark on.
        about: begin at the first mark of this reason; else at the first mark of all.
    """
    marked = [i for i, s in enumerate(segments) if s.kind != "kept" and about in (None, s.reason)]
    first = marked[0] if marked else 0
    out = _before(segments[:first], context)
    left = longest
    for i, segment in enumerate(segments[first:], first):
        if left <= 0:
            return _joined(out if out[-1].text.endswith("…") else [*out, Segment(" …")])
        text = _head(segment.text, left)
        if segment.kind == "kept" and marked and i == len(segments) - 1:
            text = _head(text, context)
        elif segment.kind == "kept" and marked and len(text) > 2 * context:
            text = f"{text[:context]} … {text[-context:]}"
        out.append(replace(segment, text=text))
        left -= len(text)
    return _joined(out)


def _before(segments: Sequence[Segment], context: int) -> list[Segment]:
    """The end of a text, and an ellipsis before it."""
    out: list[Segment] = []
    left = context
    for segment in reversed(segments):
        if left > 0:
            out.insert(0, replace(segment, text=segment.text[-left:]))
        left -= len(segment.text)
    return [Segment("… "), *out] if left < 0 else out


def shown(segment: Segment) -> str:
    """The visible text of a segment; signs for white space that was cut."""
    text = visible(segment.text)
    return text.translate(_WHITE_SPACE) if segment.kind == "cut" and segment.text.isspace() else text


def visible(text: str) -> str:
    """The text with what a reader could not see, or what would reorder the page, shown by its code point.

    Control characters, bidirectional overrides and isolates, and zero-width characters are shown as
    ‹U+202E›; line feeds and tabs stay, a carriage return before a line feed goes.
    """
    return text.replace("\r\n", "\n").translate(_SHOWN)


_HIDDEN = [
    *range(0x00, 0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, 0x061C,
    0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
]  # fmt: skip
_WHITE_SPACE = str.maketrans({" ": "·", "\n": "⏎", "\t": "→"})
_SHOWN = {code: f"‹U+{code:04X}›" for code in _HIDDEN}


def _marked(segment: Segment, text: str, mark: Mark) -> Segment:
    kind: Kind = mark.kind if mark.replacement is None else "cut"
    return Segment(text, kind, mark.reason) if kind == "cut" or segment.kind == "kept" else replace(segment, text=text)


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Without empty segments, equal neighbours as one."""
    out: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if out and (out[-1].kind, out[-1].reason) == (segment.kind, segment.reason):
            out[-1] = replace(segment, text=out[-1].text + segment.text)
        else:
            out.append(segment)
    return out


def _head(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + " …"
