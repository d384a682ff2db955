"""Bias: what a learned judge finds in the text that is said against groups of people."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from classifiers.label_judge import LabelJudge

__all__ = ["Bias"]

_AXES = {
    "gender": "women, men or people of another gender",
    "race": "people of a race or ethnic group",
    "religion": "people of a religion, or of none",
    "orientation": "people of a sexual orientation",
    "disability": "people with a disability",
    "nationality": "people of a nation, or migrants",
    "age": "people of an age",
}


class Bias(LabelJudge):
    """Probabilities of sexism and of stereotypes, by category and by the group concerned, and where they are.

    Two different things are called bias here: an attack on an identity, and a stereotype asserted. Neither is the bias
    of a corpus (who is said to be a nurse), which no single text has, nor that of the filter itself.
    An axis says whom a hostile or stereotyping window is about: of a harmless one that names a group it is low.
    `identity_attack` is a label of spans here; its scores are signals of `toxicity`.
    """

    kind = "bias"
    counts = "bias"
    source = (
        "the judge's CARD.md; sexism and its categories as in Kirk et al. 2023 (EDOS, SemEval-2023 task 10), "
        "stereotypes as in Barikeri et al. 2021 (RedditBias) and ElSherief et al. 2021 (implicit hate); "
        "windows, maximum and mean of three: this project"
    )
    meanings: ClassVar[Mapping[str, str]] = {
        "identity_attack": "attacks people for the group they belong to, and does not only name the group",
        "sexism": "is abusive of women, or negative about them, because they are women; not every mention of gender",
        "sexism_threats": "threatens women with harm, wishes it or calls for it (EDOS 1)",
        "sexism_derogation": "derogates women: slurs, insults, demeaning attributes (EDOS 2)",
        "sexism_animosity": "is hostile to women in a casual or backhanded way (EDOS 3)",
        "sexism_prejudice": "denies discrimination of women or defends what harms them (EDOS 4)",
        "stereotype": "asserts that a group is or does something as a whole, and does not quote or refute it",
        **{f"axis_{axis}": f"says something hostile or stereotyping of {who}" for axis, who in _AXES.items()},
    }
    scored: ClassVar[Sequence[str]] = tuple(label for label in meanings if label != "identity_attack")
    decisive: ClassVar[Sequence[str]] = ("identity_attack", "sexism", "stereotype")
