"""What C4 asks of a whole page: sentences, and text that no reader was meant to see."""

import json
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from filters.c4 import POLICY_PHRASES
from filters.characters import character_classes
from filters.cuts import Cuts
from filters.documents import Batch
from filters.phrases import count_in_rows, packed
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

    C4 keeps pages of at least 3 sentences (its code; the paper: 5) without ``lorem ipsum`` and without ``{``.

    Deviations: sentences are counted by the stated rule and not by NLTK's punkt model; the source
    looks for ``lorem ipsum`` before and for ``{`` before some of its line rules, so that there a line that is
    dropped anyway can drop its page. Lines with ``javascript`` or a policy phrase are counted too, for
    policies that do not clean.
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
    fingerprint = f"c4_page/1/{json.dumps(POLICY_PHRASES)}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The five counts of every text."""
        counts = {"sentence_count": count_sentences(cuts.offsets, cuts.data, character_classes())}
        for name, phrases in _PHRASES.items():
            counts[f"{name}_count"] = count_in_rows(cuts.offsets, cuts.data, packed(phrases))
        return {name: pa.array(count, pa.int64()) for name, count in counts.items()}
