"""Toxicity: what a learned judge finds in the text that attacks people, or would drive them away."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from classifiers.label_judge import LabelJudge

__all__ = ["Toxicity"]


class Toxicity(LabelJudge):
    """Probabilities of toxicity and its kinds, and the windows, sentences and words where they are.

    What a label says is of a window, not of a page, and not of whoever wrote it. None of them says that a statement is
    false or a topic unfit: reports, history, counter-speech and neutral words for groups are not meant, though
    a judge takes some for what they quote; CARD.md gives its errors.
    """

    kind = "toxicity"
    counts = "judge"
    words = "toxicity"
    source = (
        "the judge's CARD.md; labels as in Borkan et al. 2019 (arXiv 1903.04561), words as in SemEval-2021 task 5; "
        "windows, maximum and mean of three: this project"
    )
    meanings: ClassVar[Mapping[str, str]] = {
        "toxicity": "is rude, hateful or threatening, so that people would leave a conversation",
        "obscene": "is vulgar or profane, whoever it is aimed at, in friendship too",
        "insult": "insults a person or people, not an idea or a thing",
        "threat": "threatens with violence or harm or calls for it, and does not only report it",
        "identity_attack": "attacks people for the group they belong to, and does not only name the group",
    }
    scored: ClassVar[Sequence[str]] = tuple(meanings)
    decisive: ClassVar[Sequence[str]] = (
        "toxicity",
        "insult",
        "threat",
        "identity_attack",
    )  # what is obscene may harm nobody
