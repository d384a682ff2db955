"""Which chunks spaCy's tokenizer takes for a URL or an e-mail address and leaves whole."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, making
from filters.spacy_classes import DECIMAL, DIGIT, HOST, LOWER, WORD

__all__ = ["is_url"]

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint16]

LABEL = 64  # most characters between two dots
TOP_LABEL = 63
PORT = 5
AT, COLON, DOT, SLASH = ord("@"), ord(":"), ord("."), ord("/")
PLUS, HYPHEN, LOW_LINE, QUESTION, HASH = ord("+"), ord("-"), ord("_"), ord("?"), ord("#")


@inner
def is_url(codes: Codes, flags: Flags, first: int, last: int) -> bool:
    """Whether characters are a host or an address, perhaps with scheme, user, port and path.

    The host may begin at the first character, behind ``scheme://``, or behind any ``@`` but a first one. It ends at
    the first character that no label has, so no character is read more than three times.

    Args:
        codes: the code points of a chunk.
        flags: their classes (`filters.spacy_classes.token_classes`).
        first: first of the characters.
        last: one past the last.
    """
    if is_host(codes, flags, first, last):
        return True
    scheme = first
    while scheme < last and (flags[scheme] & WORD or codes[scheme] in (PLUS, HYPHEN, DOT)):
        scheme += 1
    if scheme - first >= 2 and scheme + 3 <= last and codes[scheme] == COLON:
        both = codes[scheme + 1] == SLASH and codes[scheme + 2] == SLASH
        if both and is_host(codes, flags, scheme + 3, last):
            return True
    for here in range(first + 1, last):  # noqa: SIM110 - a generator is not compiled
        if codes[here] == AT and is_host(codes, flags, here + 1, last):
            return True
    return False


@inner
def is_host(codes: Codes, flags: Flags, first: int, last: int) -> bool:
    """Whether characters are a name of two labels or more, or an IPv4 address, perhaps with port and path."""
    here, label, labels = first, first, 0
    while True:
        while here < last and (flags[here] & HOST or codes[here] == HYPHEN or codes[here] == LOW_LINE):
            here += 1
        if here == last or codes[here] != DOT:
            break
        if here == label or here - label > LABEL or not (flags[label] & HOST and flags[here - 1] & HOST):
            return False
        here += 1
        label = here
        labels += 1
    if labels == 0:
        return False
    end = label
    while end < last and flags[end] & LOWER:
        end += 1
    if 2 <= end - label <= TOP_LABEL and is_rest(codes, flags, end, last):
        return True
    return labels == 3 and is_address(codes, flags, first, here) and is_rest(codes, flags, here, last)


@inner
def is_rest(codes: Codes, flags: Flags, here: int, last: int) -> bool:
    """Whether characters are empty, or a port, a path, or both."""
    if here < last and codes[here] == COLON:
        here += 1
        start = here
        while here < last and flags[here] & DECIMAL and here - start < PORT:
            here += 1
        if here - start < 2:
            return False
    return here == last or codes[here] == SLASH or codes[here] == QUESTION or codes[here] == HASH


@making
def is_address(codes: Codes, flags: Flags, first: int, last: int) -> bool:
    """Whether four labels are a public IPv4 address: 1.0.0.1 to 223.255.255.254, without the private networks."""
    numbers = np.zeros(4, np.int64)
    place, start = 0, first
    for here in range(first, last + 1):
        if here == last or codes[here] == DOT:
            length = here - start
            # A zero may begin only the two middle numbers, and these only where they have two digits.
            outer = place == 0 or place == 3
            if not 1 <= length <= 3 or numbers[place] > 255 or (codes[start] == 0x30 and (outer or length == 3)):
                return False
            place, start = place + 1, here + 1
        elif not flags[here] & DIGIT or here - start == 3:
            return False
        else:
            numbers[place] = 10 * numbers[place] + codes[here] - 0x30
    one, two = numbers[0], numbers[1]
    private = one == 10 or one == 127 or (one == 169 and two == 254) or (one == 192 and two == 168)
    private |= one == 172 and 16 <= two <= 31
    return bool(one <= 223 and numbers[3] <= 254 and not private)
