"""Annotators over Data-Juicer's lists of words, made from the file that a configuration names."""

from pathlib import Path

from filters.juicer_words import JuicerWords
from pipelines.listed import read_entries

__all__ = ["juicer_words"]


def juicer_words(name: str, words: Path) -> JuicerWords:
    """The share of words that stand in a file, one a line; the signal is ``juicer_<instance>_fraction``."""
    return JuicerWords(name, read_entries(words))
