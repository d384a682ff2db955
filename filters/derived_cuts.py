"""Words of texts that were edited or are fewer, carried over from the words of the texts before.

A way of cutting may look at one chunk of a text, that is what stands between white space, and at nothing else. Then a
chunk that an edit left alone has the words that it had. Where an edit begins or ends within a chunk, or puts in
more than white space, the text is cut anew; of most cleaners, which drop lines and trim white space, no text is.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.characters import WHITE_SPACE, character_classes
from filters.compiled import kernel
from filters.cuts import Cut, Cuts, text_buffers
from filters.utf8 import decode

__all__ = ["Change", "carry_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Pieces = tuple[Ints, Ints, Ints]
Cutter = Callable[[Ints, Bytes, Bytes], Pieces]


class Change(NamedTuple):
    """How texts came from others.

    Attributes:
        origins: for each text, the row of the text that it was.
        rows: first edit of each text, and the number of all.
        places: bytes where each edit begins and ends, in turn, in the buffer of the texts before.
        added: bytes that each edit put in.
    """

    origins: Ints
    rows: Ints
    places: Ints
    added: Ints


def carry_words(before: Cut, old: Cuts, new: Cuts, change: Change, cutter: Cutter) -> Cut:
    """The words that `cutter` would give for the new texts, if it looks at chunks alone.

    Args:
        before: its words of the old texts.
        old: the cuts of the old texts.
        new: the cuts of the new ones.
        change: how these came from those.
        cutter: see `filters.cuts.CUTTERS`.
    """
    classes = character_classes()
    anew: Flags = rows_to_cut(old.offsets, old.data, new.offsets, new.data, change, classes)
    offsets, data = text_buffers(new.texts.filter(pa.array(anew)))
    fresh = cutter(offsets, data, classes)
    return Cut(new.data, *carried(before.pieces, old.offsets, new.offsets, change, anew, offsets, fresh))


@kernel
def rows_to_cut(old_offsets: Ints, old: Bytes, new_offsets: Ints, new: Bytes, change: Change, classes: Bytes) -> Flags:
    """The texts with a chunk that an edit changed: each part that was kept must begin and end where chunks do."""
    origins, rows, places, added = change
    found = np.zeros(len(origins), np.bool_)
    for i in range(len(origins)):
        old_first, old_last = old_offsets[origins[i]], old_offsets[origins[i] + 1]
        here, there = old_first, new_offsets[i]
        for edit in range(rows[i], rows[i + 1] + 1):
            end = places[2 * edit] if edit < rows[i + 1] else old_last
            there_end = there + end - here
            if here < end:
                found[i] |= not (
                    is_white(old, here, classes)
                    or (
                        (here == old_first or white_before(old, here, classes))
                        and (there == new_offsets[i] or white_before(new, there, classes))
                    )
                )
                found[i] |= not (
                    white_before(old, end, classes)
                    or (
                        (end == old_last or is_white(old, end, classes))
                        and (there_end == new_offsets[i + 1] or is_white(new, there_end, classes))
                    )
                )
            if edit < rows[i + 1]:
                here, there = places[2 * edit + 1], there_end
                while there < there_end + added[edit]:
                    found[i] |= not is_white(new, there, classes)
                    there += decode(new, there)[1]
    return found


@kernel
def carried(
    words: Pieces, old_offsets: Ints, new_offsets: Ints, change: Change, anew: Flags, fresh_offsets: Ints, fresh: Pieces
) -> Pieces:
    """Rows, starts and ends: of the words that were kept, moved, and of the texts that were cut anew."""
    origins, edit_rows, places, added = change
    rows, room = np.zeros(len(origins) + 1, np.int64), len(words[1]) + len(fresh[1])
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    count, row = 0, 0
    for i in range(len(origins)):
        if anew[i]:
            moved = new_offsets[i] - fresh_offsets[row]
            for j in range(fresh[0][row], fresh[0][row + 1]):
                starts[count], ends[count] = fresh[1][j] + moved, fresh[2][j] + moved
                count += 1
            row += 1
        else:
            here, j, last = old_offsets[origins[i]], words[0][origins[i]], words[0][origins[i] + 1]
            moved = new_offsets[i] - here
            for edit in range(edit_rows[i], edit_rows[i + 1] + 1):
                end = places[2 * edit] if edit < edit_rows[i + 1] else old_offsets[origins[i] + 1]
                while j < last and words[1][j] < here:  # these were cut out
                    j += 1
                while j < last and words[1][j] < end:
                    starts[count], ends[count] = words[1][j] + moved, words[2][j] + moved
                    count += 1
                    j += 1
                if edit < edit_rows[i + 1]:
                    here = places[2 * edit + 1]
                    moved += added[edit] - (here - end)
        rows[i + 1] = count
    return rows, starts[:count], ends[:count]


@kernel
def is_white(data: Bytes, here: int, classes: Bytes) -> bool:
    """Whether the character at a place is white space."""
    return bool(classes[decode(data, here)[0]] & WHITE_SPACE)


@kernel
def white_before(data: Bytes, here: int, classes: Bytes) -> bool:
    """Whether the character before a place is white space."""
    here -= 1
    while data[here] & 0xC0 == 0x80:
        here -= 1
    return bool(classes[decode(data, here)[0]] & WHITE_SPACE)
