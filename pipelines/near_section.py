"""The section ``duplicates.near``: how nearly equal texts are found."""

from typing import Annotated

from pydantic import Field

from filters.errors import ConfigurationError
from filters.near import NAMED, Near, Verify, bands_for
from filters.shingles import Shingling
from pipelines.names import unknown
from pipelines.quantities import Share
from pipelines.sections import Section

__all__ = ["NearSection", "named", "with_bands_of"]


class NearSection(Section):
    """What makes two texts nearly the same."""

    words: int | None = None
    """Words of a shingle; 5 if neither words nor characters are given."""
    characters: int | None = None
    """Characters of a shingle, in place of words."""
    similarity: Annotated[Share, Field(gt=0, le=1)] = 0.75
    """The least of two duplicates: the share of equal values in their signatures, or of the shingles they have both."""
    bands: int | None = None
    """Bands of a signature; chosen from the similarity if neither bands nor rows are given."""
    rows: int | None = None
    """Values of a band."""
    fewest_shingles: int = 10
    """A text of fewer has no near duplicates."""
    verify: Verify = "signature"
    """What must reach the similarity: signatures, or the sets of shingles; off: a band in which signatures agree is
    enough."""
    seed: Annotated[int, Field(ge=0, lt=1 << 32)] = 1
    """Of the permutations."""

    def near(self) -> Near:
        """What the section describes.

        Raises:
            ConfigurationError: its numbers do not suit each other.
        """
        if self.words is not None and self.characters is not None:
            raise ConfigurationError("shingles are either of words or of characters; remove one of them")
        if (self.bands is None) != (self.rows is None):
            raise ConfigurationError("write both bands and rows, or neither")
        shingling = Shingling("words", 5 if self.words is None else self.words)
        if self.characters is not None:
            shingling = Shingling("characters", self.characters)
        bands, rows = bands_for(self.similarity) if self.bands is None or self.rows is None else (self.bands, self.rows)
        return Near(shingling, bands, rows, self.similarity, self.fewest_shingles, self.verify, self.seed)


def with_bands_of(wanted: NearSection, earlier: NearSection) -> NearSection:
    """The wanted section with bands and rows of an earlier one where it leaves the choice open."""
    if wanted.bands is not None or wanted.rows is not None:
        return wanted
    near = earlier.near()
    return wanted.model_copy(update={"bands": near.bands, "rows": near.rows})


def named(value: object) -> object:
    """The section of a named set; anything else as it stands.

    Raises:
        ValueError: there is no such set.
    """
    if not isinstance(value, str):
        return value
    if value not in NAMED:
        raise ValueError(unknown("set", value, NAMED))
    near = NAMED[value]
    section = {"similarity": near.similarity, "bands": near.bands, "rows": near.rows}
    return section | {near.shingling.of: near.shingling.n}
