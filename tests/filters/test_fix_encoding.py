import random

import ftfy
import pyarrow as pa
import pytest
from cleaning import cleaned, cleaned_all
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, check_cleaner
from filters.cuts import text_buffers
from filters.fix_encoding import FixEncoding, changed_stretches
from filters.matches import all_found
from filters.mojibake import find_suspicious, suspicion_table

CLEANER = FixEncoding()


def test_it_keeps_the_contract_of_cleaners():
    check_cleaner(CLEANER, [*HOSTILE_TEXTS, "â€™ " * 2_000, "x" * 1_000_000, "Ã©" * 30_000])


@pytest.mark.parametrize(
    ("text", "new", "edits"),
    [
        ("donâ€™t", "don’t", [("â€™", "’")]),
        ("cafÃ© crÃ¨me", "café crème", [("Ã©", "é"), ("Ã¨", "è")]),
        ("good line é\nbad cafÃ©\nend", "good line é\nbad café\nend", [("Ã©", "é")]),
        ("Â£5", "£5", [("Â", "")]),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет", [("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет")]),
        ("\x93quoted\x94", "“quoted”", [("\x93", "“"), ("\x94", "”")]),
        ("donโ\x80\x99t ๐\x9f\x98\x8b", "don’t 😋", [("โ\x80\x99", "’"), ("๐\x9f\x98\x8b", "😋")]),
        ("love π\x9f\x99\x82", "love 🙂", [("π\x9f\x99\x82", "🙂")]),
        ("itт\x80\x99s", "it’s", [("т\x80\x99", "’")]),
        ("Day โ\x80\x93\xa0One", "Day –\xa0One", [("โ\x80\x93", "–")]),
    ],
)
def test_mojibake_is_repaired_in_the_least_stretches(text, new, edits):
    assert cleaned(CLEANER, text) == (new, [("mojibake", *edit) for edit in edits])


@pytest.mark.parametrize(
    "text",
    [
        "", "plain", "café, naïve, “quotes” — and … €5", "Привет «мир» — С.-Петербург",
        "Γειά σου Κόσμε", "日本語「引用」",
        "ภาษาไทย", "Ærø, Århus, ÆØÅ", "příští žluťoučký kůň", "São João, avião",
        "&amp; &eacute; ﬁ ｆｕｌｌ ²",
        "İstanbul’da", "« œuvre »", "5 × 10⁻² ± ½°C", "¿Qué? ¡Sí!", "e\u0301", "🙂👍🏽",
    ],
)  # fmt: skip
def test_what_was_meant_so_stays(text):
    assert cleaned(CLEANER, text) == (text, [])


def test_thai_beside_a_control_that_is_no_utf_8_is_left_alone():
    assert cleaned(CLEANER, "ไทย\x99ไทย") == ("ไทย\x99ไทย", [])


def suspicious(texts):
    offsets, data = text_buffers(pa.array(texts, pa.string()))
    found = all_found(lambda room: find_suspicious(offsets, data, suspicion_table(), room))
    return set(found[:, 0].tolist())


def members(written):
    characters = []
    while written:
        if written[1:2] == "-" and len(written) > 2:
            characters += map(chr, range(ord(written[0]), ord(written[2]) + 1))
            written = written[3:]
        else:
            characters.append(written[0])
            written = written[1:]
    return characters


def test_no_line_that_ftfy_calls_bad_escapes_the_kernel():
    draw = random.Random(1)
    letters = [c for category in MOJIBAKE_CATEGORIES.values() for c in members(category)] + list(" -aZe.ŒœГўВЂβ") * 3
    leads = list("ВГРСÂÃÎÐØÙ√≈×‚ΒΓΞΟβв- …€")
    texts = ["".join(draw.choices(letters, k=draw.randint(1, 5))) for _ in range(30_000)]
    texts += [
        draw.choice(["", "a", " "]) + draw.choice(leads) + "".join(draw.choices(letters, k=3)) for _ in range(30_000)
    ]
    texts += ["".join(draw.choices(leads, k=5)) for _ in range(10_000)]
    bad = {row for row, text in enumerate(texts) if is_bad(text)}
    assert len(bad) > 10_000
    assert bad <= suspicious(texts)


def test_most_text_of_most_languages_is_not_suspicious():
    texts = ["Řekl: „příště“", "Он сказал: «да»", "À bientôt !", "Straße für Öl", "avião, ação", "Γεια, κόσμε", "日本"]
    assert suspicious(texts) <= {0}


@given(st.text("aé€™â‚¬ÃÂ©\u0080\u0099 \n’°", max_size=30))
@settings(max_examples=200)
def test_replayed_edits_give_what_ftfy_makes_of_each_line(text):
    expected = [ftfy.fix_encoding(line) if is_bad(line) else line for line in text.split("\n")]
    assert cleaned(CLEANER, text)[0] == "\n".join(expected)


@given(st.text("ab é’", max_size=20), st.text("ab é’", max_size=20))
@settings(max_examples=300)
def test_changed_stretches_make_the_new_text_of_the_old(old, new):
    made, last = "", 0
    for start, end, replacement in changed_stretches(old, new):
        assert old[start:end] != replacement
        made += old[last:start] + replacement
        last = end
    assert made + old[last:] == new


def test_a_line_of_half_a_million_bytes_is_repaired_whole():
    assert cleaned(CLEANER, "donâ€™t " * 50_000)[0] == "don’t " * 50_000


@given(st.lists(st.text("aéÃ© â€™\n", max_size=12), max_size=4))
@settings(max_examples=50)
def test_rows_do_not_influence_each_other(texts):
    assert cleaned_all(CLEANER, texts)[0] == [cleaned(CLEANER, text)[0] for text in texts]
