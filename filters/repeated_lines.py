"""Takes out the second and later copies of a line within a document."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from filters.characters import WHITE_SPACE, character_classes
from filters.cuts import Cut, Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.line_kernels import drop_lines, strip_lines
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal

__all__ = ["RepeatedLines"]


class RepeatedLines:
    """Keeps the first of equal lines, where they are long enough not to be meant to be repeated.

    Lines are compared without the white space around them, byte by byte. Short lines are left alone: refrains,
    table cells, names of speakers and lines of code repeat with reason.

    Args:
        characters: fewest characters of a line that is dropped, white space around it not counted.

    Raises:
        ConfigurationError: `characters` is less than 1.
    """

    signals: Sequence[Signal] = (changed_signal("repeated_lines", "this project"),)

    def __init__(self, characters: int = 60) -> None:
        if characters < 1:
            raise ConfigurationError(
                f"repeated_lines: characters is {characters}; it must be 1 or more (empty lines are never dropped)"
            )
        self.characters = characters
        self.fingerprint = f"repeated_lines/1/{characters}"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each copy of a line."""
        lines = cuts.lines
        stripped = Cut(cuts.data, lines.rows, *strip_lines(cuts.data, lines.pieces, character_classes(), WHITE_SPACE))
        copies = stripped.firsts < np.arange(len(stripped.starts))
        dropped = copies & (stripped.lengths >= self.characters)
        bounds, places = drop_lines(lines.pieces, dropped.astype(np.uint8))
        return cleaned("repeated_lines", cuts, bounds, places, pa.repeat("repeated_line", len(places) // 2))
