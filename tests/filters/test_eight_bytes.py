import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.compiled import kernel
from filters.eight_bytes import at_least, continuing, equal, gathered, load, load_up_to, lowest, ones, place, repeat

EIGHT = st.lists(st.integers(0, 255) | st.sampled_from([0, 9, 10, 11, 0x7F, 0x80, 0xC0]), min_size=8, max_size=8)
TEN, TENS = 10, repeat(10)


@kernel
def ask(data):
    value = load(data, 0)
    return at_least(value, TEN), equal(value, TENS), continuing(value)


@kernel
def count_and_find(value):
    return ones(value), lowest(value), place(value), gathered(value)


@kernel
def some(data, here, count):
    return load_up_to(data, here, count)


def high(found):
    """The places of the bytes whose high bit is set, and no other bit is."""
    assert int(found) & 0x7F7F7F7F7F7F7F7F == 0
    return [k for k in range(8) if int(found) >> (8 * k) & 0x80]


@given(EIGHT)
@settings(max_examples=300, deadline=None)
def test_each_byte_is_asked_by_itself(data):
    above, ten, inner = ask(np.array(data, np.uint8))
    assert [k for k in high(above) if data[k] < 0x80] == [k for k in range(8) if TEN <= data[k] < 0x80]
    assert high(ten) == [k for k in range(8) if data[k] == TEN]
    assert high(inner) == [k for k in range(8) if 0x80 <= data[k] < 0xC0]


@given(st.integers(1, 255))
@settings(deadline=None)
def test_high_bits_are_counted_found_and_gathered(bits):
    value = sum(0x80 << (8 * k) for k in range(8) if bits >> k & 1)
    first = (bits & -bits).bit_length() - 1
    assert count_and_find(np.uint64(value)) == (bits.bit_count(), 8 * first + 7, first, bits)


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize("behind", [0, 1, 7, 8])
def test_no_byte_behind_those_asked_for_is_taken(count, behind):
    data = np.arange(1, 4 + count + behind, dtype=np.uint8)
    assert int(some(data, 3, count)).to_bytes(8, "little") == bytes(data[3 : 3 + count]).ljust(8, b"\0")
