import os
import tempfile

import numba
import numpy as np
import numpy.typing as npt
import pytest

from filters import compiled
from filters.compiled import inner, kernel


def no_place_to_write(monkeypatch, but=()):
    """Let numba find no place for its cache, but folders that begin so."""
    compile_ = numba.njit

    def without_a_place(*function, **options):
        if options.get("cache") and not str(numba.config.CACHE_DIR).startswith(tuple(but)):
            raise RuntimeError("cannot cache function: no locator available")
        return compile_(*function, **options | {"cache": False})

    monkeypatch.setattr(numba, "njit", without_a_place)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")


def double(number):
    return 2 * number


def test_machine_code_is_kept_among_temporary_files_where_nothing_else_can_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    no_place_to_write(monkeypatch, but=[str(tmp_path)])
    assert kernel(double)(21) == 42
    (folder,) = tmp_path.iterdir()
    assert str(folder) == numba.config.CACHE_DIR
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_kernel_is_compiled_where_no_cache_can_be_written_at_all(monkeypatch):
    no_place_to_write(monkeypatch)
    monkeypatch.setattr(compiled, "keeps_temporarily", lambda: False)
    assert kernel(double)(21) == 42


def test_a_folder_that_others_can_write_to_is_not_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    folder = tmp_path / f"tamis-kernels-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    assert not compiled.keeps_temporarily()
    assert numba.config.CACHE_DIR == ""


def test_an_inner_kernel_may_not_return_an_array():
    def made(size: int) -> npt.NDArray[np.int64]:
        return np.zeros(size, np.int64)

    with pytest.raises(TypeError, match="decorate it as `making`"):
        inner(made)
