"""How many sentences spaCy's sentencizer makes of a text or of any part of it, from tokens that are already cut.

::

    tokens = cuts.words_by("spacy")
    counts = count_sentences(tokens.pieces, cuts.lines.pieces, cuts.data, character_classes())  # one for each line

A stretch is a range of bytes. Its count is what the sentencizer gives for these bytes as a text of their own as long
as it begins and ends where tokens do, or in white space: tokens never reach across white space, so a line, or a line
stripped of its white space, holds the same tokens within the text as alone. That does not hold for a line from
which something was cut out.
"""

import numpy as np
import numpy.typing as npt

from filters.characters import PUNCTUATION
from filters.compiled import inner, kernel
from filters.utf8 import decode

__all__ = ["END_MARKS", "count_sentences"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

END_MARKS = (
    "!.?։؟۔܀܁܂߹।॥၊။።፧፨᙮᜵᜶᠃᠉᥄᥅᪨᪩᪪᪫᭚᭛᭞᭟᰻᰼᱾᱿‼‽⁇⁈⁉⸮⸼꓿꘎꘏꛳꛷꡶꡷꣎꣏꤯꧈꧉꩝꩞꩟꫰꫱꯫﹒﹖﹗！．？𐩖𐩗𑁇𑁈𑂾𑂿𑃀𑃁"
    "𑅁𑅂𑅃𑇅𑇆𑇍𑇞𑇟𑈸𑈹𑈻𑈼𑊩𑑋𑑌𑗂𑗃𑗉𑗊𑗋𑗌𑗍𑗎𑗏𑗐𑗑𑗒𑗓𑗔𑗕𑗖𑗗𑙁𑙂𑜼𑜽𑜾𑩂𑩃𑪛𑪜𑱁𑱂𖩮𖩯𖫵𖬷𖬸𖭄𛲟𝪈｡。"
)
"""The characters that end a sentence where one of them is a whole token (spaCy 3.8, pipeline/sentencizer.pyx)."""

CODES = np.array(sorted(map(ord, END_MARKS)))
SPACE, EXCLAMATION_MARK, FULL_STOP, QUESTION_MARK = map(ord, " !.?")
LONGEST = 4  # bytes of a character


def count_sentences(tokens: Pieces, stretches: Pieces, data: Bytes, classes: Bytes) -> Ints:
    """Sentences of each stretch of the texts, as ``len(datatrove.utils.text.split_into_sentences(stretch))``.

    A sentence ends behind a token that is one of `END_MARKS` and the tokens of punctuation that follow it, or behind
    the former where white space other than one space follows: spaCy makes a token of that, and it begins the
    next sentence. A sentence of white space alone does not count.

    Args:
        tokens: rows, starts and ends of the tokens (``cuts.words_by("spacy").pieces``).
        stretches: rows, starts and ends of the stretches, such as ``cuts.lines.pieces``, in ascending order and
            without overlap in each row; of the same texts.
        data: the bytes that both are of.
        classes: of characters (`filters.characters.character_classes`).

    Returns:
        One number for each stretch; 0 where it holds no token.
    """
    counts: Ints = count_ends(tokens, stretches, data, classes, CODES)
    return counts


@kernel
def count_ends(tokens: Pieces, stretches: Pieces, data: Bytes, classes: Bytes, codes: Ints) -> Ints:
    """The kernel of `count_sentences`: `codes` are the code points of `END_MARKS`, sorted."""
    token_rows, token_starts, token_ends = tokens
    rows, starts, ends = stretches
    counts = np.zeros(len(starts), np.int64)
    for i in range(len(rows) - 1):
        token = token_rows[i]
        for j in range(rows[i], rows[i + 1]):
            while token < token_rows[i + 1] and token_starts[token] < starts[j]:
                token += 1
            sentences, ended, before = 0, True, np.int64(-1)
            while token < token_rows[i + 1] and token_ends[token] <= ends[j]:
                start, end = token_starts[token], token_ends[token]
                mark = is_end_mark(data, start, end, codes)
                if ended:
                    gap = before >= 0 and not (start == before or (start == before + 1 and data[before] == SPACE))
                    if before < 0 or gap or not (mark or is_punctuation(data, start, end, classes)):
                        sentences += 1
                        ended = False
                ended |= mark
                before = end
                token += 1
            counts[j] = sentences
    return counts


@inner
def is_end_mark(data: Bytes, start: int, end: int, codes: Ints) -> bool:
    """Whether a token is one character that ends a sentence."""
    if end - start > LONGEST:
        return False
    code, length = decode(data, start)
    if start + length != end:
        return False
    if code < 0x80:
        return code in (EXCLAMATION_MARK, FULL_STOP, QUESTION_MARK)
    first, last = 0, len(codes) - 1
    while first < last:
        middle = (first + last) // 2
        if codes[middle] < code:
            first = middle + 1
        else:
            last = middle
    return bool(codes[first] == code)


@inner
def is_punctuation(data: Bytes, start: int, end: int, classes: Bytes) -> bool:
    """Whether every character of a token is of a category P*."""
    here = start
    while here < end:
        code, length = decode(data, here)
        if not classes[code] & PUNCTUATION:
            return False
        here += length
    return True
