"""What C4 asks of a whole page: sentences, and text that no reader was meant to see."""

import json
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from filters.c4 import POLICY_PHRASES
from filters.characters import character_classes
from filters.cuts import Cuts
from filters.documents import Batch
from filters.phrase_groups import count_groups, grouped
from filters.sentences import SENTENCE, count_sentences
from filters.signals import Columns, Signal

__all__ = ["C4Page"]

_SOURCE = "Raffel et al. 2020, section 2.2; tensorflow/datasets, text/c4_utils.py (clean_page)"
_PHRASES = {
    "lorem_ipsum": ("lorem ipsum",),
    "curly_bracket": ("{",),
    "javascript": ("javascript",),
    "policy_phrase": POLICY_PHRASES,
}


class C4Page:
    """Counts by which C4 drops whole pages; to be measured on the text that `filters.c4.C4Lines` leaves.

    C4 keeps pages of at least 3 sentences (at first its paper said 5) without ``lorem ipsum`` and without ``{``.

    Deviations: sentences are counted by the stated rule and not by NLTK's punkt model, which is not free to be had
    here; the source looks for ``lorem ipsum`` and ``{`` in lines, before some of its line rules: what it sees is
    counted by the cleaner, in ``c4_lorem_ipsum_lines`` and ``c4_curly_bracket_lines``. The counts here are of the
    whole text, as the paper has it, and with ``javascript`` and policy phrases, for policies that do not clean.
    """

    reads: Literal["text", "page"] = "text"
    signals: Sequence[Signal] = (
        Signal(
            "sentence_count",
            pa.int64(),
            "sentences",
            SENTENCE,
            f"{_SOURCE}; deviation: a rule of this project in place of NLTK's punkt",
            low="too_few_sentences",
        ),
        *(
            Signal(f"{name}_count", pa.int64(), "matches", f"occurrences of {', '.join(phrases)}", _SOURCE, high=name)
            for name, phrases in _PHRASES.items()
        ),
    )
    fingerprint = f"c4_page/2/{json.dumps(POLICY_PHRASES)}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The five counts of every text."""
        counts = {"sentence_count": count_sentences(cuts.offsets, cuts.data, character_classes())}
        found = count_groups(cuts.offsets, cuts.data, grouped(*_PHRASES.values()), len(_PHRASES))
        counts |= {f"{name}_count": of_group for name, of_group in zip(_PHRASES, found, strict=True)}
        return {name: pa.array(count, pa.int64()) for name, count in counts.items()}
