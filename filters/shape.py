"""The shape of a text, whatever its words say: how well it compresses, how varied its words are, URLs, code."""

from itertools import pairwise
from typing import Literal

import numpy as np
import pyarrow as pa
import zstandard

from filters.code_points import lengths
from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.shape_kernels import count_lines, count_words
from filters.signals import Columns, Signal
from filters.sums import share
from filters.url_text import count_urls, url_characters

__all__ = ["Shape"]

LEVEL = 3
ZSTD = ".".join(map(str, zstandard.ZSTD_VERSION))
URL_CHARACTERS = url_characters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%")
URL = "http:// or https:// in any case and the run of characters that RFC 3986 allows in a URL behind it"
NOTHING = np.zeros(0, np.uint8)
SHARE = pa.float64()
COUNT = pa.int64()


class Shape:
    """Signals that need no list and no language; null where there is nothing to measure.

    The compression ratio is zstandard's, not zlib's: it is five times as fast, its library comes with the Python
    package of that name, and what it writes follows from its version and level alone, whereas zlib is the machine's own
    (zlib, zlib-ng, a vendor's) and these differ in size. The version is part of the fingerprint. A limit for zlib (2.4
    in Whisper) is about 4 % lower here: web pages of 1 to 20 kB have a ratio of 2.4 by zlib and 2.3 by zstandard.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"shape 1, zstandard {ZSTD} level {LEVEL}"
    signals = (
        Signal("compression_ratio", SHARE, "ratio", f"bytes of the text (UTF-8) / bytes of it as one zstandard frame "
               f"of level {LEVEL}", "openai/whisper, whisper/utils.py (compression_ratio); zstandard for zlib here",
               "compresses_too_badly", "compresses_too_well"),
        Signal("unigram_entropy", SHARE, "nats", "- sum of p log p over distinct words, p their share of words",
               "RedPajama-Data v2, rps_doc_unigram_entropy; deviation: words as they stand, there normalised",
               "too_little_entropy", "too_much_entropy"),
        Signal("longest_word_length", COUNT, "characters", "characters of the longest run without white space",
               "NVIDIA-NeMo/Curator 1.4.0, stages/text/filters/heuristic/string.py (LongWordFilter)",
               "longest_word_too_short", "longest_word_too_long"),
        Signal("slimpajama_length", COUNT, "characters", "characters without ASCII punctuation, runs of white space as "
               "one space, none at the ends", "Cerebras/modelzoo, data_processing/slimpajama/preprocessing/filter.py "
               "(clean); lower case, which lengthens İ alone, is left out", "too_short", "too_long"),
        Signal("url_count", COUNT, "URLs", f"number of: {URL}", "this project; RFC 3986, section 2",
               high="too_many_urls"),
        Signal("url_character_fraction", SHARE, "fraction", f"characters of: {URL} / characters",
               "this project; RFC 3986, section 2", high="too_many_characters_in_urls"),
        Signal("code_line_fraction", SHARE, "fraction", "lines that end in ; { or }, white space aside / lines "
               "with a word",
               "this project, after C4 (Raffel et al. 2020, section 2.2: { is a mark of code)",
               high="too_many_lines_of_code"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over words, lines and URLs each, and one through the compressor."""
        characters, words = lengths(cuts.offsets, cuts.data), cuts.words.counts
        (longest, cleaned), entropies = count_words(cuts.words.pieces, cuts.words.firsts, cuts.words.lengths, cuts.data)
        lines, of_code = count_lines(cuts.words.pieces, cuts.lines.pieces, cuts.data)
        urls, of_urls, _ = count_urls(cuts.offsets, cuts.data, URL_CHARACTERS, True, NOTHING)
        return {
            "compression_ratio": share(np.diff(cuts.offsets), compressed_sizes(cuts.offsets, cuts.data)),
            "unigram_entropy": pa.array(entropies, mask=words == 0),
            "longest_word_length": pa.array(longest, mask=words == 0),
            "slimpajama_length": pa.array(cleaned),
            "url_count": pa.array(urls),
            "url_character_fraction": share(of_urls, characters),
            "code_line_fraction": share(of_code, lines),
        }


def compressed_sizes(offsets: Ints, data: Bytes) -> Ints:
    """Bytes of each text as one frame; 0 for an empty one."""
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    sizes = np.zeros(len(offsets) - 1, np.int64)
    for row, (start, end) in enumerate(pairwise(offsets)):
        if start < end:
            sizes[row] = len(compressor.compress(data.data[start:end]))
    return sizes
