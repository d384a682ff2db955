"""Runs where Dolma is installed: ``python peer_dolma.py REQUEST.json RESPONSE.json``; see `agreement_dolma.py`.

For each text of the request what Dolma's taggers gopher_v1 and gopher_v2 say of it, unrounded.
"""

import json
import sys
from pathlib import Path

from dolma.taggers.gopher import get_attributes


def answer(text):
    versions = [get_attributes(text, ignore_empty_lines=second) for second in (False, True)]
    return [{span.type: span.score for span in found.as_spans()} for found in versions]


def main():
    request, response = map(Path, sys.argv[1:])
    response.write_text(json.dumps([answer(text) for text in json.loads(request.read_text())]))


if __name__ == "__main__":
    main()
