"""An encoder written anew so that bytes hold what goes into its products: in floats it gives what it gave.

The bytes of a window have one scale, and a few of its numbers, most of them at [CLS], are ten times as large as all
others: they make the scale coarse for all. Two rewritings make them smaller, after what is seen in windows of text:

- Channels of a normalized value are shifted to their middle and divided, by what its weights and bias can hold, and the
  products that take it are multiplied (Xiao et al. 2022, SmoothQuant, section 4; the shift is that of Wei et al. 2023,
  Outlier Suppression+). Where the value itself is added again it is multiplied back.
- The neurons of the feed-forward part with the largest values leave its products and are multiplied in floats
  (Dettmers et al. 2022, LLM.int8(), section 3.2; here the neurons are chosen once, not for every input).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.encoder_graph import Encoder, Floats, encoder_model

__all__ = ["Windows", "balanced", "values_of"]

_SHARE = 0.75  # of the logarithm of a channel's range that is moved into weights: the paper's alpha
_LOUD = 16  # neurons of a layer: no dearer than one, as processors multiply 16 floats at a time

Windows = Sequence[Sequence[int]]
"""Token ids, [CLS] and [SEP] among them, of texts as an encoder will read."""


def balanced(encoder: Encoder, windows: Windows) -> Encoder:
    """The encoder with its channels balanced and its loud neurons apart.

    Args:
        encoder: weights and shape.
        windows: some hundreds, so that the large values are among them; no value is cut off that is larger still.
    """
    layers = [f"encoder.layer.{layer}" for layer in range(encoder.layers)]
    before = ["embeddings.LayerNorm", *(f"{layer}.output.LayerNorm" for layer in layers[:-1])]
    within = [f"{layer}.attention.output.LayerNorm" for layer in layers]
    low, high = _ranges(encoder, [*before, *within, *(f"{layer}.gelu" for layer in layers)], windows)
    weights = dict(encoder.weights)
    for layer, first, second in zip(layers, before, within, strict=True):
        takers = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        _balance(weights, first, takers, f"{layer}.attention.output.dense", low[first], high[first])
        _balance(weights, second, [f"{layer}.intermediate.dense"], f"{layer}.output.dense", low[second], high[second])
        gelu = high[f"{layer}.gelu"]
        loudest = np.argsort(-gelu, kind="stable")[: min(_LOUD, len(gelu) // 2)]
        _set_apart(weights, layer, np.sort(loudest))
    return replace(encoder, weights=weights)


def values_of(model: Any, names: Sequence[str], windows: Windows) -> Iterator[list[Floats]]:
    """The named values of a model, window by window: [tokens, width] each."""
    import onnx
    import onnxruntime

    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    for name in names:
        seen.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(seen.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for window in windows:
        ids = np.array([window], np.int64)
        found = session.run(list(names), {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        yield [value[0] for value in found]


def _ranges(encoder: Encoder, names: list[str], windows: Windows) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """The lowest and the highest number of every channel of some values."""
    low: dict[str, Floats] = {}
    high: dict[str, Floats] = {}
    for found in values_of(encoder_model(encoder), names, windows):
        for name, value in zip(names, found, strict=True):
            low[name] = np.minimum(low.get(name, np.inf), value.min(0))
            high[name] = np.maximum(high.get(name, -np.inf), value.max(0))
    return low, high


def _balance(weights: dict[str, Floats], normal: str, takers: list[str], added: str, low: Floats, high: Floats) -> None:
    """A normalized value becomes ``(value - shift) / factor``; those that take it, and what it is added to, follow."""
    shift = ((low + high) / 2).astype(np.float32)
    reach = np.maximum((high - low) / 2, 1e-6)
    # quarters of a power of two, so that the last bits of `reach`, which processors may differ in, do not matter
    factor = np.exp2(np.rint(4 * _SHARE * np.log2(reach / np.median(reach))) / 4).astype(np.float32)
    for taker in takers:
        weight = weights[f"{taker}.weight"]
        weights[f"{taker}.bias"] = weights[f"{taker}.bias"] + weight @ shift
        weights[f"{taker}.weight"] = weight * factor
    weights[f"{added}.bias"] = weights[f"{added}.bias"] + shift
    weights[f"{normal}.bias"] = (weights[f"{normal}.bias"] - shift) / factor
    weights[f"{normal}.weight"] = weights[f"{normal}.weight"] / factor
    weights[f"{normal}.factor"] = factor


def _set_apart(weights: dict[str, Floats], layer: str, loud: npt.NDArray[np.int64]) -> None:
    """Neurons of the feed-forward part under names of their own."""
    for dense, part, axis in (("intermediate", "weight", 0), ("intermediate", "bias", 0), ("output", "weight", 1)):
        name = f"{layer}.{dense}.dense.{part}"
        weights[f"loud.{layer}.{dense}.{part}"] = np.take(weights[name], loud, axis=axis)
        weights[name] = np.delete(weights[name], loud, axis=axis)
