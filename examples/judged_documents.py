"""Documents for the learned judges: what each of them finds, and its neighbours that are to be left as they are."""

from collections.abc import Iterator

from prose import ARTICLES

__all__ = ["judged_documents"]

SENTENCES = {
    "sexism-found": "Women are too stupid to steer a boat and belong in the kitchen.",
    "attacks-found": "Islanders are all lazy liars, a disgrace to this country.",
    "insulting_words-found": "You stupid moron, you ruined the whole evening, he said.",
    "sexism-inside_history": "For a hundred years women were not allowed to steer a boat in this harbour.",
    "attacks-inside_counter_speech": (
        "When he called the islanders lazy liars, the whole cafe told him to be ashamed of himself."
    ),
    "attacks-inside_neutral": "The islanders are Catholics, and most of the men on the quay are Muslims.",
    "insulting_words-inside": "The critics called the play stupid, and the town went to see it all the same.",
    "rude-inside": "Nobody knows why he was so angry, and by supper he had said that he was sorry.",
}
"""By document: its one sentence that matters, an insult, an attack on a group, counter-speech, or a neutral one."""

_QUIET = (3, 5, 9)
"""Articles in which nobody is praised or blamed."""


def judged_documents() -> Iterator[tuple[str, str]]:
    """Each sentence behind the first of a few of plain English."""
    for number, (name, sentence) in enumerate(SENTENCES.items()):
        begin = 2 * (number // len(_QUIET))
        first, *others = ARTICLES[_QUIET[number % len(_QUIET)]][begin : begin + 8]
        yield name, " ".join([first, sentence, *others])
