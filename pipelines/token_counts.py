"""Tokens of documents before and after, counted where a tokenizer counted them, else estimated and said so."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.edits import has_edits
from filters.judging import Findings
from filters.measured import last_lengths

__all__ = ["BYTES_PER_TOKEN", "TokenCounts", "token_counts"]

BYTES_PER_TOKEN = 4
"""The estimate: one token for every four bytes of UTF-8, rounded up.

A rule of thumb for English and vocabularies of 50,000 to 100,000 entries; other scripts differ by a factor
of two and more. It is called an estimate wherever it is shown.
"""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens of n documents.

    Attributes:
        before: of the text as extracted.
        after: of the text as it is kept.
        before_estimated: `before` was not counted by the tokenizer.
        estimated: `after` was not.
        bytes_after: UTF-8 bytes of the text as kept, exact where nothing is cut or replaced, else in proportion; of
            control tokens and escapes a byte for each character.
    """

    before: Ints
    after: Ints
    before_estimated: npt.NDArray[np.bool_]
    estimated: npt.NDArray[np.bool_]
    bytes_after: Ints


def token_counts(annotations: pa.RecordBatch, findings: Findings) -> TokenCounts:
    """The tokens of a batch.

    A tokenizer counts once, on the last text before span actions. What it did not count is estimated from
    bytes; where a text is longer or shorter than what was counted, in proportion to its characters. Each control
    token and each escape is one token.
    """
    counted = annotations.column("token_count")
    present = counted.is_valid().to_numpy(zero_copy_only=False)
    count = counted.fill_null(0).to_numpy(zero_copy_only=False)
    characters, size = (annotations.column(n).to_numpy(zero_copy_only=False) for n in ("characters", "bytes"))
    last = last_lengths(annotations)
    unmarked = findings.characters - findings.mark_characters
    bytes_unmarked = _share(size, unmarked, characters)
    emptied = (last == 0) & (characters > 0)  # nothing was counted that the text as extracted could be measured by
    before = np.where(present & ~emptied, _share(count, characters, last), _estimate(size))
    after = findings.marks + np.where(present, _share(count, unmarked, last), _estimate(bytes_unmarked))
    before_estimated = ~present | has_edits(annotations.column("edits"))
    estimated = ~present | has_edits(findings.edits)
    return TokenCounts(before, after, before_estimated, estimated, bytes_unmarked + findings.mark_characters)


def _estimate(size: Ints) -> Ints:
    return np.asarray(-(-size // BYTES_PER_TOKEN), np.int64)


def _share(amount: Ints, part: Ints, whole: Ints) -> Ints:
    """``amount * part / whole``, rounded up; the amount itself where the parts are equal or there is no whole."""
    scaled = -(-amount * part // np.maximum(whole, 1))
    return np.asarray(np.where((part == whole) | (whole == 0), amount, scaled), np.int64)
