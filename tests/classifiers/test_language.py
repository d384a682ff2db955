import pickle

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import trained

from classifiers.language import Language
from classifiers.model_files import SHIPPED, resolve
from filters.contract import HOSTILE_TEXTS, LONG_TEXTS, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

LANGUAGE = Language()


ENGLISH = "The train does not run today, and nobody could tell us why it was so late.\n"
GERMAN = "Der Zug fährt heute leider nicht, und niemand konnte uns sagen, warum das so ist.\n"


def test_it_keeps_the_contract_of_annotators():
    check_annotator(LANGUAGE)


def test_it_keeps_the_contract_with_paragraphs():
    check_annotator(Language(paragraphs=True), (*HOSTILE_TEXTS, *LONG_TEXTS, ENGLISH + GERMAN))


def columns_of(*texts, by=LANGUAGE):
    array = pa.array(texts, pa.string())
    columns = by.annotate(pa.record_batch({"text": array}), Cuts(array))
    return {name: values.to_pylist() for name, values in columns.items()}


def judged(*texts):
    columns = columns_of(*texts)
    return list(zip(columns["language"], columns["language_score"], strict=True))


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


@given(st.lists(st.text(max_size=40), max_size=4))
@settings(max_examples=50)
def test_any_text_is_judged_the_same_in_any_batch(texts):
    assert judged(*texts) == [row for text in texts for row in judged(text)]


def test_a_text_has_a_second_language_less_probable_than_the_first():
    columns = columns_of(ENGLISH + GERMAN * 2, "...")
    assert columns["language"] == ["de", None]
    assert columns["language_second"] == ["en", None]
    assert 0 < columns["language_second_score"][0] < columns["language_score"][0]
    assert columns["language_second_score"][1] is None


def test_the_mixed_fraction_is_of_letters_in_paragraphs_long_enough_and_sure():
    english, german = (sum(map(str.isalpha, text)) for text in (ENGLISH, GERMAN))
    columns = columns_of(ENGLISH * 3, ENGLISH + GERMAN * 2, "Nein, danke!\n" + ENGLISH, "Nein.\n" * 30, "7\n" * 99)
    shares = columns["language_mixed_fraction"]
    assert shares == [0, english / (english + 2 * german), 0, None, None]


def test_a_page_in_two_languages_is_found_behind_its_first_thousand_characters():
    [share] = columns_of(ENGLISH * 40 + GERMAN * 40)["language_mixed_fraction"]
    assert 0.2 < share < 0.5


def test_paragraphs_are_told_as_spans_of_the_whole_text():
    by = Language(paragraphs=True)
    text = "Ω\n" + ENGLISH + "\n" + GERMAN + "Nein."
    [spans] = columns_of(text, by=by)["language_paragraphs"]
    assert [(text[span["start"] : span["end"]] + "\n", span["label"]) for span in spans] == [
        (ENGLISH, "en"),
        (GERMAN, "de"),
    ]
    assert {span["unit"] for span in spans} == {"paragraph"}
    assert all(0.9 < span["score"] <= 1 for span in spans)
    assert len(columns_of(ENGLISH * 400, by=by)["language_paragraphs"][0]) == 400
    assert by.fingerprint != LANGUAGE.fingerprint


def test_codes_of_another_model_are_kept_whole(tmp_path):
    path = tmp_path / "glotlid.bin"
    digest = trained(path, ((ENGLISH.strip(), "eng_Latn"), (GERMAN.strip(), "deu_Latn")))
    columns = columns_of(ENGLISH * 2 + GERMAN, by=Language(str(path), digest, paragraphs=True))
    assert (columns["language"], columns["language_second"]) == (["eng_Latn"], ["deu_Latn"])
    assert [span["label"] for span in columns["language_paragraphs"][0]] == ["eng_Latn", "eng_Latn", "deu_Latn"]


def test_words_that_mean_something_to_fasttext_hide_no_text():
    assert judged("</s> " + ENGLISH)[0][0] == "en"
    assert judged(f"{ENGLISH} </s> {GERMAN * 9}")[0][0] == "de"
    assert judged("__label__fr " * 50 + GERMAN)[0][0] == "de"


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
    path = tmp_path / "own.bin"
    language = Language(str(path), trained(path, ((ENGLISH.strip(), "en"), (GERMAN.strip(), "de"))))
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
    assert len(sent) < 2000
    text = pa.array(["Le train ne circule pas aujourd'hui."])
    columns = pickle.loads(sent).annotate(pa.record_batch({"text": text}), Cuts(text))
    assert columns["language"].to_pylist() == ["fr"]
    assert capfd.readouterr() == ("", "")
