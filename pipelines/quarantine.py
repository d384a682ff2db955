"""Quarantine: what may crash or hang native code is done in a process of its own, record by record.

``python -m pipelines.quarantine`` is that process: asked over pipes, it reads a chunk of a shard, or measures a
chunk of one record. Where it does not answer in time, or dies and its successor dies at the same question, what it
was asked for fails, a new process is started, and the rest goes on.
"""

import contextlib
import dataclasses
import os
import pickle
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

import pyarrow as pa

from filters.errors import RunError
from pipelines.job import Job, Tools, tools
from pipelines.measuring_chunks import WHOLE, MeasuredChunk, Pass, failed_alone, measure_chunk, record_by_record
from storage.chunks import Chunk, Failure
from storage.inputs import Shard
from storage.shards import read_shard

__all__ = ["Quarantine"]

LENGTH = struct.Struct("<Q")
STARTUP_SECONDS = 120.0


class Quarantine:
    """Two processes apart for one shard: one reads it, one measures suspected chunks.

    Attributes:
        seconds: how long a record may be measured, or a chunk be read.
    """

    def __init__(self, job: Job, shard: Shard, seconds: float, way: Pass = WHOLE) -> None:
        self.seconds = seconds
        self._job, self._shard, self._way = job, shard, way
        self._reader, self._measurer = (_Apart(job, shard, way) for _ in range(2))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._reader.end()
        self._measurer.end()

    def chunks(self) -> Iterator[Chunk]:
        """The shard's chunks; where reading ends the process, or does not end, one failure stands for the rest."""
        read = number = 0
        try:
            while (chunk := self._reader.ask(number, self.seconds)) is not None:
                yield chunk
                read += chunk.record_count
                number += 1
        except _UnansweredError as error:
            schema = tools(self._job).inputs[self._shard.input].schema
            name = "unreadable_rest" if read else "unreadable_shard"
            failure = Failure(read, name, f"reading on from here {error}")
            yield Chunk(pa.RecordBatch.from_pylist([], schema=schema), (failure,))

    def measure(self, chunk: Chunk) -> MeasuredChunk:
        """Measure a chunk as `measure_chunk` does; a record that ends the process, or never ends, is a failure."""
        return MeasuredChunk.joined([self._measure(part) for part in record_by_record(chunk)])

    def _measure(self, part: Chunk) -> MeasuredChunk:
        try:
            answer: MeasuredChunk = self._measurer.ask(part, self.seconds)
        except _UnansweredError as error:
            if part.records.num_rows == 0:
                raise RunError(f"measuring no record at all {error}; an annotator breaks on an empty batch") from error
            part = failed_alone(part, error.name, f"measuring this record alone {error}")
            return measure_chunk(tools(self._job), self._shard.name, part, self._way)
        return answer


class _UnansweredError(Exception):
    """What a process apart did instead of answering."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class _Apart:
    """One process apart, started when it is first asked and anew after it failed to answer."""

    def __init__(self, job: Job, shard: Shard, way: Pass) -> None:
        # It keeps no journal: the supervisor must not take its death for that of a worker.
        self._setup = dataclasses.replace(job, workers_folder=None), shard, way
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: object, seconds: float) -> Any:
        """The answer.

        A process that dies is replaced and asked once more, since it may not have died of the question. A reader's
        second answer may take `STARTUP_SECONDS` longer: it begins at the first chunk again.

        Raises:
            _UnansweredError: the process ended twice, or took too long, and is no more.
            RunError: it could not be started.
        """
        try:
            return self._ask_once(question, seconds)
        except _UnansweredError as error:
            if error.name != "crashed":
                raise
        return self._ask_once(question, seconds + STARTUP_SECONDS * isinstance(question, int))

    def _ask_once(self, question: object, seconds: float) -> Any:
        if self._process is None:
            self._start()
        return self._exchange(question, seconds)

    def _start(self) -> None:
        for last in (False, True):
            try:
                self._exchange(self._setup, STARTUP_SECONDS)
            except _UnansweredError as error:
                if last:
                    raise RunError(f"the quarantine does not start: its process {error}; see the run's log") from error
            else:
                return

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(BrokenPipeError):  # what it was to read may still be in the buffer
                    _present(pipe).close()
            self._process = None

    def _exchange(self, question: object, seconds: float) -> Any:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.quarantine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        answers = _present(self._process.stdout)
        try:
            _send(_present(self._process.stdin), question)
            if select.select([answers], [], [], seconds)[0]:
                return _receive(answers)
        except (EOFError, BrokenPipeError):
            status = self._process.wait()
            self.end()
            raise _UnansweredError("crashed", f"ended its process with status {status}") from None
        self.end()
        raise _UnansweredError("timed_out", f"took more than {seconds:g} s (run.seconds_per_batch)")


def _present(pipe: Any) -> BinaryIO:
    assert pipe is not None
    return pipe  # type: ignore[no-any-return]


def _send(pipe: BinaryIO, value: object) -> None:
    content = pickle.dumps(value)
    pipe.write(LENGTH.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    beginning = pipe.read(LENGTH.size)
    if len(beginning) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(beginning)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)


def _serve() -> None:
    """Answer until standard input ends. What libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job, shard, way = _receive(sys.stdin.buffer)
    kit = tools(job)
    _warm_up(kit, shard, way)
    _send(answers, "ready")
    numbered = enumerate(read_shard(shard, kit.inputs[shard.input], kit.limits))
    with contextlib.suppress(EOFError):
        while True:
            question: int | Chunk = _receive(sys.stdin.buffer)
            if isinstance(question, Chunk):
                _send(answers, measure_chunk(kit, shard.name, question, way))
            else:
                _send(answers, next((chunk for number, chunk in numbered if number == question), None))


def _warm_up(kit: Tools, shard: Shard, way: Pass) -> None:
    """Load models and compile kernels: the first record's time does not pay for the start."""
    page = b"<html><body><p>A first page, of no interest.</p></body></html>"
    rows = [{"row": 0, "source": "", "text": "A first text."}, {"row": 1, "source": "", "page": page}]
    records = pa.RecordBatch.from_pylist(rows, schema=kit.inputs[shard.input].schema)
    read = measure_chunk(kit, shard.name, Chunk(records), way if way.extracts else Pass(way.stage, extracts=True))
    if not way.extracts:
        measure_chunk(kit, shard.name, Chunk(read.documents), way)


if __name__ == "__main__":
    _serve()
