"""How many tokens a text has, counted by a tokenizer."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from tokenizers import Tokenizer

from classifiers.model_files import checked_digest
from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import InputError
from filters.signals import Columns, Signal

__all__ = ["TokenCounter"]

_CHARACTERS_AT_ONCE = 1 << 20  # an encoding takes some hundred bytes a token


class TokenCounter:
    """The number of tokens of a text by a Hugging Face ``tokenizer.json``, special tokens not counted.

    Truncation and padding that the file asks for are switched off.

    Args:
        tokenizer: path of the tokenizer.json.
        sha256: of that file, checked where given.

    Raises:
        InputError: the file is missing, another than `sha256` says, or no tokenizer.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal(
            "token_count",
            pa.int64(),
            "tokens",
            "tokens of the text, without special ones, truncation and padding",
            "the tokenizer.json that the configuration names",
            low="too_few_tokens",
            high="too_many_tokens",
        ),
    )

    def __init__(self, tokenizer: str, sha256: str | None = None) -> None:
        self.tokenizer, self.sha256 = tokenizer, sha256
        self._digest = checked_digest(Path(tokenizer), sha256)
        _load(Path(tokenizer), self._digest)
        self.fingerprint = f"tokens/1/{self._digest}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The token count of every text."""
        encode = _load(Path(self.tokenizer), self._digest).encode_batch_fast
        counts = [
            len(encoding)
            for texts in _portions(batch.column("text").to_pylist())
            for encoding in encode(texts, add_special_tokens=False)
        ]
        return {"token_count": pa.array(counts, pa.int64())}


def _portions(texts: list[str]) -> Iterator[list[str]]:
    """The texts in order, at most `_CHARACTERS_AT_ONCE` together (or one longer text alone)."""
    portion: list[str] = []
    size = 0
    for text in texts:
        if portion and size + len(text) > _CHARACTERS_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(text)
        size += len(text)
    if portion:
        yield portion


@cache
def _load(path: Path, digest: str) -> Tokenizer:
    """The tokenizer, once a process, after making sure that it is the file that the fingerprint names."""
    checked_digest(path, digest)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads would fight with the pipeline's workers
    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the binding raises bare Exception
        raise InputError(
            f"{str(path)!r} is not a tokenizer: {error}; name a tokenizer.json of the package tokenizers"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
