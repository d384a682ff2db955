"""One run at a time in an output: the second is refused, and a dead one leaves nothing locked on a disk."""

import contextlib
import fcntl
import hashlib
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filters.errors import OutputError
from storage.files import exists, is_local, local_path, read_json, remove_tree, write_json

__all__ = ["output_lock", "source_lock"]


@contextlib.contextmanager
def output_lock(output: str) -> Iterator[Path]:
    """Hold an output for this process.

    On a disk the kernel frees the lock with the process. An object store has no such locks: there a
    small object says who writes, and one left behind by a killed driver has to be removed by hand.

    Yields:
        A local folder for the run's state: ``OUTPUT/work`` on a disk.

    Raises:
        OutputError: another run holds the output, or it cannot be written.
    """
    state = local_path(output) / "work" if is_local(output) else _remote_state(output)
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "supervisor.lock").open("a")
    except OSError as error:
        mend = "make it writable or choose another --output"
        raise OutputError(f"{output} cannot be written: {error.strerror or error}; {mend}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"{output} is being written by another run; wait until it ends, or choose another --output"
            ) from None
        with contextlib.nullcontext() if is_local(output) else _remote_mark(output):
            yield state


@contextlib.contextmanager
def source_lock(source: str) -> Iterator[None]:
    """Keep others from writing a finished run while it is read; any number may read it.

    It creates nothing there. On an object store, or where the run's state was not copied along, it holds nothing.

    Raises:
        OutputError: a run is writing it.
    """
    path = local_path(source) / "work" / "supervisor.lock" if is_local(source) else None
    if path is None or not path.exists():
        yield
        return
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"{source} is being written by a run; wait until it ends, then run the same command"
            ) from None
        yield


@contextlib.contextmanager
def _remote_mark(output: str) -> Iterator[None]:
    mark = f"{output.rstrip('/')}/work/lock.json"
    if exists(mark):
        holder = read_json(mark)
        raise OutputError(
            f"{output} is being written by process {holder['pid']} on {holder['host']}; wait until it ends. "
            f"If that process was killed, remove {mark} and run the same command again"
        )
    write_json(mark, {"pid": os.getpid(), "host": socket.gethostname()})
    try:
        yield
    finally:
        remove_tree(mark)


def _remote_state(output: str) -> Path:
    return Path(tempfile.gettempdir()) / f"tamis-{os.getuid()}-{hashlib.sha256(output.encode()).hexdigest()[:16]}"
