"""Documents on either side of each limit on repetition: lines, paragraphs, and runs of two to ten words.

A limit is on characters, so the prose around what is repeated is cut to the character. Every phrase stands
between different words each time, so that a longer run is not repeated as well.
"""

from collections.abc import Iterator

from composing import Prose, just_above, just_within

__all__ = ["repetition_documents"]

Documents = Iterator[tuple[str, str]]

COMMON = {
    2: ("0.20", "sourdough bread", (
        "We sell sourdough bread on weekdays.",
        "Toasted sourdough bread needs only butter.",
        "Some people freeze sourdough bread in slices.",
        "Her sourdough bread won a ribbon.",
        "Stale sourdough bread makes excellent crumbs.",
        "Is sourdough bread good for you?",
    )),
    3: ("0.18", "the lighthouse keeper", (
        "Every evening the lighthouse keeper wound his lamp.",
        "Sailors trusted the lighthouse keeper completely.",
        "One winter the lighthouse keeper fell ill.",
        "His wife and the lighthouse keeper argued about oil.",
        "Nobody paid the lighthouse keeper for overtime.",
    )),
    4: ("0.16", "the old railway station", (
        "Artists moved into the old railway station when rents were low.",
        "Tourists photograph the old railway station from a bridge.",
        "Swallows nest above the old railway station each May.",
        "There is a market behind the old railway station on Fridays.",
    )),
}  # fmt: skip
"""By length: the limit, the phrase, and sentences with it."""

TWICE = {
    5: ("0.15", {
        "under the bridge at midnight": (
            "They met under the bridge at midnight because of a rumour.",
            "Fog gathered under the bridge at midnight and hid every face.",
        ),
        "three copies of each letter": (
            "The clerk typed three copies of each letter before lunch.",
            "I burned three copies of each letter after he left.",
        ),
        "a suitcase filled with maps": (
            "She carried a suitcase filled with maps across two borders.",
            "Police found a suitcase filled with maps beside the canal.",
        ),
    }),
    6: ("0.14", {
        "who had never seen the sea": (
            "A boy who had never seen the sea drew it in blue chalk.",
            "For sailors who had never seen the sea frozen it was a miracle.",
        ),
        "the last bus to the airport": (
            "We missed the last bus to the airport by a minute.",
            "Rain delayed the last bus to the airport until ten.",
        ),
    }),
    7: ("0.13", {
        "because the lift was out of order": (
            "Guests grumbled because the lift was out of order all week.",
            "Parcels piled up because the lift was out of order again.",
        ),
        "as quietly as a cat on carpet": (
            "He entered as quietly as a cat on carpet might have done.",
            "The machine runs as quietly as a cat on carpet does.",
        ),
    }),
    8: ("0.12", {
        "a small blue door at the far end": (
            "Look for a small blue door at the far end of our yard.",
            "There was a small blue door at the far end where coal was kept.",
        ),
        "without asking anybody whether it was really necessary": (
            "He repainted the porch without asking anybody whether it was really necessary then.",
            "They felled an elm without asking anybody whether it was really necessary first.",
        ),
    }),
    9: ("0.11", {
        "the committee will meet again on the first Monday": (
            "Unless it snows the committee will meet again on the first Monday in March.",
            "Members heard that the committee will meet again on the first Monday after Easter.",
        ),
    }),
    10: ("0.10", {
        "please keep this ticket until the end of your journey": (
            "A sign said please keep this ticket until the end of your journey in faded paint.",
            "The guard repeated please keep this ticket until the end of your journey to each of us.",
        ),
    }),
}  # fmt: skip
"""By length: the limit, and each phrase with two sentences around it."""

HEADINGS = ("Ingredients for twenty-four rolls:", "Preparation the evening before:", "Variations without any butter:")
REFRAINS = ("Plain flour,\ncold butter.", "Rolled oats,\nbrown sugar.", "Ground ginger,\nsea salt.")
VERSES = (
    "Stir until it is smooth.\nRest it for an hour.",
    "Roll it out by hand.\nCut it into small moons.",
    "Bake them until golden.\nCool them on a rack.",
    "Hide some from the children.\nEat the others with tea",
)


def repetition_documents(prose: Prose) -> Documents:
    """Pairs for every rule that looks at repetition."""
    yield "duplicate_lines-above", _separated(prose, "\n", "Back to top", times=5, others=8)
    yield "duplicate_lines-inside", _separated(prose, "\n", "Back to top", times=4, others=6)
    yield "duplicate_paragraphs-above", _separated(prose, "\n\n", "Share this story", times=5, others=8)
    yield "duplicate_paragraphs-inside", _separated(prose, "\n\n", "Share this story", times=4, others=6)
    repeated = sum(map(len, HEADINGS))
    yield "duplicate_line_characters-above", _under_headings(prose, just_above(repeated, "0.20"))
    yield "duplicate_line_characters-inside", _under_headings(prose, just_within(repeated, "0.20"))
    repeated = sum(map(len, REFRAINS))
    yield "duplicate_paragraph_characters-above", _refrains(just_above(repeated, "0.20"))
    yield "duplicate_paragraph_characters-inside", _refrains(just_within(repeated, "0.20"))
    for n, (limit, phrase, sentences) in COMMON.items():
        yield from _pair(f"top_{n}_grams", prose, sentences, len(phrase) * len(sentences), limit)
    for n, (limit, phrases) in TWICE.items():
        sentences = [*(first for first, _ in phrases.values()), *(second for _, second in phrases.values())]
        repeated = sum(len(word) for phrase in phrases for word in phrase.split())
        yield from _pair(f"duplicate_{n}_grams", prose, sentences, repeated, limit)


def _pair(rule: str, prose: Prose, sentences: list[str] | tuple[str, ...], repeated: int, limit: str) -> Documents:
    """The sentences among so much prose that what they repeat is just more, and just not more, than the limit."""
    text = " ".join(sentences)
    for side, total in (("above", just_above(repeated, limit)), ("inside", just_within(repeated, limit))):
        yield f"{rule}-{side}", f"{text} {prose.characters(total - len(text) - 1)}"


def _separated(prose: Prose, break_: str, line: str, *, times: int, others: int) -> str:
    """Paragraphs or lines of prose, the first of them with the same line behind them; a paragraph has two lines."""
    lines = len(break_)
    sentences = prose.sentences(lines * others)
    pieces: list[str] = []
    for n in range(others):
        pieces.append("\n".join(sentences[lines * n : lines * (n + 1)]))
        pieces += [line] * (n < times)
    return break_.join(pieces)


def _under_headings(prose: Prose, total: int) -> str:
    """Every heading twice, a sentence under each."""
    headings = [*HEADINGS, *HEADINGS]
    room = total - sum(len(heading) + 1 for heading in headings)
    sentences = prose.characters(room, fewest=5).split(". ")
    bodies = [sentence.removesuffix(".") + "." for sentence in sentences]
    lines = [line for pair in zip(headings, bodies, strict=False) for line in pair]
    return "\n".join([*lines, *headings[len(bodies) :], *bodies[len(headings) :]])


def _refrains(total: int) -> str:
    """Every refrain twice among the verses, the last of which ends in as many marks as are wanted."""
    first, second, third = REFRAINS
    pieces = [VERSES[0], first, second, VERSES[1], third, first, VERSES[2], second, third, VERSES[3]]
    text = "\n\n".join(pieces)
    return text + "!" * (total - len(text))
