import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quantities import allowance, limit, share, size_bytes


@given(st.integers(0, 10_000))
def test_a_percentage_is_the_nearest_float_of_its_hundredth(hundredths):
    assert share(f"{hundredths / 100:.2f}%") == float(f"0.{hundredths:04d}" if hundredths < 10_000 else "1")


@given(st.text(max_size=20).filter(lambda text: "%" not in text))
def test_text_without_a_percent_sign_is_no_share(text):
    with pytest.raises(ValueError, match="neither a number nor a percentage"):
        share(text)


@pytest.mark.parametrize(
    ("written", "count"),
    [("1 KiB", 1024), ("1kB", None), ("2 GB", 2_000_000_000), ("0.5 MiB", 524_288), (7, 7), ("8", 8)],
)
def test_sizes_have_units(written, count):
    if count is None:
        with pytest.raises(ValueError, match="write for example 32 MiB"):
            size_bytes(written)
    else:
        assert size_bytes(written) == count


def test_an_allowance_is_a_count_or_a_share():
    assert (allowance(3), allowance("3%"), allowance(1.0), allowance(0)) == (3, 0.03, 1.0, 0)
    for wrong in (-1, 1.5, "101%", True, None):
        with pytest.raises(ValueError, match="neither"):
            allowance(wrong)


def test_a_limit_is_a_number_or_one_by_language():
    assert limit({"en": 50, "default": "40%"}) == {"en": 50.0, "default": 0.4}
    for wrong in ({}, "x", True, float("inf"), [1]):
        with pytest.raises(ValueError, match=r"neither|at least one"):
            limit(wrong)
