"""An annotator of a user's own that some texts bring down, each in its own way."""

import os
import re
import signal

import pyarrow as pa

from filters.signals import Signal

POISONS = ("kill", "hang", "greed", "raise")


class Fragile:
    """Counts characters, unless the text begins with the name of a poison."""

    reads = "text"
    fingerprint = "fragile/1"
    signals = (Signal("text_length", pa.int64(), "characters", "characters", "this test", low="too_short"),)

    def annotate(self, batch, cuts):
        texts = batch.column("text").to_pylist()
        for text in texts:
            _suffer(text.split(" ")[0])
        return {"text_length": pa.array([len(text) for text in texts], pa.int64())}


def _suffer(poison):
    if poison == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if poison == "hang":
        re.match("(a+)+$", "a" * 64 + "b")  # holds the interpreter's lock, as native code may
    if poison == "greed":
        bytearray(1 << 60)
    if poison == "raise":
        raise ValueError("no such luck")
