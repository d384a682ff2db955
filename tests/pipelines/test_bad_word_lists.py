from pathlib import Path

import pytest

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from pipelines import factories

PATH = "pipelines.listed:c4_bad_words"
LDNOOBW = Path(__file__).parents[3] / "shared/data/wordlists/ldnoobw"


def bad_words(**words):
    return factories.build(PATH, "bad", {"words": {language: str(file) for language, file in words.items()}})


def found(annotator, text):
    batch = batch_of([text])
    return {name: column.to_pylist()[0] for name, column in annotator.annotate(batch, Cuts(batch["text"])).items()}


def test_each_language_names_its_file(tmp_path):
    (tmp_path / "de").write_text("arsch\n")
    assert found(bad_words(en="insults_en", de=tmp_path / "de"), "Arsch, you idiot") == {"bad_en": 1, "bad_de": 1}


def test_a_list_that_has_changed_is_read_anew(tmp_path):
    (tmp_path / "en").write_text("one\n")
    assert found(bad_words(en=tmp_path / "en"), "one two three") == {"bad_en": 1}
    (tmp_path / "en").write_text("one\nthree\n")
    assert found(bad_words(en=tmp_path / "en"), "one two three") == {"bad_en": 2}


def test_a_file_that_is_not_there_is_told_with_its_language(tmp_path):
    with pytest.raises(ConfigurationError, match=r"bad\.words\.fr: no file"):
        bad_words(en="insults_en", fr=tmp_path / "fr")


def test_the_lists_of_c4_are_read_as_they_are_published():
    if not LDNOOBW.is_dir():
        pytest.skip(f"no lists at {LDNOOBW}")
    lists = bad_words(**{file.name: file for file in LDNOOBW.iterdir() if file.name in ("en", "ja", "tr")})
    assert found(lists, "Nothing to see here.") == {"bad_en": 0, "bad_ja": 0, "bad_tr": 0}
