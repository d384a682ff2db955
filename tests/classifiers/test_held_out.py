import numpy as np
import pyarrow as pa
import pytest

from classifiers.held_out import hold_out
from classifiers.split import Shares
from filters.errors import ConfigurationError

WORDS = ["red", "green", "blue", "round", "square", "heavy", "light", "warm", "cold", "early", "late", "high", "low"]


def table(count, seed=0, label=None):
    drawn = np.random.default_rng(seed)
    texts = [" ".join(drawn.choice(WORDS, 15)) for _ in range(count)]
    return pa.table({"text": texts, "good": pa.array(label or [float(row % 2) for row in range(count)], pa.float64())})


def held(train, validation=None, test=None, shares=None):
    return hold_out(train, validation, test, shares or Shares(), 1, ["good"])


def test_without_other_files_the_first_is_parted():
    parts = held(table(100))
    assert [parts.train.num_rows, parts.validation.num_rows, parts.test.num_rows] == [80, 10, 10]
    assert parts.left_out == 0


def test_given_files_are_used_whole_and_their_copies_left_out_of_the_training():
    train, test = table(100), table(20, seed=2)
    copied = pa.concat_tables([train, test.slice(0, 3)])
    parts = held(copied, test=test)
    assert parts.test == test
    assert parts.left_out == 3
    assert parts.train.num_rows + parts.validation.num_rows == 100
    parts = held(copied, validation=pa.concat_tables([table(20, seed=3), test.slice(5, 1)]), test=test)
    assert (parts.validation.num_rows, parts.left_out, parts.train.num_rows) == (20, 4, 100)


def test_a_part_without_both_kinds_is_refused():
    with pytest.raises(ConfigurationError, match="'good': of the texts to train on 80 have it and 0 have not"):
        held(table(100, label=[1.0] * 100))
    with pytest.raises(ConfigurationError, match="of the texts to calibrate with 0 have it and 0 have not"):
        held(table(100), validation=table(20, seed=3, label=[None] * 20))
