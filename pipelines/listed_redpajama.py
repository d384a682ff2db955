"""Annotators over RedPajama v2's lists of words, made from the files that a configuration names by language."""

from pathlib import Path

from filters.redpajama_lists import RedpajamaBadWords, RedpajamaStopWords
from pipelines.listed import read_entries

__all__ = ["redpajama_bad_words", "redpajama_stop_words"]


def redpajama_stop_words(words: dict[str, Path]) -> RedpajamaStopWords:
    """The share of stop words: one file a language, one word a line."""
    return RedpajamaStopWords({language: read_entries(file) for language, file in words.items()})


def redpajama_bad_words(words: dict[str, Path]) -> RedpajamaBadWords:
    """LDNOOBW's bad words: one file a language, one entry a line."""
    return RedpajamaBadWords({language: read_entries(file) for language, file in words.items()})
