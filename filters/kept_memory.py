"""Memory that one batch frees is kept for the next.

A batch takes and frees tens of megabytes a step. The C library hands such memory back to the system at once, which
gives it again, emptied, page by page: up to a fifth of all the time of measuring.
"""

import ctypes
import platform
from functools import cache

__all__ = ["KEPT", "keep_freed_memory"]

KEPT = 256 * 2**20
"""Bytes that a process keeps at most; a greater array is handed back when it is freed."""

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of mallopt(3)


@cache
def keep_freed_memory() -> None:
    """Makes the C library of this process keep memory, if it is GNU's; others decide for themselves."""
    if platform.libc_ver()[0] == "glibc":
        library = ctypes.CDLL(None)
        library.mallopt(TRIM_THRESHOLD, KEPT)
        library.mallopt(MMAP_THRESHOLD, KEPT)
