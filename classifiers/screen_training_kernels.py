"""One pass of training a screen: steps of AdaGrad, each from the stretch of a text that scores highest."""

import math

import numpy as np
import numpy.typing as npt

from classifiers.screen import STRETCH, STRIDE, WIDTH
from classifiers.screen_kernels import FEATURES, LONGEST, NO_WORD, Numbers, evidence, next_word
from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints

__all__ = ["train_pass"]

LAYERS_SLOWER = np.float32(0.3)  # the layers' rate over that of the table, whose rows are each met more rarely
SETTLED = np.float32(1e-4)  # a smaller gradient is left out: most harmless texts, soon
SMALL = np.float32(1e-8)


@inner
def read_words(
    data: Bytes,
    start: int,
    end: int,
    fold: Bytes,
    letters: Ints,
    found: Ints,
    table: Numbers,
    words: int,
    bounds: Ints,
    features: Ints,
    sums: Numbers,
) -> int:
    """Appends a text's words: the bounds of their features, these, and the running sums of their rows."""
    here, word = start, NO_WORD
    while True:
        here, count, word = next_word(data, here, end, fold, word, letters, found)
        if count == 0:
            return words
        first = bounds[words]
        for k in range(WIDTH):
            sums[words + 1, k] = sums[words, k]
        for j in range(count):
            features[first + j] = found[j]
            for k in range(WIDTH):
                sums[words + 1, k] += table[found[j], k]
        words += 1
        bounds[words] = first + count


@inner
def worst(words: int, sums: Numbers, total: Numbers, layers: Numbers, units: Numbers) -> int:
    """The end of the stretch with most evidence; `total` and `units` are left as it has them."""
    best, chosen, last = -np.inf, 0, 0
    end = min(STRETCH, words)
    while True:
        stretch(end, sums, total)
        logit = evidence(total, layers, units)
        if logit > best:
            best, chosen = logit, end
        last = end
        if end == words:
            break
        end = min(end + STRIDE, words)
    if chosen != last:
        stretch(chosen, sums, total)
        evidence(total, layers, units)
    return chosen


@inner
def stretch(end: int, sums: Numbers, total: Numbers) -> None:
    """The sum of a stretch's rows over the root of its words and one."""
    first = max(0, end - STRETCH)
    size = np.float32(math.sqrt(end - first + 1))
    for k in range(WIDTH):
        total[k] = (sums[end, k] - sums[first, k]) / size


@kernel
def train_pass(
    data: Bytes,
    starts: Ints,
    ends: Ints,
    order: Ints,
    companions: Ints,
    before: npt.NDArray[np.bool_],
    targets: Numbers,
    weights: Numbers,
    rates: Numbers,
    fold: Bytes,
    table: Numbers,
    table_squares: Numbers,
    layers: Numbers,
    layers_squares: Numbers,
) -> float:
    """A step for each text in order; changes the table and the layers, and returns the mean loss.

    Args:
        data: UTF-8.
        starts: of the texts.
        ends: of the texts.
        order: the texts, one for each step.
        companions: at each step the harmless text that the text is set beside, -1 for none.
        before: whether that one stands before it.
        targets: of the texts, 0 to 1.
        weights: of the texts.
        rates: of the steps.
        fold: what a character is read as.
        table: rows of features.
        table_squares: of each row, the sum of mean squared gradients so far.
        layers: see `classifiers.screen`.
        layers_squares: of each of its numbers, the sum of squared gradients so far.
    """
    longest = 0
    for text in range(len(starts)):
        longest = max(longest, ends[text] - starts[text])
    letters, found = np.empty(LONGEST + 2, np.int64), np.empty(FEATURES, np.int64)
    bounds, features = np.zeros(2 * longest + 3, np.int64), np.empty(6 * longest + FEATURES, np.int64)
    sums = np.zeros((2 * longest + 3, WIDTH), np.float32)
    total, back = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    units, loss = np.empty(len(layers), np.float32), 0.0
    for step in range(len(order)):
        text, other, words = order[step], companions[step], 0
        if other >= 0 and before[step]:
            words = read_words(
                data, starts[other], ends[other], fold, letters, found, table, words, bounds, features, sums
            )
        words = read_words(data, starts[text], ends[text], fold, letters, found, table, words, bounds, features, sums)
        if other >= 0 and not before[step]:
            words = read_words(
                data, starts[other], ends[other], fold, letters, found, table, words, bounds, features, sums
            )
        if words == 0:
            continue
        end = worst(words, sums, total, layers, units)
        logit = 0.0
        for unit in range(len(layers)):
            logit += layers[unit, WIDTH + 1] * units[unit]
        target, weight = targets[text], weights[text]
        loss += weight * (max(logit, 0.0) - logit * target + math.log1p(math.exp(-abs(logit))))
        gradient = np.float32((1 / (1 + math.exp(-logit)) - target) * weight)
        if abs(gradient) < SETTLED:
            continue
        step_layers(gradient, total, units, layers, layers_squares, rates[step] * LAYERS_SLOWER, back)
        step_rows(end, bounds, features, back, table, table_squares, rates[step])
    return loss / max(len(order), 1)


@inner
def step_layers(
    gradient: np.float32, total: Numbers, units: Numbers, layers: Numbers, squares: Numbers, rate: float, back: Numbers
) -> None:
    """A step of the layers; leaves in `back` the gradient of what they were given."""
    back[:] = 0
    last = len(layers) - 1
    for unit in range(len(layers)):
        if units[unit] == 0:
            continue
        arriving = gradient * layers[unit, WIDTH + 1]
        for k in range(WIDTH):
            back[k] += arriving * layers[unit, k]
        for k in range(WIDTH):
            moved(layers, squares, unit, k, arriving * total[k], rate)
        moved(layers, squares, unit, WIDTH, arriving, rate)
        if unit != last:  # the weight of the unit without a rectifier stays 1
            moved(layers, squares, unit, WIDTH + 1, gradient * units[unit], rate)


@inner
def step_rows(
    end: int, bounds: Ints, features: Ints, back: Numbers, table: Numbers, squares: Numbers, rate: float
) -> None:
    """A step of the rows of a stretch's features; `back` becomes the gradient of each."""
    first = max(0, end - STRETCH)
    size = np.float32(math.sqrt(end - first + 1))
    square = np.float32(0)
    for k in range(WIDTH):
        back[k] /= size
        square += back[k] * back[k] / np.float32(WIDTH)
    for j in range(bounds[first], bounds[end]):
        row = features[j]
        squares[row] += square
        slower = rate / np.float32(math.sqrt(squares[row] + SMALL))
        for k in range(WIDTH):
            table[row, k] -= slower * back[k]


@inner
def moved(layers: Numbers, squares: Numbers, unit: int, k: int, gradient: float, rate: float) -> None:
    """A step of AdaGrad on one number of the layers."""
    squares[unit, k] += gradient * gradient
    layers[unit, k] -= rate * gradient / np.float32(math.sqrt(squares[unit, k]))
