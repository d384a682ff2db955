import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.compiled import kernel
from filters.utf8 import decode, encode


@kernel
def read(data, here):
    return decode(data, here)


@given(st.characters(exclude_categories=["Cs"]))
@settings(deadline=None)
def test_a_code_point_is_read_and_written_as_python_does(character):
    encoded = character.encode()
    data = np.frombuffer(b"." + encoded + b".", np.uint8)
    assert read(data, 1) == (ord(character), len(encoded))
    room = np.zeros(len(encoded) + 1, np.uint8)
    assert encode(ord(character), room, 1) == 1 + len(encoded)
    assert room[1:].tobytes() == encoded
