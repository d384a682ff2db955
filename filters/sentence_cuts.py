"""The sentences of texts, as places in them."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.characters import WHITE_SPACE, character_classes
from filters.code_points import to_code_points
from filters.compiled import kernel
from filters.cuts import text_buffers
from filters.sentences import sentence_end
from filters.stretches import trimmed

__all__ = ["sentence_places", "sentences_of"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def sentences_of(texts: pa.StringArray) -> tuple[Ints, Ints, Ints]:
    """The sentences by the rule `filters.sentences.SENTENCE`, those without a letter or digit left out.

    Returns:
        Of each sentence the row, the first code point that is no white space, and one past the last.
    """
    offsets, data = text_buffers(texts)
    bounds, places = sentence_places(offsets, data, character_classes())
    points = to_code_points(offsets, data, 2 * bounds, places)
    return np.repeat(np.arange(len(texts)), np.diff(bounds)), points[::2], points[1::2]


@kernel
def sentence_places(offsets: Ints, data: Bytes, classes: Bytes) -> Any:
    """First sentence of each row, and first and last byte of each sentence in turn."""
    bounds = np.zeros(len(offsets), np.int64)
    places = np.empty(0, np.int64)
    for filling in range(2):  # once to count, once to fill
        count = 0
        for row in range(len(offsets) - 1):
            here, stop = offsets[row], offsets[row + 1]
            while here < stop:
                end, filled = sentence_end(data, offsets[row], here, stop, classes)
                if filled and filling:
                    places[2 * count], places[2 * count + 1] = trimmed(data, here, end, classes, WHITE_SPACE)
                count += filled
                here = end
            bounds[row + 1] = count
        if not filling:
            places = np.empty(2 * count, np.int64)
    return bounds, places
