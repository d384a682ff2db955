"""Learned annotators: models, their files and fingerprints. ``classifiers.load(path).score(texts)`` scores texts."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from classifiers.judge import Judge, load

__all__ = ["Judge", "load"]


def __getattr__(name: str) -> Any:
    """`Judge` and `load`, imported when they are asked for: every command imports this package."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from classifiers import judge

    return getattr(judge, name)
