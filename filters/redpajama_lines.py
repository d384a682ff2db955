"""RedPajama v2's signals of lines, each gathered over the lines of a document."""

from typing import Literal

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.redpajama_signals import VERSION, fraction, number
from filters.signals import Columns
from filters.sums import share

__all__ = ["RedpajamaLines"]

_FILE = "lines.py, which has a value for each line"


class RedpajamaLines:
    """Signals of lines. The source has a value a line: here is their mean over lines, or (javascript) their sum.

    A line ends behind its line feed, which is one of its characters; empty lines count, but not an empty one behind
    the last line feed. A normalised line has no ASCII punctuation, is in lower case and NFD, with single spaces.
    Deviation: null where a document has no line; values are not rounded.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"redpajama_lines {VERSION}"
    signals = (
        fraction("rps_doc_frac_lines_end_with_ellipsis", "lines that end in ... or …, white space aside / lines",
                 "natural_language.py", high="too_many_ellipsis_lines"),
        fraction("rps_lines_ending_with_terminal_punctution_mark",
                 "mean over lines: 1 where it ends in . ! ? or ”, white space aside, else 0", _FILE,
                 low="too_few_end_marks"),
        fraction("rps_lines_start_with_bulletpoint",
                 "mean over lines: 1 where it begins with one of • ‣ ▶ ◀ ◦ ■ □ ▪ ▫ –, white space aside, else 0", _FILE,
                 high="too_many_bullet_lines"),
        number("rps_lines_num_words", "words per line", "mean over lines: normalised words", _FILE,
               "too_few_words_per_line", "too_many_words_per_line"),
        number("rps_lines_javascript_counts", "words", "sum over lines: normalised words that are javascript", _FILE,
               high="javascript", type=pa.int64()),
        fraction("rps_lines_uppercase_letter_fraction", "mean over lines: characters in upper case / characters", _FILE,
                 high="too_many_capitals"),
        fraction("rps_lines_numerical_chars_fraction",
                 "mean over lines: numeric characters (str.isnumeric) / characters of the normalised line, 0 if none",
                 _FILE, high="too_many_digits"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the lines."""
        from filters.redpajama_kernels import count_lines
        from filters.redpajama_tables import normal_sizes, redpajama_classes

        counts, (upper, numbers) = count_lines(cuts.lines.pieces, cuts.data, redpajama_classes(), normal_sizes())
        lines, ellipses, ended, bullets, words, javascript = counts
        return {
            "rps_doc_frac_lines_end_with_ellipsis": share(ellipses, lines),
            "rps_lines_ending_with_terminal_punctution_mark": share(ended, lines),
            "rps_lines_start_with_bulletpoint": share(bullets, lines),
            "rps_lines_num_words": share(words, lines),
            "rps_lines_javascript_counts": pa.array(javascript, mask=lines == 0),
            "rps_lines_uppercase_letter_fraction": share(upper, lines),
            "rps_lines_numerical_chars_fraction": share(numbers, lines),
        }
