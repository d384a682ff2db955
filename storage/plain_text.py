"""Text files: one document a file."""

from collections.abc import Iterator

from storage.bytestream import ByteStream
from storage.chunks import Chunk
from storage.gathering import Gatherer
from storage.inputs import Limits

__all__ = ["read_text"]


def read_text(stream: ByteStream, gatherer: Gatherer, limits: Limits) -> Iterator[Chunk]:
    """The one document of a UTF-8 file."""
    data = stream.peek(limits.record_bytes + 1)
    if damage := stream.damage:
        gatherer.fail(damage.error, damage.message, damage.offset, damage.first_bytes)
    elif len(data) > limits.record_bytes:
        gatherer.fail("too_large", f"the file is over {limits.record_bytes} bytes of text", 0, data)
    else:
        try:
            gatherer.add(len(data), text=data.decode().removeprefix("\ufeff"), offset=0)
        except UnicodeDecodeError as error:
            gatherer.fail("bad_utf8", f"byte {error.start} of the file is not UTF-8", 0, data)
    yield gatherer.take()
