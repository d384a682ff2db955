"""Quarantine: records that may crash or hang native code are measured one by one in a process of their own.

``python -m pipelines.quarantine`` is that process: it reads pickled chunks of one record from standard
input and answers with what was measured. Where it dies or does not answer in time, the record fails, a new
process is started, and the rest goes on.
"""

import dataclasses
import os
import pickle
import select
import struct
import subprocess
import sys
from types import TracebackType
from typing import Any, BinaryIO, Self

from pipelines.job import Job, tools
from pipelines.measuring_chunks import Measured, measure_chunk
from storage.chunks import FIRST_BYTES, Chunk, Failure

__all__ = ["Quarantine"]

LENGTH = struct.Struct("<Q")
STARTUP_SECONDS = 120.0


class Quarantine:
    """A process apart, for the records of one shard.

    Attributes:
        seconds: how long one record may take.
    """

    def __init__(self, job: Job, shard: str, seconds: float) -> None:
        self.seconds = seconds
        self._job, self._shard = job, shard
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def measure(self, chunk: Chunk) -> Measured:
        """Measure a chunk as `measure_chunk` does; a record that ends the process, or never ends, is a failure."""
        kit = tools(self._job)
        whole = measure_chunk(kit, self._shard, Chunk(chunk.records.slice(0, 0), chunk.failures, chunk.skipped))
        return Measured.joined([whole, *(self._measure_one(chunk, row) for row in range(chunk.records.num_rows))])

    def _measure_one(self, chunk: Chunk, place: int) -> Measured:
        alone = Chunk(chunk.records.slice(place, 1))
        answer = self._ask(alone)
        if isinstance(answer, Measured):
            return answer
        error, message = answer
        values = alone.records.slice(0, 1).to_pylist()[0]
        content = values["page"] if values["page"] is not None else (values["text"] or "").encode()
        failure = Failure(values["row"], error, message, values["offset"], content[:FIRST_BYTES])
        kit = tools(self._job)
        return measure_chunk(kit, self._shard, Chunk(alone.records.slice(0, 0), (failure,)))

    def _ask(self, chunk: Chunk) -> Measured | tuple[str, str]:
        """What the process answers, or (error, message) where it does not."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, chunk)
            if select.select([process.stdout], [], [], self.seconds)[0]:
                answer: Measured = _receive(process.stdout)
                return answer
        except (EOFError, BrokenPipeError):
            status = process.wait()
            self._end()
            return "crashed", f"measuring this record alone ended its process with status {status}"
        self._end()
        return "timed_out", f"measuring this record alone took more than run.seconds_per_batch = {self.seconds:g} s"

    def _started(self) -> "subprocess.Popen[bytes]":
        """The process, with its models loaded: a record's time does not pay for the start."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.quarantine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            # It keeps no journal: the supervisor must not take its death for that of a worker.
            job = dataclasses.replace(self._job, workers_folder=None, supervisor_lock=None)
            _send(self._process.stdin, (job, self._shard))
            if not select.select([self._process.stdout], [], [], STARTUP_SECONDS)[0]:
                self._end()
                raise TimeoutError(f"the quarantine process did not start within {STARTUP_SECONDS:g} s")
            _receive(self._process.stdout)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


def _send(pipe: BinaryIO | Any, value: object) -> None:
    content = pickle.dumps(value)
    pipe.write(LENGTH.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: BinaryIO | Any) -> Any:
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
    job, shard = _receive(sys.stdin.buffer)
    kit = tools(job)
    _send(answers, bool(kit.plan))
    while True:
        try:
            chunk = _receive(sys.stdin.buffer)
        except EOFError:
            return
        _send(answers, measure_chunk(kit, shard, chunk))


if __name__ == "__main__":
    _serve()
