"""The decorators of compiled kernels, and where their machine code is kept."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

__all__ = ["ZERO", "inner", "kernel", "making"]

F = TypeVar("F", bound=Callable[..., Any])

ZERO = cast(int, np.int64(0))
"""What a variable begins at that is handed to another kernel: for a 0 that is written out, it is compiled once more."""


def kernel(function: F) -> F:
    """Compiles a function on its first call, keeps the machine code on disk and releases the GIL.

    numba writes its cache beside the source, or in the user's cache folder where that is read-only, or
    where ``NUMBA_CACHE_DIR`` says. Where none of these can be written it goes into a folder of the user's own
    among the temporary files. Where not even that is possible the code is compiled anew in every process: the same
    results, later. A cached kernel is not renewed when only a kernel that it calls, in another file, has changed:
    remove ``__pycache__`` after editing a shared one.
    """
    return compiled(function, no_cfunc_wrapper=True, _nrt=True)


def inner(function: F) -> F:
    """A kernel that only kernels call, and that makes no array: calling it from Python ends the process.

    It has no entry for Python, which takes nearly half the time that a small kernel takes to compile, and does not
    count references to the arrays that it is given: the caller holds them, and numba would count each of them up and
    down, by an atomic instruction, in every call.

    Raises:
        TypeError: it returns an array, which the caller would then free.
    """
    if "ndarray" in repr(function.__annotations__.get("return")):
        raise TypeError(f"{function.__name__} returns an array: decorate it as `making`")
    return compiled(function, no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=False)


def making(function: F) -> F:
    """A kernel that only kernels call, and that makes arrays, be it to compare two, or returns them."""
    return compiled(function, no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=True)


def compiled(function: F, **options: bool) -> F:
    """The function, to be compiled with these options."""
    try:
        return cast("F", numba.njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # numba found no place for its cache
        if not keeps_temporarily():
            return cast("F", numba.njit(nogil=True, **options)(function))
    return cast("F", numba.njit(cache=True, nogil=True, **options)(function))


def keeps_temporarily() -> bool:
    """Makes numba keep its cache in a temporary folder that nobody else can write to; False where there is none.

    What lies in the cache is run, so that a folder that another user has made is not taken.
    """
    folder = Path(tempfile.gettempdir()) / f"tamis-kernels-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    if found.st_uid != os.getuid() or found.st_mode & 0o170077 != 0o040000 or not os.access(folder, os.W_OK):
        return False
    numba.config.CACHE_DIR = str(folder)
    return True
