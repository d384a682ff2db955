"""Documents for what is masked, removed, tagged, ranked or found twice."""

from collections.abc import Iterator

from composing import Prose
from quality_documents import FRENCH

__all__ = ["decided_documents", "duplicate_documents"]

Documents = Iterator[tuple[str, str]]

BY_RULE = {
    "email": ("Write to orders@honey-farm.example.org before noon.", "Write to orders at honey-farm before noon."),
    "ip_address": (
        "The old server answers at 8.8.8.8 on weekdays.",
        "The old printer answers at 192.168.0.8 on weekdays.",
    ),
    "insults": (
        "The goat is called Nitwit, and it answers to that.",
        "The play is called Nitwittery, and it runs until May.",
    ),
    "boilerplate": (
        "Subscribe to our newsletter to read more stories like this one.",
        "She did subscribe to our newsletter, and she liked the stories.",
    ),
    "shouting": ("ALL PASSENGERS MUST LEAVE THE TRAIN BEFORE IT REVERSES.", "All passengers MUST leave the train."),
}
"""By rule: a sentence on which it fires, and one that is nearly such."""


def decided_documents(prose: Prose) -> Documents:
    """Pairs for the rules that mask, remove and tag, and for the quantile."""
    for rule, (outside, inside) in BY_RULE.items():
        yield f"{rule}-found", _among(prose.words(70), outside)
        yield f"{rule}-inside", _among(prose.words(70), inside)
    yield "punctuated-below", _bare(prose)
    yield "punctuated-inside", _bare(prose) + "."


def _among(text: str, sentence: str) -> str:
    """The sentence behind the first of a text."""
    first, _, others = text.partition(". ")
    return f"{first}. {sentence} {others}"


def _bare(prose: Prose) -> str:
    """A sentence a line, without a mark."""
    return "\n".join(prose.sentences(7)).translate({ord(mark): "" for mark in ".,;"})


def duplicate_documents(prose: Prose) -> Iterator[tuple[str, str, str]]:
    """Name, text and URL of what is found twice: the first of equals stays, and the more English of two at one URL."""
    site = "https://news.example/story"
    text = prose.words(80)
    yield "duplicates-inside_first", text, f"{site}/1"
    yield "duplicates-text", text.replace(". ", ".\n"), f"{site}/2"
    yield "duplicates-inside_word", text.replace(" the ", " that ", 1), f"{site}/3"
    yield "duplicates-url", f"{prose.words(80)} {FRENCH[0]}", f"{site}/4?utm_source=mail"
    yield "duplicates-inside_english", prose.words(80), f"{site}/4"
    yield "duplicates-inside_page", prose.words(70), f"{site}/4?page=2"
