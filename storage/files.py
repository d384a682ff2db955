"""Opening and publishing files, on a disk or in an object store: a name is taken only by a whole file."""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import xxhash
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from filters.errors import OutputError

__all__ = [
    "HashedFile",
    "commit",
    "exists",
    "is_local",
    "list_files",
    "local_path",
    "open_input",
    "place_of",
    "read_json",
    "remove_tree",
    "remove_unfinished",
    "size_of",
    "write_json",
]

WRITING = ".writing-"
"""How the names of unfinished files begin: readers of a folder pass over names with a dot."""


class HashedFile:
    """A binary file opened for writing that knows its length and xxh3-128 digest."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file = file
        self._path = path
        self._hash = xxhash.xxh3_128()
        self.length_bytes = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Write any bytes-like object whole."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        written = 0
        with _named(self._path):
            while written < len(view):  # a disk that fills up takes a part first, and refuses the next
                written += self._file.write(view[written:])
        self.length_bytes += written
        return written

    def flush(self) -> None:
        """Nothing: every write goes to the operating system at once."""

    def close(self) -> None:
        """Nothing: `commit` closes, since only it knows whether to publish."""

    def seekable(self) -> bool:
        """Never: a digest is of bytes in order."""
        return False

    def readable(self) -> bool:
        """Never."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes written so far."""
        return self.length_bytes

    def digest(self) -> str:
        """Hexadecimal xxh3-128 of what was written so far."""
        return self._hash.hexdigest()


def place_of(path: str) -> tuple[AbstractFileSystem, str]:
    """The file system that a path or URL is in, and its name there.

    Two colons chain URLs for fsspec (``zip://a::s3://b``); where no URL follows them they belong to the name.
    """
    first, colons, _ = path.partition("::")
    if not colons or "://" in path.rpartition("::")[2]:
        return cast(tuple[AbstractFileSystem, str], url_to_fs(path))
    fs = url_to_fs(first)[0]
    return fs, fs._strip_protocol(path)


def is_local(path: str) -> bool:
    """Whether a path is on this machine's disk."""
    return isinstance(place_of(path)[0], LocalFileSystem)


def local_path(path: str) -> Path:
    """The path without a ``file://`` in front."""
    return Path(place_of(path)[1])


def open_input(path: str) -> BinaryIO:
    """A file, for reading."""
    fs, name = place_of(path)
    return cast(BinaryIO, fs.open(name, "rb"))


def exists(path: str) -> bool:
    """Whether a file or folder stands under a name."""
    fs, name = place_of(path)
    return bool(fs.exists(name))


def size_of(path: str) -> int | None:
    """Bytes of a file; None where there is none."""
    fs, name = place_of(path)
    try:
        return int(fs.size(name))
    except FileNotFoundError:
        return None


def list_files(folder: str, suffix: str = "") -> list[str]:
    """Every file below a folder whose name ends so, sorted; none where there is no such folder."""
    fs, name = place_of(folder)
    if not fs.exists(name):
        return []
    return sorted(fs.unstrip_protocol(p) if not is_local(folder) else p for p in fs.find(name) if p.endswith(suffix))


def remove_tree(folder: str) -> None:
    """Remove a folder and all below it; nothing where there is none."""
    fs, name = place_of(folder)
    if fs.isfile(name):
        fs.rm_file(name)  # `rm` would take a star in the name for any name
    elif fs.exists(name):
        fs.rm(name, recursive=True)


def remove_unfinished(folder: str) -> None:
    """Remove what killed writers left below a folder of this disk. For when nobody writes there."""
    if is_local(folder):
        for path in local_path(folder).rglob(f"{WRITING}*"):
            path.unlink()


@contextlib.contextmanager
def commit(path: str) -> Iterator[HashedFile]:
    """Write a file under another name; publish it if the block ends well, else leave no trace.

    On a disk the last act is a rename. Object stores have none: there the whole file is written
    locally and then uploaded, which stores publish at its end.

    Raises:
        OutputError: the place cannot be written, or the disk is full.
    """
    local = is_local(path)
    target = local_path(path) if local else None
    with _named(path):
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=WRITING, dir=target.parent if target is not None else None)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            yield HashedFile(file, path)
            with _named(path):
                os.fsync(file.fileno())
        with _named(path):
            Path(temporary).chmod(0o644)
            if target is not None:
                Path(temporary).replace(target)
            else:
                fs, name = place_of(path)
                fs.put_file(temporary, name)
    finally:
        Path(temporary).unlink(missing_ok=True)


@contextlib.contextmanager
def _named(path: str) -> Iterator[None]:
    """Turn the operating system's refusals into an error that names the file and the mend."""
    try:
        yield
    except OSError as error:
        mends = {
            errno.ENOSPC: "free space there or choose another --output, then run the same command again",
            errno.EDQUOT: "free space there or choose another --output, then run the same command again",
        }
        mend = mends.get(error.errno or 0, "make it writable or choose another --output")
        raise OutputError(f"{path} cannot be written: {error.strerror or error}; {mend}") from error


def read_json(path: str) -> Any:
    """A JSON file.

    Raises:
        OutputError: it is not there, or not JSON.
    """
    try:
        with open_input(path) as file:
            return json.loads(file.read())
    except FileNotFoundError as error:
        raise OutputError(f"{path} is not there; the run did not come so far, or its name is another") from error
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{path} cannot be read as JSON: {error}; remove it and run the same command again"
        ) from error


def write_json(path: str, value: Any) -> None:
    """Publish a value as indented JSON; the order of rules and cleaners has a meaning, and so keys keep theirs."""
    with commit(path) as file:
        file.write((json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())
