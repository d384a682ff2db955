"""The parts that a judge is trained, calibrated and tested on, with what was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from classifiers.labelled import TEXT
from classifiers.split import Shares, relatives, split
from filters.errors import ConfigurationError

__all__ = ["Held", "hold_out"]


@dataclass(frozen=True, slots=True)
class Held:
    """Tables of labelled texts that share no near-copy.

    Attributes:
        train: to train on.
        validation: to calibrate with, to choose thresholds and to end training early.
        test: for the figures.
        left_out: texts of `train` and `validation` that are near-copies of one in a later part.
    """

    train: pa.Table
    validation: pa.Table
    test: pa.Table
    left_out: int


def hold_out(
    train: pa.Table,
    validation: pa.Table | None,
    test: pa.Table | None,
    shares: Shares,
    seed: int,
    labels: Sequence[str],
) -> Held:
    """The parts; those that are not given are taken from `train` by `classifiers.split.split`.

    Near-copies of what is given to test or to validate with are left out of what comes before it.

    Raises:
        ConfigurationError: a label has no text that has it, or none that has it not, to train on or to calibrate with.
    """
    parts = [train, *(part for part in (validation, test) if part is not None)]
    left_out = 0
    if len(parts) > 1:
        kin = relatives(pa.concat_tables([part.select([TEXT]) for part in parts]))
        of_part = np.split(kin, np.cumsum([part.num_rows for part in parts])[:-1])
        for place in range(len(parts) - 1):
            kept = ~np.isin(of_part[place], np.concatenate(of_part[place + 1 :]))
            left_out += int((~kept).sum())
            parts[place] = parts[place].filter(pa.array(kept))
    rest, *given = parts
    shares = Shares(0.0 if validation is not None else shares.validation, 0.0 if test is not None else shares.test)
    rows = split(rest, shares, seed)
    held = Held(
        rest.take(pa.array(rows.train)),
        given[0] if validation is not None else rest.take(pa.array(rows.validation)),
        given[-1] if test is not None else rest.take(pa.array(rows.test)),
        left_out,
    )
    for label in labels:
        for what, part in (("to train on", held.train), ("to calibrate with", held.validation)):
            values = part[label].drop_null().to_numpy()
            positive, negative = int((values >= 0.5).sum()), int((values < 0.5).sum())
            if not positive or not negative:
                raise ConfigurationError(
                    f"label {label!r}: of the texts {what} {positive} have it and {negative} have not, and both kinds "
                    "are needed; give more texts, another seed or larger shares, or name files for validation and test"
                )
    return held
