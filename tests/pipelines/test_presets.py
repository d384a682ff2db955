"""Every preset gives sensible verdicts on documents that nobody would argue about."""

import pytest
from judged import findings

from pipelines.extends import preset_names

ARTICLE = """\
The old observatory on the hill above the village had been closed for eleven years when the school asked for its keys.
Nobody in the town hall could say at first where these keys were kept, or whether anybody had been inside since then.

A retired caretaker finally remembered the drawer in which he had left them, wrapped in a cloth that smelled of oil.
Two teachers and their pupils spent most of the summer sweeping floors, replacing panes of glass and painting shutters.
The dome would not turn until a mechanic from the next valley freed its wheels, which had rusted fast to the rail.

On a clear evening in September they opened the slit for the first time and pointed the telescope at Saturn.
"It looks like a drawing that somebody has pasted to the lens," said one girl, and everybody waited for a turn.
Since then the observatory has welcomed visitors on Fridays, and the school has started to record variable stars.
The measurements are sent to an association of amateurs, which publishes them together with those of other groups.
Next year the pupils hope to photograph a comet, if the weather is kind and the money for a camera can be found.
"""

REPEATED = "Buy now and save money on every order that you make with us today.\n" * 40
TEN_WORDS = "The harbour was quiet when the last boats came back."
SYMBOLS = " ".join(["#", "...", "|", "§", "***", ">>>", "==", "@@", "~~", "%%"] * 20)

TEXTS = {"article": ARTICLE, "repeated": REPEATED, "ten words": TEN_WORDS, "symbols": SYMBOLS}

TEXT_QUALITY = sorted(set(preset_names()) - {"consent"})
"""Presets that judge texts; `consent` judges what their pages allow."""


@pytest.fixture(scope="module", params=TEXT_QUALITY)
def broken(request):
    """The rules of a preset that drop each text, and the name of the preset."""
    return dict(zip(TEXTS, findings(request.param, list(TEXTS.values())), strict=True)) | {"preset": request.param}


def test_a_good_article_is_kept(broken):
    assert not broken["article"]


def test_a_page_of_repeated_lines_is_dropped_as_such(broken):
    if broken["preset"] == "c4":
        pytest.skip("C4 drops lines that recur over its corpus, and has no rule of repetition within a page")
    assert any(rule.startswith("duplicate_") for rule in broken["repeated"])


def test_a_page_of_ten_words_is_dropped_as_too_short(broken):
    assert broken["ten words"] & {"words", "sentences"}


def test_a_page_of_symbols_is_dropped(broken):
    assert broken["symbols"]


def test_consent_judges_pages_and_no_text():
    pages = [b"<html><head></head></html>", b'<meta name="robots" content="noai"><p>hello</p>', None]
    assert findings("consent", [ARTICLE, ARTICLE, SYMBOLS], pages) == [set(), {"noai"}, set()]
