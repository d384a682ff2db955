"""Annotators and cleaners that need files: word lists are read here, because `filters` reads none."""

from pathlib import Path

from classifiers.language import Language
from classifiers.quality import Quality
from classifiers.trained_quality import TrainedQuality
from filters.boilerplate_lines import BoilerplateLines
from filters.c4_bad_words import C4BadWords
from filters.errors import ConfigurationError
from filters.word_list import WordList
from pipelines.factories import shipped_file

__all__ = ["boilerplate_lines", "c4_bad_words", "insults", "language", "quality", "read_entries", "word_list"]


def word_list(name: str, words: Path) -> WordList:
    """The words of a file; the signals are called as the instance is."""
    return WordList(name, read_entries(words))


def c4_bad_words(name: str, words: dict[str, Path]) -> C4BadWords:
    """C4's bad words: one list a language, named by its file; the lists that C4 used are not shipped."""
    return C4BadWords(name, {language: read_entries(file) for language, file in words.items()})


def insults(name: str, words: Path = Path("insults_en")) -> WordList:
    """A word list that needs no file of the user's: English insults."""
    return word_list(name, words)


def boilerplate_lines(phrases: Path = Path("boilerplate_lines")) -> BoilerplateLines:
    """The phrases of a file; without one those of the shipped list, of several languages."""
    return BoilerplateLines(read_entries(phrases))


def language(model: Path = Path("lid.176.ftz"), sha256: str | None = None, paragraphs: bool = False) -> Language:
    """The language of a text, by a shipped model or, with its digest, one of the user's."""
    shipped = shipped_file(model.name) == model
    return Language(model.name if shipped else str(model), sha256, paragraphs)


def quality(
    name: str,
    model: Path,
    sha256: str | None = None,
    good: list[str] | None = None,
    values: dict[str, float] | None = None,
    languages: list[str] | None = None,
) -> Quality | TrainedQuality:
    """The quality of a text by a fastText model of the user's, or by a judge that `tamis train` made.

    Raises:
        ConfigurationError: a judge is given what it has of its own: values or languages.
    """
    if model.name != "judge.json":
        return Quality(name, str(model), sha256, good, values, languages)
    if values is not None or languages is not None:
        raise ConfigurationError(
            f"{name}: {str(model)!r} has its own languages and calibration: leave out `values` and `languages`"
        )
    return TrainedQuality(name, str(model), sha256, good)


def read_entries(path: Path) -> tuple[str, ...]:
    """The entries of a list: one a line, in order; empty lines and lines that start with ``#`` are passed over.

    Raises:
        ConfigurationError: the file cannot be read as UTF-8 text, or is empty.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").split("\n")]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the list {str(path)!r} cannot be read as UTF-8 text: {error}") from error
    entries = tuple(line for line in lines if line and not line.startswith("#"))
    if not entries:
        raise ConfigurationError(f"the list {str(path)!r} holds no entry; write one a line")
    return entries
