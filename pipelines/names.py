"""What a message says of a name that is not known: the nearest one, and those that are."""

import difflib
from collections.abc import Iterable

__all__ = ["nearest", "unknown"]

MOST_LISTED = 40
"""More names than these are no help in a message."""


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that resembles `name` most (difflib's ratio, at least 0.6); None where none does."""
    close = difflib.get_close_matches(name, sorted(allowed), n=1)
    return close[0] if close else None


def unknown(what: str, name: str, allowed: Iterable[str]) -> str:
    """``unknown signal 'wrd_count'; did you mean 'word_count'? Allowed: ...``; of very many, those that come near."""
    names = sorted(set(allowed))
    close = nearest(name, names)
    hint = f"did you mean {close!r}? " if close else ""
    if len(names) > MOST_LISTED:
        near = difflib.get_close_matches(name, names, n=8, cutoff=0.4) or names[:8]
        where = "; tamis signals names all" if what == "signal" else ""
        return f"unknown {what} {name!r}; {hint}Allowed: {', '.join(near)} and {len(names) - len(near)} more{where}"
    return f"unknown {what} {name!r}; {hint}Allowed: {', '.join(names) or 'none'}"
