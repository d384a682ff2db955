import pytest

from filters.c4_sentences import C4Sentences
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts


def test_it_keeps_the_contract_of_annotators():
    check_annotator(C4Sentences())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("\n \n", 0),
        ("One two three", 1),
        ("One two. Three four.", 2),
        ("One two\nthree four.", 2),
        ('He said "go." And went!', 2),
        ("Version 1.5 is out.", 1),
    ],
)
def test_the_sentences_of_all_lines_are_summed(text, sentences):
    batch = batch_of([text])
    assert C4Sentences().annotate(batch, Cuts(batch["text"]))["datatrove_sentence_count"].to_pylist() == [sentences]
