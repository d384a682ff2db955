"""From framed records to chunks, whatever the format that frames them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from storage.chunks import Chunk
from storage.frames import Frame
from storage.gathering import Gatherer
from storage.inputs import Limits
from storage.payloads import Content, PayloadError, Skip

__all__ = ["gathered"]

ReadContent = Callable[[Frame, Limits], Content | Skip]


def gathered(
    frames: Iterable[Frame | None],
    gatherer: Gatherer,
    limits: Limits,
    read: ReadContent,
    columns: Callable[[Frame], Mapping[str, object]],
) -> Iterator[Chunk]:
    """The records of a file in chunks.

    Args:
        frames: of `storage.frames.frames`; None where one was a fault that the gatherer knows of.
        gatherer: gets every record.
        limits: bound what is read.
        read: the content of a record, or why it has none.
        columns: what the header of a record says.
    """
    for frame in frames:
        if frame is not None:
            _gather(frame, gatherer, limits, read, columns(frame))
        if gatherer.full:
            yield gatherer.take()


def _gather(frame: Frame, gatherer: Gatherer, limits: Limits, read: ReadContent, columns: Mapping[str, object]) -> None:
    """Adds the record of a frame to the gatherer: as a row, a skip or a failure."""
    content: Content | Skip | PayloadError
    try:
        content = read(frame, limits)
    except PayloadError as error:
        content = error
    if isinstance(content, Skip):
        gatherer.skip(content.cause, frame.length)
    elif not frame.whole:
        message = f"the record is {frame.length} bytes; at most {limits.record_bytes} are read"
        gatherer.fail("too_large", message, frame.offset, frame.block)
    elif isinstance(content, PayloadError):
        gatherer.fail(content.name, content.message, frame.offset, frame.block)
    else:
        gatherer.add(
            content.size,
            text=content.text,
            page=content.page,
            headers=content.headers,
            content_type=content.content_type,
            offset=frame.offset,
            **columns,
        )
