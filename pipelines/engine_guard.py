"""The guard: starts a command, and ends all of its process group when the supervisor goes away.

``python -m pipelines.engine_guard COMMAND...`` leads a process group of its own, in which the engine and its
workers live. Its standard input is a pipe whose other end only the supervisor holds: the kernel closes it however
that process ends, ``kill -9`` included. A worker that hangs in native code could not end itself; the guard can.
"""

import os
import signal
import subprocess
import sys
import threading

__all__ = ["KILLED", "main"]

KILLED = 128
"""Added to the number of the signal that ended the command, as shells do."""


def main() -> None:
    """Run the command and leave with its exit status."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    status = process.wait()
    sys.exit(KILLED - status if status < 0 else status)


def _end_with_supervisor() -> None:
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
