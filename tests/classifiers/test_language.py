import pickle

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.language import Language
from classifiers.language_memo import sample_text
from classifiers.model_files import SHIPPED, resolve
from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

LANGUAGE = Language()


def test_it_keeps_the_contract_of_annotators():
    check_annotator(LANGUAGE)


def judged(*texts):
    array = pa.array(texts, pa.string())
    columns = LANGUAGE.annotate(pa.record_batch({"text": array}), Cuts(array))
    return list(zip(columns["language"].to_pylist(), columns["language_score"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The quick brown fox jumps over the lazy dog.\nIt was not amused.", "en"),
        ("Der Zug fährt heute leider nicht,\nbitte nehmen Sie den Bus.", "de"),
        ("Le train ne circule pas aujourd'hui.", "fr"),
        ("Поезд сегодня не ходит.", "ru"),
        ("今日は電車が運行していません。", "ja"),
        ("今天火车不运行。", "zh"),
    ],
)
def test_a_sentence_is_given_its_language(text, code):
    [(language, score)] = judged(text)
    assert language == code
    assert 0.5 < score <= 1


@pytest.mark.parametrize("text", ["", " \n\t ", "12 + 34 = 46", "...!?", "\x00\x00", "\u0301\ufffd"])
def test_a_text_without_a_letter_has_no_language(text):
    assert judged(text) == [(None, None)]


def test_a_long_text_is_judged_by_more_than_its_beginning():
    english_menu = "Home About us Contact Login " * 10
    german = "Der Zug fährt heute leider nicht, bitte nehmen Sie den Bus. " * 400
    [(language, _)] = judged(english_menu + german)
    assert language == "de"


def test_the_sample_is_the_whole_text_up_to_2000_characters():
    assert sample_text("a" * 2000) == "a" * 2000


def test_the_sample_of_a_longer_text_is_its_beginning_and_four_windows_to_its_end():
    text = "a" * 1000 + "b" * 250 + "-" * 1000 + "c" * 250
    assert len(sample_text(text)) == 2004
    assert sample_text(text).split()[:2] == ["a" * 1000, "b" * 250]
    assert sample_text(text).endswith(" " + "c" * 250)


@given(st.text(max_size=50), st.integers(1, 300))
@settings(max_examples=50)
def test_the_sample_is_one_short_line(text, times):
    sample = sample_text(text * times)
    assert len(sample) <= 2004
    assert len(sample.splitlines()) <= 1


@given(st.lists(st.text(max_size=40), max_size=4))
@settings(max_examples=50)
def test_any_text_is_judged_the_same_in_any_batch(texts):
    assert judged(*texts) == [row for text in texts for row in judged(text)]


def test_a_ten_megabyte_text_is_judged_by_its_sample():
    [(language, _)] = judged("The train does not run today. " * 350_000)
    assert language == "en"


def test_a_truncated_model_is_refused_before_it_is_loaded(tmp_path):
    whole = resolve("lid.176.ftz")[0].read_bytes()
    path = tmp_path / "lid.176.ftz"
    path.write_bytes(whole[:5000])
    with pytest.raises(InputError, match=r"5000 bytes.*truncated or another file"):
        Language(str(path), sha256=SHIPPED["lid.176.ftz"])


def test_a_model_that_is_not_shipped_needs_its_sha256(tmp_path):
    path = tmp_path / "own.ftz"
    path.write_bytes(resolve("lid.176.ftz")[0].read_bytes())
    with pytest.raises(ConfigurationError, match=f"sha256: {SHIPPED['lid.176.ftz']}"):
        Language(str(path))
    assert Language(str(path), SHIPPED["lid.176.ftz"]).fingerprint == LANGUAGE.fingerprint


def test_a_model_that_is_exchanged_after_planning_is_refused_at_work(tmp_path):
    path = tmp_path / "own.ftz"
    path.write_bytes(resolve("lid.176.ftz")[0].read_bytes())
    language = Language(str(path), SHIPPED["lid.176.ftz"])
    path.write_bytes(b"something else")
    text = pa.array(["hello"])
    with pytest.raises(InputError, match="truncated or another file"):
        language.annotate(pa.record_batch({"text": text}), Cuts(text))


def test_a_file_of_another_format_is_refused_by_name(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a model at all")
    with pytest.raises(ConfigurationError) as error:
        Language(str(path))
    digest = str(error.value).split("sha256: ")[1].split("`")[0]
    text = pa.array(["hello"])
    with pytest.raises(InputError, match=r"notes\.txt.*not a fastText model"):
        Language(str(path), digest).annotate(pa.record_batch({"text": text}), Cuts(text))


def test_it_travels_to_a_worker_without_its_model(capfd):
    sent = pickle.dumps(LANGUAGE)
    assert len(sent) < 1000
    text = pa.array(["Le train ne circule pas aujourd'hui."])
    columns = pickle.loads(sent).annotate(pa.record_batch({"text": text}), Cuts(text))
    assert columns["language"].to_pylist() == ["fr"]
    assert capfd.readouterr() == ("", "")
