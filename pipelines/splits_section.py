"""The section of a configuration that divides the corpus, and what can be wrong with it."""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from filters.splits import Splits
from pipelines.problems import Problem
from pipelines.quantities import Share
from pipelines.sections import Section

__all__ = ["SplitsSection", "split_problems", "unlike_splits"]


class SplitsSection(Section):
    """Training, validation and test: the share that each gets, and what stays together."""

    shares: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")], Annotated[Share, Field(gt=0, lt=1)]]
    """By name, in sum 1: {train: 98%, validation: 1%, test: 1%}. The later a split is named, the more it is protected:
    where documents resemble each other across splits, those in the last one stay."""
    by: Literal["component", "host"] = "component"
    """What stays in one split: documents that resemble each other, or all of a host."""
    seed: int = 0
    """Another seed, other splits."""

    def splits(self) -> Splits:
        """What the section describes."""
        return Splits(tuple(self.shares.items()), self.by, self.seed)


def split_problems(section: SplitsSection, *, duplicates: bool) -> Iterator[Problem]:
    """What is wrong with a section that can be read.

    Args:
        section: the section.
        duplicates: they are sought.
    """
    total = math.fsum(section.shares.values())
    if len(section.shares) < 2:
        yield Problem(("splits", "shares"), "fewer than two splits; name another, or remove the section (splits: null)")
    elif abs(total - 1) > 1e-9:
        yield Problem(("splits", "shares"), f"the shares sum to {100 * total:.6g}%; let them sum to 100%")
    if section.by == "component" and not duplicates:
        yield Problem(
            ("splits", "by"),
            "component needs duplicates: where they are not sought, copies of one text fall into different splits, as "
            "at random, and what is tested on leaks into training; write duplicates: {of: STEP}",
        )


def unlike_splits(ours: SplitsSection, theirs: Mapping[str, Any] | None) -> str | None:
    """What keeps documents from being placed beside those of an earlier output; None where nothing does.

    Args:
        ours: of the run.
        theirs: the section of the configuration that the earlier output was decided by.
    """
    if theirs is None:
        return (
            "none, and this run is divided; decide over what it measured with this run's section splits (`tamis decide "
            "CONFIG --from IT --output ANOTHER`), and name that output here"
        )
    other = SplitsSection(**theirs)
    if other.splits() == ours.splits():
        return None
    return (
        f"{_told(other)}, and this run {_told(ours)}, so that documents which stand there would stand elsewhere here; "
        f"write its section splits into this run's configuration"
    )


def _told(section: SplitsSection) -> str:
    shares = ", ".join(f"{name} {100 * share:.6g}%" for name, share in section.shares.items())
    return f"{shares} by {section.by} with seed {section.seed}"
