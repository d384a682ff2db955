"""The same sentence about somebody else: identity words replaced by those of another group, from written lists.

For training (a judge that has seen both learns that the identity alone says nothing) and for testing
(`classifiers.counterfactual_metrics`). The label is taken to stay what it was, which is not always so: some slanders
are told of one group only (Garg et al. 2019, section 3, asymmetric counterfactuals).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import pyarrow as pa
import xxhash
from ruamel.yaml import YAML

from filters.errors import ConfigurationError

__all__ = ["Counterfactual", "Identities", "augmented", "counterfactual_sets", "identities"]

_ADJECTIVE = "adjective"
_ARTICLE = re.compile(r"\b(a)(n?) $", re.IGNORECASE)


class Counterfactual(NamedTuple):
    """A text about another group."""

    text: str
    axis: str
    group: str


class _Mention(NamedTuple):
    start: int
    end: int
    group: str
    form: str | None  # None: of several forms, and so of none


@dataclass(frozen=True, eq=False)
class Identities:
    """Groups of people by axis, with the words that name them.

    Attributes:
        axes: by axis and group, the word of each form.
        before: words behind which an adjective stands for people.
    """

    axes: Mapping[str, Mapping[str, Mapping[str, str]]]
    before: Sequence[str]

    def group(self, text: str, axis: str) -> str | None:
        """The one group of an axis that a text names; None where it names none or several."""
        groups = {mention.group for mention in self._mentions(text, axis)}
        return groups.pop() if len(groups) == 1 else None

    def counterfactuals(self, text: str, axes: Iterable[str]) -> list[Counterfactual]:
        """The text about every other group, axis by axis; none on an axis of which it names no group, or several."""
        return [
            Counterfactual(swapped, axis, group)
            for axis in axes
            for group in self.axes[axis]
            if (swapped := self.about(text, axis, group)) is not None
        ]

    def about(self, text: str, axis: str, group: str) -> str | None:
        """The text about this group; None where it is so already, or cannot be turned."""
        mentions = self._mentions(text, axis)
        named = {mention.group for mention in mentions}
        if len(named) != 1 or group in named:
            return None
        old, new = self.axes[axis][named.pop()], self.axes[axis][group]
        parts: list[str] = []
        done = 0
        for mention in mentions:
            if mention.form is None or mention.form not in new:
                return None
            word = _in_case(text[mention.start : mention.end], old[mention.form], new[mention.form])
            parts += [_article(text[done : mention.start], word), word]
            done = mention.end
        return "".join(parts) + text[done:]

    def _mentions(self, text: str, axis: str) -> list[_Mention]:
        pattern, words = _pattern(self, axis)
        found = []
        for match in pattern.finditer(text):
            group, form = words[match.lastgroup or "", match[0].lower()]
            found.append(_Mention(match.start(), match.end(), group, form))
        return found


@cache
def identities() -> Identities:
    """The lists that are installed: ``classifiers/lists/identities.yaml``."""
    read: Any = YAML(typ="safe", pure=True).load(
        (resources.files("classifiers.lists") / "identities.yaml").read_text(encoding="utf-8")
    )
    return Identities(read["axes"], read["before"])


def augmented(table: pa.Table, axes: Sequence[str], copies: int, seed: int) -> pa.Table:
    """The table with up to `copies` counterfactuals of each row behind it, all other columns as they were.

    Nothing is said of marked words in copies, ``words``: their places are others there. Which groups are taken follows
    from the text and the seed alone.

    Raises:
        ConfigurationError: there is no list for an axis.
    """
    check_axes(axes)
    rows: list[int] = []
    texts: list[str] = []
    for row, text in enumerate(table["text"].to_pylist()):
        found = identities().counterfactuals(text, axes)
        found.sort(key=lambda made: xxhash.xxh3_64_intdigest(f"{seed}\0{made.axis}\0{made.group}\0{text}".encode()))
        rows += [row] * len(found[:copies])
        texts += [made.text for made in found[:copies]]
    more = table.take(pa.array(rows, pa.int64()))
    place = table.column_names.index("text")
    more = more.set_column(place, table.schema.field("text"), pa.array(texts, table.schema.field("text").type))
    if "words" in table.column_names:
        marked = table.schema.get_field_index("words")
        more = more.set_column(
            marked, table.schema.field(marked), pa.nulls(more.num_rows, table.schema.field(marked).type)
        )
    return pa.concat_tables([table, more])


def counterfactual_sets(texts: Sequence[str], axes: Sequence[str]) -> pa.Table:
    """Each text that names one group of an axis, with its counterfactuals: columns text, set, axis, group.

    Raises:
        ConfigurationError: there is no list for an axis.
    """
    check_axes(axes)
    rows: list[dict[str, Any]] = []
    sets = 0
    for text in dict.fromkeys(texts):
        for axis in axes:
            made = identities().counterfactuals(text, [axis])
            if made:
                own = Counterfactual(text, axis, identities().group(text, axis) or "")
                rows += [{"set": sets, **each._asdict()} for each in [own, *made]]
                sets += 1
    fields = [("text", pa.large_string()), ("set", pa.int64()), ("axis", pa.string()), ("group", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def check_axes(axes: Sequence[str]) -> None:
    """Every axis has a list.

    Raises:
        ConfigurationError: one has none.
    """
    for axis in axes:
        if axis not in identities().axes:
            raise ConfigurationError(
                f"there is no list of identities for {axis!r}; axes: {', '.join(identities().axes)}"
            )


@cache
def _pattern(lists: Identities, axis: str) -> tuple[re.Pattern[str], Mapping[tuple[str, str], tuple[str, str | None]]]:
    """What finds the words of an axis, and group and form by where a word stands and the word in lower case."""
    words: dict[tuple[str, str], tuple[str, str | None]] = {}
    for group, forms in lists.axes[axis].items():
        for form, word in forms.items():
            key = ("adjective" if form == _ADJECTIVE else "word", word.lower())
            known = words.get(key)
            # temple is of two groups: it names neither; her is of two forms of one.
            words[key] = (group, form) if known is None else (group if known[0] == group else "", None)
    words = {key: found for key, found in words.items() if found[0]}
    parts = [
        rf"(?P<{kind}>{'|'.join(alternatives)}){behind}"
        for kind, behind in (
            ("adjective", rf"(?=[ -](?:{'|'.join(map(re.escape, lists.before))})\b)"),
            ("word", r"(?![\w-])"),
        )
        if (alternatives := sorted((re.escape(w) for k, w in words if k == kind), key=len, reverse=True))
    ]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})", re.IGNORECASE), words


def _in_case(found: str, listed: str, new: str) -> str:
    """The new word as it is listed, if the old one stands so; else in capitals or with a small letter as that is."""
    if found == listed:
        return new
    if found.isupper() and len(found) > 1:
        return new.upper()
    return new.lower() if found.islower() else new[:1].upper() + new[1:]


def _article(before: str, word: str) -> str:
    """The text before a word, its last word a or an as the word asks for."""
    n = ("N" if word.isupper() and len(word) > 1 else "n") if word[:1].lower() in "aeiou" else ""
    return _ARTICLE.sub(lambda found: f"{found[1]}{n} ", before)
