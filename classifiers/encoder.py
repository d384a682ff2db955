"""A transformer that reads one window at a time, so that no score depends on another window."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from classifiers.judge_files import MODEL, TOKENIZER, JudgeFiles, read_judge
from filters.errors import InputError

__all__ = ["Encoder", "Reader", "Reading", "Word", "load_encoder", "parts"]

Logits = npt.NDArray[np.float32]


class Word(NamedTuple):
    """A word of a text: its first character, one past the last, and its logit."""

    start: int
    end: int
    logit: float


@dataclass(frozen=True)
class Reading:
    """What an encoder says of a text.

    Attributes:
        labels: the logit of each label, the highest where the text was read in parts.
        encoding: the tokens of the text.
        tokens: the logit of each token; None of a judge that does not mark words.
    """

    labels: Logits
    encoding: Any
    tokens: Logits | None

    def words(self) -> Iterator[Word]:
        """The words of the text, as the tokenizer knows words, each with the highest logit of its tokens."""
        if self.tokens is None:
            return
        found: Word | None = None
        before: int | None = None
        columns = zip(self.encoding.word_ids, self.encoding.offsets, self.tokens.tolist(), strict=True)
        for number, (start, end), logit in columns:
            if found is not None and number is not None and number == before:
                found = Word(found.start, end, max(found.logit, logit))
            else:
                if found is not None:
                    yield found
                found = Word(start, end, logit)
            before = number
        if found is not None:
            yield found


class Reader(Protocol):
    """What reads a text: an `Encoder`, or in a test what stands for one."""

    def read(self, text: str) -> Reading:
        """The logits of a text."""
        ...


class Encoder:
    """A tokenizer and an ONNX model, loaded.

    One thread, one window at a time, without padding: a dynamically quantized model takes its scales from all that it
    is given at once, so that a neighbour would change a score. On one kind of processor a score is thus the same to the
    last bit; another kind may sum in another order.

    Args:
        files: the judge that they belong to.

    Raises:
        InputError: a file is no tokenizer or no such model, or the model reads fewer tokens or gives other labels than
            the judge's judge.json says.
    """

    def __init__(self, files: JudgeFiles) -> None:
        self._path = files.path(MODEL)
        self._tokenizer, self._edges = _tokenizer(files.path(TOKENIZER))
        self._session = _session(self._path)
        self._pieces, self._label_count = files.tokens - 2, len(files.labels)
        outputs = [output.name for output in self._session.get_outputs()]
        inputs = sorted(each.name for each in self._session.get_inputs())
        if inputs != ["attention_mask", "input_ids"] or "labels" not in outputs:
            raise InputError(
                f"{str(self._path)!r} takes {', '.join(inputs)} and gives {', '.join(outputs)}; a judge's model takes "
                "input_ids and attention_mask and gives labels, and words if it marks them: train the judge again"
            )
        self._wanted = [name for name in ("labels", "words") if name in outputs]
        try:
            self._run([self._edges[1]] * self._pieces)
        except InputError:
            raise
        except Exception as error:  # as in `_session`
            raise InputError(
                f"{str(self._path)!r} cannot read the {files.tokens} tokens that its judge.json says; train the judge "
                f"again ({' '.join(str(error).split())[:300]})"
            ) from error

    def read(self, text: str) -> Reading:
        """The logits of a text, whatever its length: what the model cannot read at once is read in parts."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids = encoding.ids
        if len(ids) <= self._pieces:
            labels, tokens = self._run(ids)
            return Reading(labels, encoding, tokens)
        found = [self._run(ids[start:end]) for start, end in parts(encoding.word_ids, self._pieces)]
        tokens = np.concatenate([each for _, each in found if each is not None]) if "words" in self._wanted else None
        return Reading(np.max([each for each, _ in found], axis=0), encoding, tokens)

    def _run(self, ids: Sequence[int]) -> tuple[Logits, Logits | None]:
        """Logits of labels and of tokens."""
        row = np.array([[self._edges[0], *ids, self._edges[1]]], np.int64)
        labels, *words = self._session.run(self._wanted, {"input_ids": row, "attention_mask": np.ones_like(row)})
        if labels.shape != (1, self._label_count) or not np.isfinite(labels).all():
            raise InputError(
                f"{str(self._path)!r} gives {labels.tolist()} where {self._label_count} finite logits are due, one a "
                "label of its judge.json; train the judge again"
            )
        return labels[0], words[0][0, 1:-1] if words else None


def parts(words: Sequence[int | None], most: int) -> Iterator[tuple[int, int]]:
    """The tokens in as few stretches as there must be, of about one length, none of more than `most`.

    A stretch ends with a word, or within it where the word has more tokens than that.

    Args:
        words: for each token, the number of its word.
        most: tokens of a stretch.
    """
    start = 0
    while len(words) - start > most:
        left = len(words) - start
        even = start + math.ceil(left / math.ceil(left / most))
        later = (end for end in range(even, start + most + 1) if words[end] is None or words[end] != words[end - 1])
        earlier = (end for end in range(even, start, -1) if words[end] is None or words[end] != words[end - 1])
        end = next(later, None) or next(earlier, None) or start + most
        yield start, end
        start = end
    yield start, len(words)


@cache
def load_encoder(folder: Path, digest: str) -> Encoder:
    """The encoder of a judge, once a process, after making sure that the files are those that the fingerprint names."""
    return Encoder(read_judge(folder, digest))


def _tokenizer(path: Path) -> tuple[Any, tuple[int, int]]:
    """The tokenizer, and the tokens that begin and end a text."""
    from tokenizers import Tokenizer

    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads would fight with the pipeline's workers
    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the binding raises bare Exception
        raise InputError(f"{str(path)!r} is not a tokenizer: {error}; train the judge again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if first is None or last is None:
        raise InputError(f"{str(path)!r} lacks the tokens [CLS] and [SEP], which a BERT has; train the judge again")
    return tokenizer, (first, last)


def _session(path: Path) -> Any:
    """The model, held to one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # of windows of all lengths it would keep the room for each
    options.log_severity_level = 4  # what goes wrong is raised
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the binding raises errors of its own, without a common root
        raise InputError(f"{str(path)!r} cannot be loaded as an ONNX model: {error}; train the judge again") from error
