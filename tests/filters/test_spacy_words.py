import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.characters import character_classes
from filters.contract import HOSTILE_TEXTS
from filters.cuts import Cuts
from filters.spacy_cases import UNITS, special_cases
from filters.spacy_classes import codes
from filters.spacy_ranges import RANGES
from filters.spacy_sentences import count_sentences


def cut(*texts):
    cuts = Cuts(pa.array(texts, pa.string()))
    return cuts, cuts.words_by("spacy")


def words(*texts):
    cuts, found = cut(*texts)
    pieces = [cuts.data[a:b].tobytes().decode() for a, b in zip(found.starts, found.ends, strict=True)]
    return [pieces[a:b] for a, b in zip(found.rows[:-1], found.rows[1:], strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world.", "Hello , world ."),
        ('"Yes," he (really) said!', '" Yes , " he ( really ) said !'),
        ("“Yes.” ‘no’ [sic];", "“ Yes . ” ‘ no ’ [ sic ] ;"),
        ("I don't, can't; won’t shouldn't've", "I do n't , ca n't ; wo n’t should n't 've"),
        ("Im cannot gonna dont its ill were", "I m can not gon na do nt its ill were"),
        ("John's Ford’s dogs' 1980's It's (he's)", "John 's Ford ’s dogs ' 1980 's It 's ( he 's )"),
        ("Mr. Smith, Mr.Smith (e.g. U.S.) Ph.D.", "Mr. Smith , Mr. Smith ( e.g. U.S. ) Ph.D."),
        ("a.m. 10am 9p.m., 13am", "a.m. 10 am 9 p.m. , 13am"),
        ("A. USA. iPhoneX. x1. 5. 'tis", "A. USA . iPhoneX. x1 . 5 . ' tis"),
        ("etc.) wait... no..yes …", "etc . ) wait ... no .. yes …"),
        (":) (: foo:) :-)) <3 >.< x:y :", ":) (: foo :) :-)) <3 >.< x : y :"),
        ("well-known a--b 1990-1995 -5 x–y", "well - known a -- b 1990 - 1995 -5 x – y"),
        ("and/or either/or w/o a,b 1,000 3*4", "and/or either / or w/o a , b 1,000 3 * 4"),
        ("$5 US$5 5$ 5€ 10km 10km/h 5% C++ 3+ +a", "$ 5 US$ 5 5 $ 5 € 10 km 10 km/h 5 % C++ 3 + + a"),
        ("20°C. 20°C °F.", "20 ° C . 20 ° C ° F ."),
        ("http://www.a-b.org/c-d. x.org/a=b,c", "http://www.a-b.org/c-d . x.org/a=b,c"),
        ("me-too@a-b.co a-b@c a-bx.Co", "me-too@a-b.co a - b@c a - bx . Co"),
        ("192.0.2.1/a-b 10.0.0.1/a-b 8.8.8.8:80/a=b", "192.0.2.1/a-b 10.0.0.1 / a - b 8.8.8.8:80/a=b"),
        ("a\u00a0b\tc\u3000d\x1ce \u2028f", "a b c d e f"),
        ("你好，世界。 ☃☃", "你好，世界 。 ☃ ☃"),
        ("…… a…… #tag_ @me foo&bar", "… … a …… # tag _ @me foo&bar"),
        ("\u00a0 \n", ""),
    ],
)
def test_words_are_those_of_the_tokenizer(text, expected):
    assert words(text) == [expected.split(" ") if expected else []]


def test_every_case_is_cut_as_the_list_says():
    cases = special_cases()
    assert words(*cases) == [list(tokens) for tokens in cases.values()]


def test_texts_of_a_batch_do_not_touch():
    assert words("don", "'t", "", None, "a") == [["don"], ["'", "t"], [], [], ["a"]]
    sliced = Cuts(pa.array(["x", "it's", "y"]).slice(1, 1)).words_by("spacy")
    assert sliced.counts.tolist() == [2]


MEMBERS = {name: {chr(code) for code in codes(ranges)} for name, ranges in RANGES.items()}
LOWER, UPPER = MEMBERS["lower"] | MEMBERS["both"], MEMBERS["upper"] | MEMBERS["both"]
ALPHA = LOWER | UPPER | MEMBERS["neither"]
MARKS = set("…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪")
QUOTES = set("'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧")
CURRENCY = set("$£€¥฿₽﷼₴₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿")
DIGITS = set("0123456789")
HOST = "[A-Za-z0-9\u00a1-\uffff]"
LABEL = rf"(?:{HOST}(?:[A-Za-z0-9\u00a1-\uffff_-]{{0,62}}{HOST})?\.)"
OCTET = r"(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])"


def url(text):
    """Whether a text is a URL; a domain, that is, as no address is drawn."""
    hosts = [text, *(text[i + 1 :] for i in range(1, len(text)) if text[i] == "@")]
    scheme = re.match(r"[\w+\-.]{2,}://", text)
    hosts += [text[scheme.end() :]] if scheme else []
    for host in hosts:
        found = re.match(rf"{LABEL}+([^./:?#@]*)(?::\d{{2,5}})?(?:[/?#].*)?$", host)
        if found and 2 <= len(found[1]) <= 63 and set(found[1]) <= LOWER:
            return True
    return False


def prefix(text):
    for form in ("US$", "C$", "A$"):
        if text.startswith(form):
            return len(form)
    dots = len(text) - len(text.lstrip("."))
    if dots > 1:
        return dots
    if text[0] == "+":
        return int(text[1:2] not in DIGITS)
    return int(text[0] in MARKS | QUOTES | CURRENCY | MEMBERS["icon"] | set("§%=—–"))


def suffix(text):
    sizes = [0]
    for size in range(1, min(len(text), 600) + 1):
        before, end = text[:-size], text[-size:]
        digit = before[-1:] in DIGITS and before != ""
        always = size == 1 and end in MARKS | QUOTES | MEMBERS["icon"] | set("—–")
        always |= end in ("……", "'s", "'S", "’s", "’S") or (size > 1 and set(end) == {"."})
        counted = digit and (end in CURRENCY or end in ("+", "US$", "C$", "A$") or end in UNITS.split())
        dot = end == "." and before != "" and before[-1] in DIGITS | LOWER | MARKS | QUOTES | set("%²-+|(?:)")
        dot |= end == "." and len(before) > 1 and set(before[-2:]) <= UPPER
        dot |= end == "." and before[-2:-1] == "°" and before[-1] in "CFKcfk"
        if always or counted or dot:
            sizes.append(size)
    return max(sizes)


def infix(text, here):
    before, rest = text[here - 1 : here], text[here:]
    dots = len(rest) - len(rest.lstrip("."))
    if dots > 1:
        return dots
    if rest[0] == "…" or rest[0] in MEMBERS["icon"]:
        return 1
    if rest[0] in "+-*^" and before in DIGITS and rest[1:2] and rest[1] in "0123456789-":
        return 1
    if rest[0] == "." and before in LOWER | QUOTES and rest[1:2] in UPPER | QUOTES:
        return 1
    if rest[0] == "," and before in ALPHA and rest[1:2] in ALPHA:
        return 1
    if before in ALPHA | DIGITS:
        for mark in ("-", "–", "—", "--", "---", "——", "~", *":<>=/"):
            if rest.startswith(mark) and rest[len(mark) : len(mark) + 1] in ALPHA:
                return len(mark)
    return 0


def by_rules(chunk, cases):
    """Tokens of a chunk before those side by side are put together."""
    front, back = [], []
    size = -1
    while chunk and len(chunk) != size and chunk not in cases:
        size = len(chunk)
        p = prefix(chunk)
        if p and chunk[p:] in cases:
            front.append(chunk[:p])
            chunk = chunk[p:]
            break
        s = suffix(chunk[p:])
        if s:
            back.insert(0, chunk[-s:])
            if chunk[:-s] in cases:
                chunk = chunk[:-s]
                break
        front += [chunk[:p]] if p else []
        chunk = chunk[p : len(chunk) - s]
    return [*front, *within(chunk, cases), *back]


def within(chunk, cases):
    if chunk in cases:
        return cases[chunk]
    if url(chunk):
        return [chunk]
    parts, begin, here = [], 0, 0
    while here < len(chunk):
        size = infix(chunk, here)
        if size and here:
            parts += [chunk[begin:here], chunk[here : here + size]]
            begin = here + size
        here += size or 1
    return [part for part in [*parts, chunk[begin:]] if part]


CASES = special_cases()
BY_RULES = {}
for case in CASES:
    BY_RULES.setdefault(tuple(by_rules(case, {})), case)


def plainly(text):
    tokens = []
    for chunk in text.split():
        parts = [*CASES[chunk]] if chunk in CASES else by_rules(chunk, CASES)
        seen, found = set(), {}
        for size in range(len(parts), 1, -1):
            for k in range(len(parts) - size + 1):
                case = BY_RULES.get(tuple(parts[k : k + size]))
                if case:
                    if not {k, k + size - 1} & seen:
                        found[k] = (size, CASES[case])
                    seen |= set(range(k, k + size))
        k = 0
        while k < len(parts):
            size, instead = found.get(k, (1, parts[k : k + 1]))
            tokens += instead
            k += size
    return tokens


PARTS = [
    *"aBé.,:;!?'’\"”“()[]-–—/=+*~$%°0189sSC|_<>@#^…你☃₽²",
    " ",
    "\n",
    "..",
    "--",
    "'s",
    "n't",
    "km",
    "US$",
    "x.org",
]
PARTS += ["http://", "U.S.", "Mr.", ":)", "it's", "don", "8)", "Ab", "word", "^_^", "dont", "10am", "a-b.co"]
texts = st.lists(st.sampled_from(PARTS), max_size=8).map("".join) | st.text(max_size=12)


@given(st.lists(texts, max_size=3))
def test_words_are_those_of_the_rules_tried_one_after_another(drawn):
    assert words(*drawn) == [plainly(text) for text in drawn]


@given(st.sampled_from(sorted(CASES)), st.sampled_from(PARTS), st.sampled_from(PARTS))
def test_cases_among_other_characters_are_cut_by_the_rules(case, before, behind):
    text = before + case + behind
    assert words(text) == [plainly(text)]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_every_character_but_white_space_belongs_to_one_token(text):
    cuts, found = cut("x", text)
    assert "".join(words(text)[0]) == "".join(text.split())
    assert (found.starts < found.ends).all()
    assert (found.starts[1:] >= found.ends[:-1]).all()
    assert cuts.offsets[0] <= found.starts[0]


def test_a_long_chunk_is_cut():
    assert words("#" * 100_000 + "a-" * 100_000 + "a")[0][-4:] == ["-", "a", "-", "a"]


def sentences(*texts):
    cuts, found = cut(*texts)
    return count_sentences(found.pieces, cuts.lines.pieces, cuts.data, character_classes()).tolist()


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("", 0),
        (" \t", 0),
        ("no mark", 1),
        ("One. Two. Three", 3),
        ("One.", 1),
        ('He said "no." She left.', 2),
        ("Really?! Yes... no... Yes", 2),  # *...* is a token, and no end mark
        ("Mr. Smith in the U.S. army.", 1),
        ("One. ! Two", 2),
        ("One.\t! Two", 3),  # white space that is not one space begins a sentence
        ("One.  ! Two", 3),
        ("好。 不好。", 2),
        (" One. ", 1),
        (". . .", 1),
    ],
)
def test_sentences_end_behind_marks_and_the_punctuation_that_follows(line, count):
    assert sentences(line) == [count]


def test_each_line_is_counted_for_itself():
    assert sentences('One. Two.\n\nThree\n"Four." five', "", "Six.\n") == [2, 0, 1, 2, 0, 1, 0]


def test_a_whole_text_is_a_stretch_too():
    cuts, found = cut("One.\nTwo\nthree. Four", "Five.")
    whole = pa.array([0, 1, 2]).to_numpy(), cuts.offsets[:-1], cuts.offsets[1:]
    assert count_sentences(found.pieces, whole, cuts.data, character_classes()).tolist() == [3, 1]
