"""Weights as whole numbers of 8 bits, rounded so that the products of real values stay what they were."""

from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.encoder_balance import Windows, values_of
from classifiers.encoder_graph import Floats, Rounded

__all__ = ["largest_fit", "rounded", "rounded_weights"]

_PAIR = 128
_MOST = 127
_DAMPING = 0.01  # of the mean square of the values, as in the paper
_BLOCK = 128


def rounded_weights(model: Any, windows: Windows) -> dict[str, Rounded]:
    """The weights of the products of an encoder's layers with 8 bits, by name.

    Args:
        model: of `encoder_model`, in floats.
        windows: some hundreds.
    """
    import onnx

    constants = {constant.name: constant for constant in model.graph.initializer}
    products = {
        node.input[1].removesuffix(".weight"): node.input[0]
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1].startswith("encoder.") and node.input[1] in constants
    }
    values = list(dict.fromkeys(products.values()))
    squares: dict[str, npt.NDArray[np.float64]] = {}
    for found in values_of(model, values, windows):
        for name, value in zip(values, found, strict=True):
            squares[name] = squares.get(name, 0) + (value.T @ value).astype(np.float64)
    return {
        name: rounded(onnx.numpy_helper.to_array(constants[f"{name}.weight"]).T, squares[value])
        for name, value in products.items()
    }


def rounded(weight: Floats, squares: npt.NDArray[np.float64]) -> Rounded:
    """Whole numbers, and for each row of the weight the scale that makes them the weight again.

    Columns are rounded from left to right; what each loses is made good in those to its right, as far as the values
    go together that are multiplied by them (GPTQ, Frantar et al. 2022, algorithm 1).

    Args:
        weight: [outputs, inputs].
        squares: the sum, over values [inputs], of their products with themselves: [inputs, inputs].
    """
    scales = largest_fit(weight)
    inputs = weight.shape[1]
    damping = max(_DAMPING * float(np.trace(squares)) / inputs, 1e-12)
    inverse = np.linalg.inv(squares + damping * np.eye(inputs))
    upper = np.linalg.cholesky((inverse + inverse.T) / 2).T
    left = weight.astype(np.float64) / scales[:, None]
    whole = np.zeros(weight.shape, np.int8)
    for start in range(0, inputs, _BLOCK):
        end = min(start + _BLOCK, inputs)
        lost = np.zeros((len(weight), end - start))
        for column in range(start, end):
            group = whole[:, column - column % 4 : column].astype(np.int64)
            most = np.minimum(_MOST, _PAIR - np.max(group, axis=1, initial=0))
            least = np.maximum(-_MOST, -_PAIR - np.min(group, axis=1, initial=0))
            whole[:, column] = np.clip(np.rint(left[:, column]), least, most)
            lost[:, column - start] = (left[:, column] - whole[:, column]) / upper[column, column]
            left[:, column + 1 : end] -= np.outer(lost[:, column - start], upper[column, column + 1 : end])
        left[:, end:] -= lost @ upper[start:end, end:]
    return whole, scales


def largest_fit(weight: Floats) -> Floats:
    """The finest scale of each row of a weight with which no sum of products is cut off on any processor.

    Processors without VNNI multiply four bytes of a value by four whole numbers at a time and keep the sum of two
    products in 16 bits. A byte is 255 at most: where two numbers of an aligned four that have one sign never sum
    beyond 128, no such sum goes beyond 32,640, and all processors find the same.
    """
    rows, inputs = weight.shape
    fours = np.pad(weight, ((0, 0), (0, -inputs % 4))).reshape(rows, -1, 4)
    pairs = [np.sort(np.maximum(sign * fours, 0), axis=2)[:, :, 2:].sum(axis=2).max(axis=1) for sign in (1, -1)]
    scales = np.maximum(np.maximum(*pairs), np.abs(weight).max(axis=1)) / np.float32(_MOST)
    return np.where(scales == 0, np.float32(1), scales).astype(np.float32)
