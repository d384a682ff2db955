"""Makes `filters/word_break_ranges.py`.

::

    python benchmarks/word_break_ranges.py | ruff format - > filters/word_break_ranges.py

Wants the package uniseg (0.10.1: Unicode 16.0.0), which the project itself does not need: it carries the
properties Word_Break (UAX #29) and Extended_Pictographic (UTS #51) and is wanted for nothing else here.
"""

import sys
from importlib.metadata import version
from itertools import groupby

import uniseg
from uniseg.emoji import extended_pictographic
from uniseg.wordbreak import word_break

HEAD = '''"""The Word_Break and Extended_Pictographic properties of Unicode {unicode}: made, not written by hand.

``python benchmarks/word_break_ranges.py`` made it, from uniseg {package}. Unicode's data files come under the Unicode
License v3 (SPDX Unicode-3.0), copyright Unicode, Inc.
"""

__all__ = ["RANGES", "UNICODE"]

UNICODE = "{unicode}"

RANGES = {{'''
WIDTH = 108


def ranges(codes):
    """First and last code point of each run, in hexadecimal; one number where they are the same."""
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return [f"{run[0]:x}" if len(run) == 1 else f"{run[0]:x}-{run[-1]:x}" for run in runs]


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
    """Prints the module."""
    codes = {}
    for code in range(sys.maxunicode + 1):
        codes.setdefault(word_break(chr(code)).value, []).append(code)
        if extended_pictographic(chr(code)):
            codes.setdefault("Extended_Pictographic", []).append(code)
    del codes["Other"]
    print(HEAD.format(unicode=uniseg.unidata_version, package=version("uniseg")))
    for name in sorted(codes):
        print(f'    "{name}": (')
        for line in lines(ranges(codes[name])):
            print(f'        "{line}"')
        print("    ),")
    print("}")
    print('"""Code points in hexadecimal, by the value of Word_Break (the default, Other, left out), and those of')
    print('Extended_Pictographic, whose code points have a value of Word_Break as well."""')


if __name__ == "__main__":
    main()
