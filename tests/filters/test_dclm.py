"""DCLM's count of Gopher's measurements: cases by hand at every limit, and its own way, written plainly."""

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts
from filters.dclm_quality import DclmQuality
from filters.dclm_repetition import DclmRepetition

STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def measure(*texts):
    batch = batch_of(texts)
    cuts = Cuts(batch["text"])
    columns = {**DclmQuality().annotate(batch, cuts), **DclmRepetition().annotate(batch, cuts)}
    return [{name.removeprefix("dclm_"): values[k].as_py() for name, values in columns.items()}
            for k in range(len(texts))]  # fmt: skip


@pytest.mark.parametrize("annotator", [DclmQuality(), DclmRepetition()])
def test_it_keeps_the_contract_of_annotators(annotator):
    check_annotator(annotator)


def words(number):
    return " ".join(f"w{k}" for k in range(number))


def lines(*given):
    return "\n".join(given)


def paragraphs(*given):
    return "\n\n".join(given)


different = [f"line{k}" for k in range(10, 99)]
letters = [chr(0x4E00 + k) for k in range(400)]


def repeated(n, size):
    """Words of one letter, the first n of them once more at the end."""
    return " ".join([*letters[:n], *letters[100 : 100 + size - 2 * n], *letters[:n]])


@pytest.mark.parametrize(
    ("signal", "limit", "below", "at", "above"),
    [
        ("word_count", 50, words(49) + " (no", words(50) + " -", words(51)),
        ("word_count", 100_000, words(99_999), words(100_000), words(100_001)),
        ("mean_word_length", 3, "aa aaa", "aa ....", "aaa aaaa"),
        ("mean_word_length", 10, "x" * 9, f"{'x' * 9} {'x' * 11}", f"{'x' * 10} {'x' * 11}"),
        ("symbol_word_ratio", 0.1, "# " + words(10), "# " + words(9), "#… " + words(9)),
        ("bullet_line_fraction", 0.9, lines(*["* a"] * 8, "x", "", "y"), lines(*[" ● a", "• a", "-"] * 3, "", "x"),
         lines(*["-", " *"] * 5)),
        ("ellipsis_line_fraction", 0.3, lines("a…", "b... ", *"cdefghij"), lines("a…", "b... ", ". . .", *"defghij"),
         lines(*["x…"] * 4, *"abcdef")),
        ("non_alphabetic_word_fraction", 0.2, "a b c d e 5", "a b c d 5", "a b c 5"),
        ("stop_word_occurrences", 2, "the the.", "the THE", "the of the"),
        ("duplicate_line_fraction", 0.3, lines("a", "a", *different[:8]), lines("a", " a", "a ", "", *different[:7]),
         lines("a", "a", "b", "b", *different[:6])),
        ("duplicate_paragraph_fraction", 0.3, paragraphs("a", "a", *different[:8]),
         paragraphs("a", "\n a", "a ", " ", *different[:7]), paragraphs("a", "a", "b", "b", *different[:6])),
        ("duplicate_line_character_fraction", 0.2, *(lines("a", "a", "b" * k) for k in (9, 8, 7))),
        ("duplicate_paragraph_character_fraction", 0.2, *(paragraphs("a", "a", "b" * k) for k in (9, 8, 7))),
        ("top_2_gram_character_ratio", 0.2, *(f"a b {'x' * k} a b" for k in (17, 16, 15))),
        ("top_3_gram_character_ratio", 0.18, *(f"aaa bbb ccc {'x' * k} aaa bbb, ccc" for k in (83, 82, 81))),
        ("top_4_gram_character_ratio", 0.16, *(f"a b c d {'x' * k} a b c d" for k in (43, 42, 41))),
        ("duplicate_5_gram_character_fraction", 0.15, *(f"aa b c d e {'x' * k} aa b c d e" for k in (69, 68, 67))),
        ("duplicate_6_gram_character_fraction", 0.14, *(f"aa b c d e f {'x' * k} aa b c d e f" for k in (87, 86, 85))),
        ("duplicate_7_gram_character_fraction", 0.13,
         *(f"{'a' * 7} b c d e f g {'x' * k} {'a' * 7} b c d e f g" for k in (175, 174, 173))),
        ("duplicate_8_gram_character_fraction", 0.12,
         *(f"aaaaa b c d e f g h {'x' * k} aaaaa b c d e f g h" for k in (177, 176, 175))),
        ("duplicate_9_gram_character_fraction", 0.11,
         *(f"aaa b c d e f g h i {'x' * k} aaa b c d e f g h i" for k in (179, 178, 177))),
        ("duplicate_10_gram_character_fraction", 0.10, *(repeated(10, size) for size in (201, 200, 199))),
    ],
)  # fmt: skip
def test_values_lie_where_they_are_worked_out_below_at_and_above_each_limit(signal, limit, below, at, above):
    low, middle, high = (measure(text)[0][signal] for text in (below, at, above))
    assert low < limit
    assert middle == limit
    assert high > limit


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("", "word_count", 0),
        ("", "mean_word_length", None),
        ("", "duplicate_line_fraction", None),
        ("\n \n", "bullet_line_fraction", None),
        ("a\u00a0b c\0d", "word_count", 3),  # what fastText cuts at
        ("½ (a _b -c 7", "word_count", 2),
        (". . . . .", "symbol_word_ratio", 1 / 5),
        ("....... a", "symbol_word_ratio", 2 / 2),
        ("a\n\n\n\nb", "duplicate_paragraph_fraction", 0),
        ("a", "duplicate_line_fraction", 0),
        ("a b a b a", "top_2_gram_character_ratio", 4 / 5),
        ("a a a a", "top_2_gram_character_ratio", 6 / 4),
        ("a b", "top_2_gram_character_ratio", 0),  # nothing stands twice
        ("a b a b cc dd cc dd", "top_2_gram_character_ratio", 8 / 12),  # the longest of equals
        ("a, b, a! b?", "top_2_gram_character_ratio", 1),  # marks are no words
        ("a b c d e a b c d e", "duplicate_5_gram_character_fraction", 1),
        ("a a a a a a", "duplicate_5_gram_character_fraction", 1),
        ("a b c d e", "duplicate_5_gram_character_fraction", 0),
    ],
)
def test_a_signal_has_the_value_worked_out_by_hand(text, signal, value):
    assert measure(text)[0][signal] == value


def ratio(part, whole):
    return part / whole if whole else None


def unicode_words(text):
    batch = batch_of([text])
    cut, content = Cuts(batch["text"]).words_by("unicode"), text.encode()
    found = [content[a:b].decode() for a, b in zip(cut.starts, cut.ends, strict=True)]
    return [word for word in found if word[0].isalnum()]


def plain(text):
    words, found = text.split(), {}
    found["word_count"] = sum(w[0].isalnum() for w in re.split(r"[ \n\r\t\v\f\0]+", text) if w)
    found["mean_word_length"] = ratio(sum(map(len, words)), len(words))
    found["symbol_word_ratio"] = ratio(sum(map(text.count, ("#", "...", ". . .", "…"))), len(words))
    found["non_alphabetic_word_fraction"] = ratio(sum(not any(map(str.isalpha, w)) for w in words), len(words))
    found["stop_word_occurrences"] = sum(word.lower() in STOP_WORDS for word in words)
    for kind, end in (("line", "\n"), ("paragraph", "\n\n")):
        pieces = [piece.strip() for piece in text.split(end) if piece.strip()]
        counts = Counter(pieces)
        found[f"duplicate_{kind}_fraction"] = ratio(sum(c for c in counts.values() if c > 1), len(pieces))
        copied = sum(len(piece) * count for piece, count in counts.items() if count > 1)
        found[f"duplicate_{kind}_character_fraction"] = ratio(copied, sum(map(len, pieces)))
        if kind == "line":
            found["bullet_line_fraction"] = ratio(sum(p.startswith(("●", "•", "*", "-")) for p in pieces), len(pieces))
            found["ellipsis_line_fraction"] = ratio(sum(p.endswith(("...", ". . .", "…")) for p in pieces), len(pieces))
    words = unicode_words(text)
    characters = sum(map(len, words))
    for n in range(2, 11):
        grams = list(zip(*[words[k:] for k in range(n)], strict=False))
        counts = Counter(grams)
        most = max(counts.values(), default=0)
        if n <= 4:
            longest = max((sum(map(len, gram)) for gram in grams if counts[gram] == most), default=0)
            found[f"top_{n}_gram_character_ratio"] = ratio(longest * most * (most > 1), characters)
        else:
            covered = {k for j, gram in enumerate(grams) if counts[gram] > 1 for k in range(j, j + n)}
            found[f"duplicate_{n}_gram_character_fraction"] = ratio(sum(len(words[k]) for k in covered), characters)
    return found


pieces = st.sampled_from(["\n", "\n", "\n\n", " ", " ", "\u00a0", "\r", "\0", "#", "…", "...", ". . .", ".", "*", "-",
                          "●", "the", "OF", "a", "b", "é", "½", "😀", "7", "a b c d e ", "_"])  # fmt: skip
texts = st.one_of(st.lists(pieces, max_size=60).map("".join), st.text(max_size=60))


@settings(deadline=None)
@given(st.lists(texts, max_size=3))
@example(["", "a\n", "\n\na"])
def test_the_values_are_those_of_dclms_own_way(given_texts):
    assert measure(*given_texts) == [pytest.approx(plain(text)) for text in given_texts]
