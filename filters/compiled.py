"""The decorator of every compiled kernel."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compiles a function on its first call, keeps the machine code on disk and releases the GIL.

    numba writes its cache beside the source, or in the user's cache folder where that is read-only, or
    where ``NUMBA_CACHE_DIR`` says. Where none of these can be written the code is compiled anew in
    every process: the same results, later. A cached kernel is not renewed when only a kernel that it
    calls, in another file, has changed: remove ``__pycache__`` after editing a shared one.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no place for its cache
        return cast("F", numba.njit(nogil=True)(function))
