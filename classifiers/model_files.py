"""Model files are named by their content: which file it is, and that it is the one that was meant."""

import hashlib
from pathlib import Path

from filters.errors import InputError

__all__ = ["SHIPPED", "checked_digest", "resolve"]

SHIPPED = {"lid.176.ftz": "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"}
"""SHA-256 of the model files that are installed with this package."""

_FOLDER = Path(__file__).parent / "models"


def resolve(model: str) -> tuple[Path, str | None]:
    """The path of a model and the SHA-256 that is known for it: a shipped file by its bare name, else a path."""
    if model in SHIPPED:
        return _FOLDER / model, SHIPPED[model]
    return Path(model), None


def checked_digest(path: Path, expected: str | None = None) -> str:
    """The SHA-256 of a file, in hexadecimal.

    Raises:
        InputError: the file cannot be read, or is not the one that `expected` names.
    """
    try:
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise InputError(
            f"model file {str(path)!r} cannot be read: {error.strerror}; name an existing file, "
            f"or one of the shipped models: {', '.join(sorted(SHIPPED))}"
        ) from error
    if expected is not None and actual != expected.lower():
        raise InputError(
            f"model file {str(path)!r} ({size} bytes) is truncated or another file: its sha256 is {actual}, "
            f"expected {expected.lower()}; fetch or install it again, or correct the sha256"
        )
    return actual
