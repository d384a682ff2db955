import pickle

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from classifiers.tokens import TokenCounter
from filters.contract import HOSTILE_TEXTS, check_annotator
from filters.cuts import Cuts
from filters.errors import InputError


@pytest.fixture(scope="module")
def tokenizer_path(tmp_path_factory):
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "[CLS]": 1, "hello": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A", special_tokens=[("[CLS]", 1)])
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=7)
    path = tmp_path_factory.mktemp("tokens") / "tokenizer.json"
    tokenizer.save(str(path))
    return path


def test_it_keeps_the_contract_of_annotators(tokenizer_path):
    check_annotator(TokenCounter(str(tokenizer_path)), (*HOSTILE_TEXTS, "a b " * 100_000))


def counted(counter, *texts):
    array = pa.array(texts, pa.string())
    return counter.annotate(pa.record_batch({"text": array}), Cuts(array))["token_count"].to_pylist()


def test_tokens_are_counted_without_special_ones_truncation_and_padding(tokenizer_path):
    assert counted(TokenCounter(str(tokenizer_path)), "hello", "hello strange world again", "", " \n ") == [1, 4, 0, 0]


def test_an_empty_batch_has_no_counts(tokenizer_path):
    assert counted(TokenCounter(str(tokenizer_path))) == []


def test_texts_that_do_not_fit_together_are_counted_one_portion_after_another(tokenizer_path):
    texts = ["hello " * 100_000, "hello", "hello " * 200_000, "a b"]
    assert counted(TokenCounter(str(tokenizer_path)), *texts) == [100_000, 1, 200_000, 2]


@given(texts=st.lists(st.text(max_size=30), max_size=4))
@settings(max_examples=50)
def test_any_text_is_counted_the_same_in_any_batch(tokenizer_path, texts):
    counter = TokenCounter(str(tokenizer_path))
    assert counted(counter, *texts) == [count for text in texts for count in counted(counter, text)]


def test_the_fingerprint_names_the_content_not_the_path(tokenizer_path, tmp_path):
    copy = tmp_path / "copy.json"
    copy.write_bytes(tokenizer_path.read_bytes())
    assert TokenCounter(str(copy)).fingerprint == TokenCounter(str(tokenizer_path)).fingerprint
    copy.write_text(copy.read_text().replace("hello", "world"))
    assert TokenCounter(str(copy)).fingerprint != TokenCounter(str(tokenizer_path)).fingerprint


def test_it_pickles(tokenizer_path):
    assert counted(pickle.loads(pickle.dumps(TokenCounter(str(tokenizer_path)))), "hello world") == [2]


@pytest.mark.parametrize("content", ["", "{", "{}", '{"version": "1.0", "model": {"type": "None"}}', "[1]"])
def test_a_file_that_is_no_tokenizer_is_refused_by_name(tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"bad\.json.*is not a tokenizer"):
        TokenCounter(str(path))


def test_a_binary_file_is_refused_by_name(tmp_path):
    path = tmp_path / "bad.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bad\.json.*is not a tokenizer"):
        TokenCounter(str(path))


def test_a_missing_or_exchanged_file_is_refused_by_name(tmp_path, tokenizer_path):
    with pytest.raises(InputError, match=r"absent\.json.*cannot be read"):
        TokenCounter(str(tmp_path / "absent.json"))
    with pytest.raises(InputError, match="expected 00"):
        TokenCounter(str(tokenizer_path), sha256="00")
