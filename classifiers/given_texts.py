"""The texts that a caller gives to a judge, as the array that it reads."""

from collections.abc import Iterable

import pyarrow as pa

from filters.errors import InputError

__all__ = ["text_array"]


def text_array(texts: Iterable[str | None]) -> pa.StringArray:
    """The texts; None stays a null.

    Raises:
        InputError: it is one text and no list of them, an item is no text, or they are too many for an Arrow array.
    """
    if isinstance(texts, str):
        raise InputError("a list of texts is scored, and one text was given: write score([text])")
    given = texts.to_pylist() if isinstance(texts, pa.Array | pa.ChunkedArray) else list(texts)
    for row, text in enumerate(given):
        try:
            if text is not None:
                text.encode()
        except (AttributeError, UnicodeEncodeError) as error:
            raise InputError(
                f"text {row} to score is {text!r:.60}: a str of whole characters, without half a surrogate pair, or "
                "None is wanted; decode or mend it, or leave it out"
            ) from error
    found = pa.array(given, pa.string())
    if not isinstance(found, pa.StringArray):
        raise InputError(f"{len(given)} texts have more than 2 GiB together; score them in parts")
    return found
