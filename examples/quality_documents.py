"""Documents on either side of each limit on words, characters, lines, language and addresses.

A document is called by its rule and its side: `words-below` fails the rule `words`, `words-inside_minimum` just passes
it.
"""

from collections.abc import Iterator

from composing import Prose
from long_texts import harbour_log, shade_cards
from prose import HONEY, ORCHESTRA

__all__ = ["long_documents", "quality_documents"]

Documents = Iterator[tuple[str, str]]

SHORT_WORDS = (
    "I go up to the top at six. It is a dry day. He is at it by ten. So am I, if it is ok. We do as we can. An ox is "
    "in the hay. No one is to get in or go by me. My pa is on a bus to be off by two. Is it up to us? If so, we do it "
    "in a bit. I am in awe of it. Oh, to be as he is! Do as I do. Go to it."
)
LONG_WORDS = (
    "Interdisciplinary archaeological investigations demonstrated extraordinarily sophisticated agricultural "
    "organisation throughout Mediterranean settlements. Environmental reconstructions, incorporating palaeobotanical "
    "evidence and radiocarbon measurements, established unmistakable correlations between precipitation and commercial "
    "prosperity. Administrative correspondence, painstakingly deciphered, illuminates neighbourhood responsibilities. "
    "Comparative epigraphical scholarship underlines the multilingual composition of professional associations. "
    "Inconsistencies notwithstanding, contemporary interpretations acknowledge considerable regional differentiation. "
    "Unfortunately, photographic documentation remains disappointingly fragmentary."
)
HASHES = "Seen today: #harbour #sunrise #nets #gulls #boats #coffee"
ELLIPSES = "Well... I waited... and waited... until at last... the door... opened a crack... by itself."
TIDES = "Tides in May. High water at the mole in metres: 4.1 3.9 4.4 4.6 3.2 2.8 5.0 4.7 3.6 4.2 5.1 3.3."
NOTICES = (
    "Ferries leave at noon from pier nine. Tickets cost four crowns for adults, two for children under twelve. "
    "Bicycles travel free in summer. Dogs must wear a muzzle on the upper deck. Hot soup is sold below during winter "
    "crossings. Passengers without luggage may board early through gate seven. Captains cancel sailings whenever wind "
    "exceeds gale force. Lost property goes into a green cupboard near our office. Season cards are printed in March."
)
ONE_MORE_STOP_WORD = "Every boat carries rafts enough for everyone, and none has ever been launched."
FRENCH = (
    "Le bateau est arrivé à midi avec du vin et des oranges.",
    "La mer était calme et le ciel couvert.",
    "Personne ne sait pourquoi le capitaine avait choisi cette route.",
    "Le vieux pilote en parle encore au café.",
    "Les enfants avaient couru jusqu'au bout du quai pour voir les voiles.",
    "On dit que la cloche sonne toute seule quand le brouillard descend sur la ville.",
)
GERMAN = (
    "Das Schiff kam am Mittag mit Wein und Orangen in den Hafen.",
    "Das Meer war ruhig, und der Himmel hing voller Wolken.",
    "Niemand weiß, warum der Kapitän diesen Weg gewählt hatte.",
    "Der alte Lotse spricht noch heute gern davon.",
    "Am Abend läutete die Glocke.",
)
COOKIES = "This site uses cookies. Our privacy policy says which.\n" + "\n".join(
    ["Log in", "My account", "Basket empty", "Read more", "Share", "Print page"]
)
NEARLY_EMPTY = "We came. We saw. We ate. We slept. We left again"


def quality_documents(prose: Prose) -> Documents:
    """Pairs for every rule that looks at words, characters, lines or the whole page."""
    yield "words-below", prose.words(49)
    yield "words-inside_minimum", prose.words(50)
    yield from _word_lengths(prose)
    yield "hashes-above", f"{HASHES} {prose.words(51)}"
    yield "hashes-inside", f"{HASHES} {prose.words(52)}"
    yield "ellipses-above", f"{ELLIPSES} {prose.words(44)}"
    yield "ellipses-inside", f"{ELLIPSES} {prose.words(45)}"
    yield "bullet_lines-above", _lines(prose, bullets=10, plain=1)
    yield "bullet_lines-inside", _lines(prose, bullets=9, plain=1)
    yield "ellipsis_lines-above", _lines(prose, trailing=4, plain=9)
    yield "ellipsis_lines-inside", _lines(prose, trailing=3, plain=7)
    yield "alphabetic_words-below", f"{TIDES} {prose.words(37, fewest=3)}"
    yield "alphabetic_words-inside", f"{TIDES} {prose.words(38, fewest=3)}"
    yield "stop_words-below", NOTICES
    yield "stop_words-inside", f"{NOTICES} {ONE_MORE_STOP_WORD}"
    yield from _languages()
    yield from _pages(prose)


def _word_lengths(prose: Prose) -> Documents:
    """Sentences that bring the letters of all words together to one less than three a word, and so on."""
    short = sum(3 - len(word) for word in SHORT_WORDS.split())
    long = sum(len(word) - 10 for word in LONG_WORDS.split())

    def beyond_three(sentence: str) -> int:
        return sum(len(word) - 3 for word in sentence.split())

    def under_ten(sentence: str) -> int:
        return sum(10 - len(word) for word in sentence.split())

    yield "word_length-below", f"{SHORT_WORDS} {prose.exactly(short - 1, beyond_three)}"
    yield "word_length-inside_minimum", f"{SHORT_WORDS} {prose.exactly(short, beyond_three)}"
    yield "word_length-above", f"{LONG_WORDS} {prose.exactly(long - 1, under_ten)}"
    yield "word_length-inside_maximum", f"{LONG_WORDS} {prose.exactly(long, under_ten)}"


def _lines(prose: Prose, *, plain: int, bullets: int = 0, trailing: int = 0) -> str:
    """A sentence a line: some plain, some behind a bullet, some that trail off."""
    sentences = prose.sentences(plain + bullets + trailing)
    lines = [f"• {sentence}" for sentence in sentences[:bullets]]
    lines += [sentence[:-1] + "..." for sentence in sentences[bullets : bullets + trailing]]
    return "\n".join(lines + sentences[bullets + trailing :])


def _languages() -> Documents:
    yield "language-not_allowed", " ".join(FRENCH)
    yield "language-inside", " ".join(GERMAN)
    yield "words-below_german", " ".join(GERMAN).replace(" mit Wein und Orangen", "").replace(" gern", "")
    yield "certain_language-below", " ".join([*HONEY.strip().split("\n")[:7], *FRENCH[:4]])
    yield "certain_language-inside", " ".join([*ORCHESTRA.strip().split("\n")[:7], *FRENCH[:3]])


def _pages(prose: Prose) -> Documents:
    """What is asked of the text after its lines were cleaned."""
    for name, count in (("sentences-below", 4), ("sentences-inside", 5)):
        total = 1_000 * count + 60  # the thousands count sentences, the rest words
        yield name, prose.exactly(total, lambda sentence: 1_000 + len(sentence.split()))
    yield "lorem_ipsum-above", f"{prose.words(60)} The empty box still said lorem ipsum."
    yield "lorem_ipsum-inside", f"{prose.words(60)} The empty box still said lorem, not ipsum."
    yield "curly_brackets-above", f"{prose.words(60)} The label on the jar read {{honey}}."
    yield "curly_brackets-inside", f"{prose.words(60)} The label on the jar read (honey)."
    yield "blocked_url-above", prose.words(70)
    yield "blocked_url-inside", prose.words(70)
    menu = " ".join(prose.words(55).split()).replace(". ", ".\n")
    yield "edits-below", _under_cookies(menu, f"{NEARLY_EMPTY}.")
    yield "edits-inside", _under_cookies(menu, f"{NEARLY_EMPTY}!!")


def _under_cookies(menu: str, left: str) -> str:
    """A page of which only the last line has nothing to do with cookies or navigation."""
    return "\n".join([f"Cookie policy: {line}" for line in menu.split("\n")] + [COOKIES, left])


def long_documents(prose: Prose) -> Documents:
    """The longest: by words before their lists of two-word lines are cut out, by characters after."""
    for name, total in (("words-above", 100_001), ("words-inside_maximum", 100_000)):
        opening, ending = prose.words(200), prose.words(100 + total % 2)
        listed = (total - 300 - total % 2) // 2
        yield name, "\n".join([opening, *shade_cards(listed), ending])
    for name, total in (("long_pages-above", 190_001), ("long_pages-inside", 190_000)):
        log = harbour_log(total - 1_500)
        yield name, f"{prose.characters(total - len(log) - 1)}\n{log}"
