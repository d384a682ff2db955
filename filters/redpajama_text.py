"""RedPajama v2's signals of the raw text: symbols, words without letters, capitals, sentences, curly brackets."""

from typing import Literal

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.redpajama_signals import VERSION, fraction, number
from filters.signals import Columns
from filters.sums import share

__all__ = ["RedpajamaText"]

_FILE = "natural_language.py"
_WORDS = r"words: matches of \w+|[^\w\s]+"


class RedpajamaText:
    r"""Signals of the text as it stands; a word is a match of ``\w+|[^\w\s]+`` (NLTK's WordPunctTokenizer).

    Deviations: null where a denominator is 0, also where the source has 0 (`rps_doc_curly_bracket`); not rounded.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"redpajama_text {VERSION}"
    signals = (
        number("rps_doc_num_sentences", "sentences", r"matches of \b[^.!?]+[.!?]*", _FILE, "too_few_sentences",
               "too_many_sentences", pa.int64()),
        number("rps_doc_symbol_to_word_ratio", "symbols per word",
               f"# and … and ... (not overlapping) / words; {_WORDS}", _FILE, high="too_many_symbols"),
        fraction("rps_doc_frac_no_alph_words", f"words without an ASCII letter / words; {_WORDS}", _FILE,
                 high="too_many_words_without_letters"),
        fraction("rps_doc_frac_all_caps_words", f"words in upper case (str.isupper) / words; {_WORDS}", _FILE,
                 high="too_many_capitals"),
        fraction("rps_doc_curly_bracket", "characters { and } / characters", "content.py", high="curly_brackets"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the characters."""
        from filters.redpajama_kernels import count_raw
        from filters.redpajama_tables import redpajama_classes

        counted = count_raw(cuts.offsets, cuts.data, redpajama_classes())
        characters, words, alphabetic, capitals, symbols, sentences, brackets = counted
        return {
            "rps_doc_num_sentences": pa.array(sentences),
            "rps_doc_symbol_to_word_ratio": share(symbols, words),
            "rps_doc_frac_no_alph_words": share(words - alphabetic, words),
            "rps_doc_frac_all_caps_words": share(capitals, words),
            "rps_doc_curly_bracket": share(brackets, characters),
        }
