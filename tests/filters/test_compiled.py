import numba

from filters.compiled import kernel


def test_a_kernel_is_compiled_where_no_cache_can_be_written(monkeypatch):
    compile_ = numba.njit

    def without_a_place(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return compile_(**options)

    monkeypatch.setattr(numba, "njit", without_a_place)

    def double(number):
        return 2 * number

    assert kernel(double)(21) == 42
