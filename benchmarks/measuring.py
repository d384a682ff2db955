"""What benchmarks share: the machine in words, medians, and the memory of a tree of processes."""

import os
import platform
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import psutil

__all__ = ["PeakMemory", "machine", "tamis"]

PACKAGES = ("tamis", "apache-beam", "pyarrow", "numpy", "numba", "resiliparse")


def machine() -> str:
    """Processor, cores, memory and versions, for the head of a table."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; Python {platform.python_version()}, {versions}"


def tamis(*arguments: str) -> float:
    """Run the command line to its end; the seconds it took.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("tamis")), *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    done.check_returncode()
    return time.monotonic() - began


class PeakMemory:
    """The greatest proportional set size of this process's children together, sampled five times a second.

    Pages that processes share are counted once. Use as a context manager; read `mebibytes` afterwards.
    """

    def __init__(self) -> None:
        self.mebibytes = 0.0
        self._stop = threading.Event()

    def __enter__(self) -> "PeakMemory":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                    continue  # it ended between the listing and the look
            self.mebibytes = max(self.mebibytes, total / 2**20)
