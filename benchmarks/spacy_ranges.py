"""Makes `filters/spacy_ranges.py`.

::

    PEER/bin/python benchmarks/spacy_ranges.py | .venv/bin/ruff format - > filters/spacy_ranges.py

Wants an environment with spaCy, which the project itself does not need.
"""

import re
import sys

import spacy
from spacy.lang import char_classes

HEAD = '''"""Characters that spaCy's tokenizer takes for letters and for icons: made, not written by hand.

``python benchmarks/spacy_ranges.py`` made it, from the character classes of spaCy {version} (lang/char_classes.py; MIT
licence, copyright ExplosionAI GmbH). ``100-136/2`` is every second code point.
"""

__all__ = ["RANGES"]

RANGES = {{'''
WIDTH = 108


def members(name):
    """Code points that a class of the regular expressions matches."""
    matches = re.compile(f"[{getattr(char_classes, name)}]").match
    return {code for code in range(sys.maxunicode + 1) if matches(chr(code))}


def runs(codes):
    """First and last code point of each run, of step 1 or 2, in hexadecimal."""
    codes, start = sorted(codes), 0
    while start < len(codes):
        ends = {}
        for step in (1, 2):
            end = start
            while end + 1 < len(codes) and codes[end + 1] == codes[end] + step:
                end += 1
            ends[step] = end
        step = 2 if ends[2] > ends[1] + 1 else 1
        first, last = codes[start], codes[ends[step]]
        yield f"{first:x}" if first == last else f"{first:x}-{last:x}" + "/2" * (step == 2)
        start = ends[step] + 1


def lines(words):
    """Words in lines, each ending in a space."""
    line = ""
    for word in words:
        if len(line) + len(word) > WIDTH:
            yield line
            line = ""
        line += word + " "
    yield line


def main():
    letters, lower, upper = map(members, ("ALPHA", "ALPHA_LOWER", "ALPHA_UPPER"))
    classes = {
        "lower": lower - upper,
        "upper": upper - lower,
        "both": lower & upper,
        "neither": letters - lower - upper,
        "icon": members("CONCAT_ICONS"),
    }
    sys.stdout.write(HEAD.format(version=spacy.__version__) + "\n")
    for name, codes in classes.items():
        parts = "\n".join(f'"{line}"' for line in lines(runs(codes)))
        sys.stdout.write(f'"{name}": ({parts}),\n')
    sys.stdout.write("}\n")


if __name__ == "__main__":
    main()
