import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.juicer_words import JuicerWords

LIST = ["the", "of", "Don't", "本", "é", "two words", "a" * 300]


def fraction(*texts, words=LIST):
    batch = batch_of(texts)
    return (
        JuicerWords("stop_words", words).annotate(batch, Cuts(batch["text"]))["juicer_stop_words_fraction"].to_pylist()
    )


@given(st.lists(st.sampled_from(["the", "The!", "of", "don't", "É", "本", "本本", "x", "-", "a" * 300]), max_size=20))
@settings(max_examples=200, deadline=None)
def test_the_kernel_agrees_with_plain_python(pieces):
    words = [piece.lower().strip("!-") for piece in pieces if piece != "-"]
    listed = [word for word in words if word in {entry.lower() for entry in LIST}]
    assert fraction(" ".join(pieces)) == [len(listed) / len(words) if words else None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the of the b c d e f g h", 0.3),  # the limit
        ("the of c d e f g h", 0.25),
        ("The, (of) DON'T x", 0.75),
        ("two words the", 1 / 3),  # an entry of two words matches none
        ("theof", 0),
        ("- 1990 ...", None),  # nothing but special characters
        ("", None),
    ],
)
def test_the_share_is_the_one_worked_out_by_hand(text, value):
    assert fraction(text) == [value]


def test_every_word_of_a_long_list_is_found_and_no_other():
    listed = [f"word{k}x" for k in range(5000)]
    assert fraction(" ".join(listed), " ".join(f"{word}y" for word in listed), words=listed) == [1, 0]


def test_the_signal_is_named_after_the_instance():
    assert [JuicerWords(name, ["a"]).signals[0].name for name in ("flagged_words", "juicer_words")] == [
        "juicer_flagged_words_fraction",
        "juicer_words_fraction",
    ]


def test_another_list_has_another_fingerprint_and_another_order_has_not():
    one, same, other = (JuicerWords("a", words).fingerprint for words in (["b", "c"], ["c", "b"], ["bc"]))
    assert one == same != other


def test_an_empty_list_is_refused():
    with pytest.raises(ConfigurationError, match="empty"):
        JuicerWords("a", [])


def test_the_contract_holds():
    check_annotator(JuicerWords("flagged_words", LIST))
