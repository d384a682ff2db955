"""A BERT encoder with its heads as an ONNX graph, in floats or with 8-bit weights, written node by node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["OPSET", "Encoder", "Floats", "Rounded", "encoder_model", "quantized"]

OPSET = 20
"""The version of ONNX's operators that the graph is written in: the first with `Gelu`."""

_CONTRIB = "com.microsoft"
_PADDING = np.float32(-1e4)  # added to the attention paid to padding: its exponential is 0 in float32

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]
Rounded = tuple[npt.NDArray[np.int8], Floats]
"""A weight of 8 bits: whole numbers, and the scale of each row that makes them the weight again."""


@dataclass(frozen=True)
class Encoder:
    """A BERT with its heads.

    Attributes:
        weights: by the names of ``transformers``, without the prefix ``bert.``; `words.weight` and `words.bias` where
            it has a head for tokens; what `balanced` adds where it is.
        layers: how many it has.
        heads: of attention, in each layer.
        epsilon: of layer normalization.
        tokens: the longest window.
    """

    weights: Weights
    layers: int
    heads: int
    epsilon: float
    tokens: int

    @property
    def width(self) -> int:
        """Numbers that stand for a token."""
        return int(self.weights["embeddings.word_embeddings.weight"].shape[1])


class _Graph:
    """Nodes and constants in the order in which they are made; a node's value is called as the node is."""

    def __init__(self, rounded: Mapping[str, Rounded] | None) -> None:
        self.rounded = rounded
        self.nodes: list[Any] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}

    def constant(self, name: str, values: npt.ArrayLike) -> str:
        """The name of a constant."""
        self.constants[name] = np.asarray(values, order="C")
        return name

    def node(self, kind: str, inputs: Sequence[str], name: str, domain: str = "", **attributes: object) -> str:
        """The name of the value of a node."""
        return self.nodes_of(kind, inputs, [name], domain, **attributes)[0]

    def nodes_of(
        self, kind: str, inputs: Sequence[str], names: list[str], domain: str = "", **attributes: object
    ) -> list[str]:
        """The names of the values of a node that has several."""
        import onnx

        self.nodes.append(onnx.helper.make_node(kind, inputs, names, name=names[0], domain=domain, **attributes))
        return names

    def linear(self, value: str, weight: Floats, bias: Floats, name: str) -> str:
        """``value @ weight.T + bias``. With 8 bits the value has one scale, and every row of the weight its own."""
        bias_name = self.constant(f"{name}.bias", bias)
        if self.rounded is None or name not in self.rounded:
            return self.node("Add", [self.product(value, weight, name), bias_name], name)
        names = [f"{value}.bytes", f"{value}.scale", f"{value}.zero"]
        numbers, scale, zero = self.nodes_of("DynamicQuantizeLinear", [value], names)
        whole, scales = self.rounded[name]
        weight_name, scales_name = self.constant(f"{name}.weight", whole.T), self.constant(f"{name}.scales", scales)
        zeros = self.constant(f"{name}.zeros", np.zeros(len(whole), np.int8))
        inputs = [numbers, weight_name, scale, scales_name, zero, zeros, bias_name]
        return self.node("MatMulIntegerToFloat", inputs, name, _CONTRIB)

    def product(self, value: str, weight: Floats, name: str) -> str:
        """``value @ weight.T``, in floats."""
        return self.node("MatMul", [value, self.constant(f"{name}.weight", weight.T)], f"{name}.product")

    def rows(self, ids: str, table: Floats, name: str) -> str:
        """Rows of a table; with 8 bits every row has its own scale."""
        import onnx

        if self.rounded is None:
            return self.node("Gather", [self.constant(f"{name}.table", table), ids], name)
        whole, scales = quantized(table)
        numbers = self.node("Gather", [self.constant(f"{name}.table", whole), ids], f"{name}.whole")
        floats = self.node("Cast", [numbers], f"{name}.floats", to=onnx.TensorProto.FLOAT)
        scale = self.node("Gather", [self.constant(f"{name}.scales", scales[:, None]), ids], f"{name}.scale")
        return self.node("Mul", [floats, scale], name)


def quantized(table: Floats) -> Rounded:
    """The whole numbers from -127 to 127 that are nearest to a table, with a scale for each of its rows."""
    scales = np.abs(table).max(axis=1) / np.float32(127)
    scales = np.where(scales == 0, np.float32(1), scales).astype(np.float32)
    return np.rint(table / scales[:, None]).astype(np.int8), scales


def encoder_model(encoder: Encoder, rounded: Mapping[str, Rounded] | None = None) -> Any:
    """The ONNX model of an encoder, as an ``onnx.ModelProto``.

    Inputs are ``input_ids`` and ``attention_mask`` (int64 [1, n]), outputs ``labels`` (float32 [1, L]) and, where the
    encoder has a head for tokens, ``words`` (float32 [1, n]): logits all. The batch is 1 by construction, so that
    no score depends on a neighbour. Embeddings of positions hold those of the first token type, the only one.

    Args:
        encoder: weights and shape.
        rounded: the weights of products that are to have 8 bits, by name, as `rounded_weights` makes them. The values
            that are multiplied by them then get 8 bits with a scale from the window at hand, and so do embeddings
            with a scale for each token. Heads, loud neurons and normalization stay in floats.
    """
    import onnx

    graph, weights = _Graph(rounded), encoder.weights
    value = _embeddings(graph, encoder)
    hidden = _hidden(graph)
    for layer in range(encoder.layers):
        value = _layer(graph, encoder, f"encoder.layer.{layer}", value, hidden)
    first = graph.node("Gather", [value, graph.constant("first", np.int64(0))], "first_token", axis=1)
    pooled = graph.linear(first, weights["pooler.dense.weight"], weights["pooler.dense.bias"], "pooler")
    pooled = graph.node("Tanh", [pooled], "pooled")
    graph.linear(pooled, weights["classifier.weight"], weights["classifier.bias"], "labels")
    names: dict[str, list[int | str]] = {"labels": [1, len(weights["classifier.bias"])]}
    if "words.weight" in weights:
        logits = graph.linear(value, weights["words.weight"], weights["words.bias"], "word_logits")
        graph.node("Squeeze", [logits, graph.constant("last", np.array([2]))], "words")
        names["words"] = [1, "tokens"]
    helper, kinds = onnx.helper, onnx.TensorProto
    body = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, kinds.INT64, [1, "tokens"]) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info(name, kinds.FLOAT, shape) for name, shape in names.items()],
        [onnx.numpy_helper.from_array(values, name) for name, values in graph.constants.items()],
    )
    versions = [helper.make_opsetid("", OPSET), *([helper.make_opsetid(_CONTRIB, 1)] if rounded else [])]
    return helper.make_model(body, opset_imports=versions, ir_version=9, producer_name="tamis")


def _embeddings(graph: _Graph, encoder: Encoder) -> str:
    """The sum of what stands for each token and for its place, normalized."""
    weights = encoder.weights
    words = graph.rows("input_ids", weights["embeddings.word_embeddings.weight"], "word_rows")
    places = weights["embeddings.position_embeddings.weight"][: encoder.tokens]
    places = places + weights["embeddings.token_type_embeddings.weight"][:1]
    length = graph.node("Shape", ["input_ids"], "length", start=1)
    inputs = [graph.constant("positions", places), graph.constant("zero", np.array([0])), length]
    summed = graph.node("Add", [words, graph.node("Slice", inputs, "position_rows")], "embeddings")
    return _normal(graph, encoder, "embeddings.LayerNorm", summed)


def _hidden(graph: _Graph) -> str:
    """What is added to the attention paid to each token: nothing, or so much that none is paid."""
    import onnx

    mask = graph.node("Cast", ["attention_mask"], "mask", to=onnx.TensorProto.FLOAT)
    padding = graph.node("Sub", [graph.constant("one", np.float32(1)), mask], "padding")
    added = graph.node("Mul", [padding, graph.constant("far", _PADDING)], "hidden_tokens")
    return graph.node("Unsqueeze", [added, graph.constant("axes", np.array([1, 2]))], "hidden")


def _layer(graph: _Graph, encoder: Encoder, name: str, value: str, hidden: str) -> str:
    """One layer: attention, then the two products of the feed-forward part, each added and normalized."""
    mixed = _linear(graph, encoder, _attention(graph, encoder, name, value, hidden), f"{name}.attention.output.dense")
    summed = graph.node("Add", [mixed, _whole(graph, encoder, value)], f"{name}.attention.sum")
    value = _normal(graph, encoder, f"{name}.attention.output.LayerNorm", summed)
    inner = graph.node("Gelu", [_linear(graph, encoder, value, f"{name}.intermediate.dense")], f"{name}.gelu")
    mixed = _linear(graph, encoder, inner, f"{name}.output.dense")
    if f"loud.{name}.output.weight" in encoder.weights:
        inner = _linear(graph, encoder, value, f"loud.{name}.intermediate")
        inner = graph.node("Gelu", [inner], f"loud.{name}.gelu")
        loud = graph.product(inner, encoder.weights[f"loud.{name}.output.weight"], f"loud.{name}.output")
        mixed = graph.node("Add", [mixed, loud], f"loud.{name}.sum")
    summed = graph.node("Add", [mixed, _whole(graph, encoder, value)], f"{name}.sum")
    return _normal(graph, encoder, f"{name}.output.LayerNorm", summed)


def _linear(graph: _Graph, encoder: Encoder, value: str, name: str) -> str:
    """What a weight and its bias make of a value."""
    return graph.linear(value, encoder.weights[f"{name}.weight"], encoder.weights[f"{name}.bias"], name)


def _whole(graph: _Graph, encoder: Encoder, value: str) -> str:
    """A normalized value, as large as it was before its channels were balanced."""
    factor = f"{value}.factor"
    if factor not in encoder.weights:
        return value
    return graph.node("Mul", [value, graph.constant(factor, encoder.weights[factor])], f"{value}.whole")


def _attention(graph: _Graph, encoder: Encoder, name: str, value: str, hidden: str) -> str:
    """What each token takes from the others. Queries, keys and values come of one product."""
    weights, own = encoder.weights, f"{name}.attention.self"
    size = encoder.width // encoder.heads
    scale = {"query": np.float32(size**-0.5), "key": np.float32(1), "value": np.float32(1)}
    weight, bias = (
        np.concatenate([weights[f"{own}.{part}.{kind}"] * factor for part, factor in scale.items()])
        for kind in ("weight", "bias")
    )
    together = graph.linear(value, weight, bias, f"{own}.together")
    shape = graph.constant("shape_of_heads", np.array([1, -1, encoder.heads, size]))
    turns = {"query": [0, 2, 1, 3], "key": [0, 2, 3, 1], "value": [0, 2, 1, 3]}
    apart = graph.nodes_of("Split", [together], [f"{own}.{part}" for part in turns], axis=-1, num_outputs=len(turns))
    shaped = [graph.node("Reshape", [part, shape], f"{part}.heads") for part in apart]
    query, turned_key, values = (
        graph.node("Transpose", [part], f"{part}.turned", perm=turn)
        for part, turn in zip(shaped, turns.values(), strict=True)
    )
    heed = graph.node("Add", [graph.node("MatMul", [query, turned_key], f"{own}.heed"), hidden], f"{own}.heed_shown")
    shares = graph.node("Softmax", [heed], f"{own}.shares", axis=-1)
    taken = graph.node("MatMul", [shares, values], f"{own}.taken")
    back = graph.node("Transpose", [taken], f"{own}.back", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [back, graph.constant("width", np.array([1, -1, encoder.width]))], own)


def _normal(graph: _Graph, encoder: Encoder, source: str, value: str) -> str:
    """Layer normalization over the numbers of a token."""
    scale, bias = (
        graph.constant(f"{source}.{part}", encoder.weights[f"{source}.{part}"]) for part in ("weight", "bias")
    )
    return graph.node("LayerNormalization", [value, scale, bias], source, axis=-1, epsilon=encoder.epsilon)
