"""Composing texts of an exact size: so many words, so many characters, and no more than a limit allows."""

from collections.abc import Callable
from fractions import Fraction

from prose import ARTICLES

__all__ = ["Prose", "just_above", "just_within"]

FEWEST_SENTENCES = 5


class Prose:
    """Hands out plain English: at every call sentences of the next articles, in their order."""

    def __init__(self) -> None:
        self._calls = 0

    def _next(self) -> list[str]:
        first = self._calls % len(ARTICLES)
        self._calls += 1
        return [sentence for article in (*ARTICLES[first:], *ARTICLES[:first]) for sentence in article]

    def sentences(self, count: int) -> list[str]:
        """The next sentences."""
        return self._next()[:count]

    def words(self, total: int, fewest: int = FEWEST_SENTENCES) -> str:
        """Sentences of so many words in all."""
        return self.exactly(total, lambda sentence: len(sentence.split()), fewest)

    def characters(self, total: int, fewest: int = 0) -> str:
        """Sentences of so many characters in all, spaces between them included."""
        return self.exactly(total + 1, lambda sentence: len(sentence) + 1, fewest)

    def exactly(self, total: int, measure: Callable[[str], int], fewest: int = 0) -> str:
        """At least `fewest` sentences over which a measure, never negative, adds up to exactly this total."""
        reached: dict[tuple[int, int], tuple[str, ...]] = {(0, 0): ()}
        for sentence in self._next():
            for (sum_, count), chosen in list(reached.items()):
                if sum_ + measure(sentence) <= total:
                    reached.setdefault((sum_ + measure(sentence), min(count + 1, fewest)), (*chosen, sentence))
        return " ".join(reached[total, fewest])


def just_above(part: int, limit: str) -> int:
    """The greatest whole of which a part is more than the limit."""
    return just_within(part, limit) - 1


def just_within(part: int, limit: str) -> int:
    """The least whole of which a part is at most the limit."""
    return -(-part // Fraction(limit))
