"""How long the filters of another project take: run by the interpreter that has it, for `filters_speed.py`.

``peer_filters_speed.py datatrove|dolma TEXTS.json ROUNDS`` prints JSON: seconds of each round by filter, after one
page that loads and warms.
"""

import contextlib
import json
import sys
import time
from pathlib import Path


def datatrove():
    """Functions from a text to nothing, by name: every filter on every text, and all as FineWeb's pipeline has them."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters = {
        "Gopher repetition": GopherRepetitionFilter(),
        "Gopher quality": GopherQualityFilter(),
        "C4": C4QualityFilter(filter_no_terminal_punct=False),
        "FineWeb": FineWebQualityFilter(),
    }

    def one(chosen, text):
        with contextlib.suppress(ZeroDivisionError):  # datatrove drops such a page with a warning
            chosen.filter(Document(text=text, id="0"))

    def whole(text):
        document = Document(text=text, id="0")
        with contextlib.suppress(ZeroDivisionError):
            for chosen in filters.values():
                if chosen.filter(document) is not True:
                    return

    runs = {name: lambda text, chosen=chosen: one(chosen, text) for name, chosen in filters.items()}
    return {**runs, "all, until one drops": whole}


def dolma():
    """The taggers of Dolma's recipe for Common Crawl that need no model."""
    from dolma.core.data_types import Document
    from dolma.core.registry import TaggerRegistry
    from dolma.taggers import c4, gopher, pii  # noqa: F401  (they register themselves)

    names = ("gopher_v1", "c4_v2", "pii_regex_with_counts_fast_v2")
    taggers = {name: TaggerRegistry.get(name)() for name in names}
    return {
        name: lambda text, tagger=tagger: tagger.predict(Document(source="", id="0", text=text))
        for name, tagger in taggers.items()
    }


def main(peer, path, rounds):
    texts = json.loads(Path(path).read_text())
    seconds = {}
    for name, run in {"datatrove": datatrove, "dolma": dolma}[peer]().items():
        run(texts[0])
        seconds[name] = []
        for _ in range(int(rounds)):
            began = time.perf_counter()
            for text in texts:
                run(text)
            seconds[name].append(time.perf_counter() - began)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
