import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.nemo_quality import POLICY_PHRASES, NemoQuality

PARTS = [*"aé本.!?,'\"•-⦿⟨{)][»…# \n\n\t\r\b", "...", "read more", "READ MORE", "..", "the", "be", "1", "\n\n"]
PARTS += ["http", "https", "HTTP", "://", "s", "porn", "%4", "%41", "x/", "Terms of use", "lorem ipsum"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


def measure(*texts):
    batch = batch_of(texts)
    columns = NemoQuality().annotate(batch, Cuts(batch["text"]))
    return [
        dict(zip(columns, row, strict=True)) for row in zip(*(c.to_pylist() for c in columns.values()), strict=True)
    ]


def share(part, whole):
    return part / whole if whole else None


def is_symbol(word):
    return word in {"...", "[...]", "…", "(...)", "[…]", "-»"} or len(re.findall("#+", word)) / len(word) > 0.5


def plainly(text):
    """The same measurements in plain Python: the oracle."""
    words, size = text.split(), len(text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    paragraphs = [paragraph.lower() for paragraph in text.split("\n\n")]
    urls = [match[0] for match in re.finditer(r"https?://(?:[A-Za-z0-9$\-_@.&+/:=?#~!*(),]|%[0-9A-Fa-f]{2})+", text)]
    policy = [any(phrase in paragraph for phrase in POLICY_PHRASES) for paragraph in paragraphs]
    ellipses = ("...", "[...]", "…", "(...)", "[…]", "-»", "read more", "read more..")
    found = {
        "non_alphanumeric_fraction": share(size - len(re.findall(r"[A-Za-z0-9\n?!,.]", text)), size),
        "symbol_word_fraction": share(sum(map(is_symbol, words)), len(words)),
        "digit_fraction": share(sum(character in "0123456789" for character in text), size),
        "url_character_fraction": share(sum(map(len, urls)), size),
        "pornographic_url_count": sum("porn" in url for url in urls),
        "bullet_line_fraction": share(sum(line[0] in "•‣⁃⁌⁍∙○●◘◦⦾⦿" for line in lines), len(lines)),
        "white_space_fraction": share(sum(character in "\t\n\r\b " for character in text), size),
        "bracket_fraction": share(sum(character in "{}⟨⟩[]()" for character in text), size),
        "boilerplate_paragraph_fraction": 1 if "lorem ipsum" in text.lower() else sum(policy) / len(policy),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "no_end_mark_line_fraction": share(sum(line[-1] not in ".?!\"'" for line in lines), len(lines)),
        "ellipsis_line_fraction": share(sum(line.lower().endswith(ellipses) for line in lines), len(lines)),
        "common_word_count": sum(w in ("the", "be", "to", "of", "and", "that", "have", "with") for w in words),
    }
    return {f"nemo_{name}": value for name, value in found.items()}


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=400, deadline=None)
def test_the_kernels_agree_with_plain_python(texts):
    assert measure(*texts) == [plainly(text) for text in texts]


def test_hostile_texts_agree_with_plain_python():
    assert measure(*HOSTILE_TEXTS) == [plainly(text) for text in HOSTILE_TEXTS]


def test_the_contract_holds():
    check_annotator(NemoQuality())


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("abc ", "non_alphanumeric_fraction", 0.25),  # the limit; a space is not alphanumeric
        ("abcd ", "non_alphanumeric_fraction", 0.2),
        ("ab ", "non_alphanumeric_fraction", 1 / 3),
        ("é\n?!,.A9", "non_alphanumeric_fraction", 1 / 8),
        ("a b c d e f g h i #", "symbol_word_fraction", 0.1),  # the limit
        ("a b c d e f g h i j #", "symbol_word_fraction", 1 / 11),
        ("a b c d e f g h #", "symbol_word_fraction", 1 / 9),
        ("## #a #é# #a#b# #a##", "symbol_word_fraction", 2 / 5),
        ("... [...] … (...) […] -»", "symbol_word_fraction", 1),
        ("(…) .... -> [..]", "symbol_word_fraction", 0),
        ("123" + 17 * "a", "digit_fraction", 0.15),  # the limit
        ("1٣a２", "digit_fraction", 0.25),
        ("http://a.b", "url_character_fraction", 1),
        ("https://a/%41%4 b", "url_character_fraction", 13 / 17),
        ("https://a é https:// HTTP://a", "url_character_fraction", 9 / 29),
        ("http://a;b", "url_character_fraction", 0.8),
        ("http://a " + 31 * "b", "url_character_fraction", 0.2),  # the limit
        ("http://a " + 30 * "b", "url_character_fraction", 8 / 39),
        ("http://x/porn https://porn.y HTTP://porn porn", "pornographic_url_count", 2),
        ("http://x/Porn", "pornographic_url_count", 0),
        ("• a\n- b\n\n ⦿c\n* d", "bullet_line_fraction", 0.5),
        ("•\n" * 9 + "a", "bullet_line_fraction", 0.9),  # the limit
        ("a\t\n\b", "white_space_fraction", 0.75),
        ("a\u00a0\u2003\v", "white_space_fraction", 0),
        ("abc ", "white_space_fraction", 0.25),  # the limit
        ("(abcdefghi", "bracket_fraction", 0.1),  # the limit
        ("{}[]()⟨⟩<>", "bracket_fraction", 0.8),
        ("a\n\nb\n\nPrivacy Policy\n\nc\n\nTERMS OF USE", "boilerplate_paragraph_fraction", 0.4),  # the limit
        ("privacy\npolicy\n\n\nuse cookies", "boilerplate_paragraph_fraction", 0.5),
        ("a\n\nb\n\nLorem Ipsum", "boilerplate_paragraph_fraction", 1),
        ("abc\n\n\n\n", "boilerplate_paragraph_fraction", 0),
        ("ab cde, fgh", "mean_word_length", 3),  # the limit
        ("... é", "mean_word_length", 2),  # words of symbols count, as they do not in mean_word_length
        ("A.\nb\n c! \n\n'd'\n\"e\"\nf)\nWhy?", "no_end_mark_line_fraction", 2 / 7),
        ("a...\nb…\nRead More\nread more..\nc -»\nd(...)\ne[…]\nf..\ng(…)\nmore", "ellipsis_line_fraction", 0.7),
        ("The the be, be to", "common_word_count", 3),
        ("", "non_alphanumeric_fraction", None),
        (" ", "mean_word_length", None),
        ("\n", "no_end_mark_line_fraction", None),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][f"nemo_{signal}"] == value
