"""What datatrove's C4 filters say of texts: run by the interpreter that has datatrove, for `agreement_c4.py`.

``peer_c4.py REQUEST.parquet ANSWER.parquet [--sentences] [LISTS]``. A request is a text and its language; LISTS is a
folder of lists of bad words, one file a language, asked for pages of their language. An answer says for every variant
of the filter whether the text is kept, the reason if not, and the text as the filter leaves it.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datatrove.data import Document
from datatrove.pipeline.filters import c4_filters
from datatrove.pipeline.filters.c4_filters import C4BadWordsFilter, C4ParagraphFilter, C4QualityFilter

LINES_ONLY = {"min_num_sentences": -1, "filter_lorem_ipsum": False, "filter_curly_bracket": False}
VARIANTS = {
    "c4 text": C4QualityFilter(**LINES_ONLY),
    "fineweb text": C4QualityFilter(filter_no_terminal_punct=False, **LINES_ONLY),
    "c4 lorem_ipsum": C4QualityFilter(min_num_sentences=-1, filter_curly_bracket=False),
    "c4 curly_bracket": C4QualityFilter(min_num_sentences=-1, filter_lorem_ipsum=False),
    "fineweb lorem_ipsum": C4QualityFilter(
        filter_no_terminal_punct=False, min_num_sentences=-1, filter_curly_bracket=False
    ),
    "fineweb curly_bracket": C4QualityFilter(
        filter_no_terminal_punct=False, min_num_sentences=-1, filter_lorem_ipsum=False
    ),
    "c4 sentences": C4QualityFilter(filter_lorem_ipsum=False, filter_curly_bracket=False),
    "fineweb sentences": C4QualityFilter(
        filter_no_terminal_punct=False, filter_lorem_ipsum=False, filter_curly_bracket=False
    ),
    "paragraphs": C4ParagraphFilter(),
}
"""Each rule alone, so that none hides another; line rules act in all."""


def answer(text, variants):
    found = {}
    for name, variant in variants.items():
        document = Document(text=text, id="0")
        verdict = variant.filter(document)
        kept, reason = verdict if isinstance(verdict, tuple) else (verdict, None)
        found[name] = [kept, reason, document.text if kept and name.endswith(" text") else None]
    return found


def bad_words(folder):
    """A filter a language; the files are the user's instead of downloads."""
    c4_filters.cached_asset_path_or_download = lambda url, **_: str(Path(folder, url.rpartition("/")[2]))
    languages = [path.name for path in sorted(Path(folder).iterdir()) if path.name in c4_filters._BADWORDS_LANGS]
    return {language: C4BadWordsFilter(default_language=language) for language in languages}


def main(request, response, *options):
    variants = {name: v for name, v in VARIANTS.items() if "--sentences" in options or "sentences" not in name}
    lists = {language: v for folder in options if folder != "--sentences" for language, v in bad_words(folder).items()}
    rows = pq.read_table(request).to_pydict()
    answers = []
    for text, language in zip(rows["text"], rows["language"], strict=True):
        asked = variants | ({"bad words": lists[language]} if language in lists else {})
        answers.append(json.dumps(answer(text, asked)))
    pq.write_table(pa.table({"answer": pa.array(answers, pa.large_string())}), response)


if __name__ == "__main__":
    main(*sys.argv[1:])
