import platform
import resource

import numpy as np
import pytest

from filters.kept_memory import keep_freed_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's C library is told to keep memory")
def test_freed_memory_is_not_asked_of_the_system_again():
    keep_freed_memory()
    np.ones(2**22)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        np.ones(2**22)  # 32 MiB, of 8192 pages
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 8192
