"""Pages made for `agreement.py`, so that every rule drops some and lets some pass.

Each kind edits the same real pages, a little on the first and more on each that follows, so that values lie on
both sides of the limit. Nothing is drawn by chance.
"""

from itertools import count, islice

PAGES = 48  # of each kind
WORDS = 400  # of a page that is edited
FILLER = ("click", "here", "to", "read", "more")
STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))


def every(words, step, change):
    """The words, every `step`-th changed, the first of all too."""
    return " ".join(change(word) if place % step == 0 else word for place, word in enumerate(words))


def lines_of(words, size):
    return [" ".join(words[place : place + size]) for place in range(0, len(words), size)]


def repeated(pieces, share):
    """The pieces, of which one of the first three takes the place of a share of them."""
    return [pieces[place % 3 if place % 20 < share * 20 else place] for place in range(len(pieces))]


def with_phrase(words, step, size):
    return every(words, step, lambda word: " ".join((word, *FILLER[:size])))


KINDS = {
    "few words": lambda words, k: " ".join(words[: 18 + k]),
    "short words": lambda words, k: " ".join(word[: 2 + (place * 5 % 48 < k)] for place, word in enumerate(words)),
    "long words": lambda words, k: "".join(
        word + ("" if place % 48 < k + 8 else " ") for place, word in enumerate(filter(str.isalpha, words))
    ),
    "hashes": lambda words, k: every(words, 2 + (48 - k) // 6, "#{}".format),
    "ellipses": lambda words, k: every(words, 2 + (48 - k) // 6, ("{}..." if k % 2 else "{}…").format),
    "bullets": lambda words, k: "\n".join(
        f"{'•' if place % 2 else '-'} {line}" if place % 20 < 15 + k // 8 else line
        for place, line in enumerate(lines_of(words, 8))
    ),
    "ends in ellipses": lambda words, k: "\n".join(
        f"{line}{'…' if place % 2 else '...'}" if place % 48 < k else line
        for place, line in enumerate(lines_of(words, 8))
    ),
    "numbers": lambda words, k: every(words, 2 + (48 - k) // 6, lambda word: f"{len(word)}{k}"),
    "no stop words": lambda words, k: " ".join(
        word
        for word in words
        if word not in STOP_WORDS or (word == "the" and k % 3 == 0) or (word == "of" and k % 4 == 0)
    ),
    "duplicate lines": lambda words, k: "\n".join(repeated(lines_of(words, 8), k / 48)),
    "duplicate paragraphs": lambda words, k: "\n\n".join(repeated(lines_of(words, 16), k / 48)),
    "two words again and again": lambda words, k: with_phrase(words, 2 + (48 - k) // 8, 2),
    "three words again and again": lambda words, k: with_phrase(words, 4 + (48 - k) // 6, 3),
    "four words again and again": lambda words, k: with_phrase(words, 6 + (48 - k) // 4, 4 + k % 2),
    "the same again": lambda words, k: " ".join(words + words[: 2 * k]),
    "no end marks": lambda words, k: "\n".join(
        line.rstrip(".?!") + ("." if place % 96 < k // 2 else "") for place, line in enumerate(lines_of(words, 12))
    ),
    "short lines": lambda words, k: "\n".join(lines_of(words, 2 + (48 - k) // 8)),
    "lines of one word": lambda words, k: "\n".join(lines_of(words[: 8 * k], 1) + lines_of(words[8 * k :], 6)),
    "many words": lambda words, k: " ".join(islice(cycle([*filter(str.isalpha, words)]), 99_990 + k)),
}


def cycle(words):
    """The words over and over, each round begun by its number."""
    for turn in count():
        yield f"n{turn}"
        yield from words


def made_pages(texts):
    """Edited texts; those of fewer words than an edit needs are passed over."""
    long = (words for words in map(str.split, texts) if len(words) >= WORDS)
    real = [words[:WORDS] for words, _ in zip(long, range(PAGES), strict=False)]
    return [make(words, k) for make in KINDS.values() for k, words in enumerate(real)]
