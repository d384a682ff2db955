import json

import numpy as np
import pytest

from filters.errors import InputError

pytest.importorskip("onnx", reason="onnx is installed with the extra that trains judges")
pytest.importorskip("safetensors", reason="safetensors is installed with the extra that trains judges")

from classifiers.encoder_export import export_encoder, read_encoder
from classifiers.encoder_graph import quantized

WIDTH, INNER, LAYERS, HEADS, VOCABULARY, POSITIONS, LABELS = 32, 64, 2, 4, 50, 130, 3
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "max_position_embeddings": POSITIONS,
    "layer_norm_eps": 1e-12,
}


def made_weights(seed=0):
    """Weights of a small encoder as transformers names them, large enough that every part matters."""
    random = np.random.default_rng(seed)
    shapes = {
        "bert.embeddings.word_embeddings.weight": (VOCABULARY, WIDTH),
        "bert.embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "bert.embeddings.token_type_embeddings.weight": (2, WIDTH),
        "bert.pooler.dense.weight": (WIDTH, WIDTH),
        "bert.pooler.dense.bias": (WIDTH,),
        "classifier.weight": (LABELS, WIDTH),
        "classifier.bias": (LABELS,),
    }
    normals = ["bert.embeddings.LayerNorm"]
    for layer in range(LAYERS):
        name = f"bert.encoder.layer.{layer}"
        parts = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        parts |= {"attention.output.dense": (WIDTH, WIDTH)}
        parts |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
        for part, shape in parts.items():
            shapes |= {f"{name}.{part}.weight": shape, f"{name}.{part}.bias": shape[:1]}
        normals += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
    weights = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in normals:
        weights[f"{name}.weight"] = random.normal(1, 0.2, WIDTH).astype(np.float32)
        weights[f"{name}.bias"] = random.normal(0, 0.2, WIDTH).astype(np.float32)
    return weights


@pytest.fixture
def folder(tmp_path):
    from safetensors.numpy import save_file

    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    save_file(made_weights(), tmp_path / "model.safetensors")
    head = {"weight": np.ones((1, WIDTH), np.float32) / 7, "bias": np.full(1, 0.5, np.float32)}
    save_file(head, tmp_path / "words.safetensors")
    return tmp_path


def session(path):
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime runs the exported file")
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def feed(ids, mask=None):
    ids = np.array([ids], np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids) if mask is None else np.array([mask], np.int64)}


def plain_scores(weights, ids):
    """The encoder of BERT as its paper describes it, in NumPy and 64 bits, one token type, no padding."""
    from math import erf

    weights = {name.removeprefix("bert."): values.astype(np.float64) for name, values in weights.items()}

    def linear(value, name):
        return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def normal(value, name):
        centred = value - value.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def gelu(value):
        return value * (1 + np.vectorize(erf)(value / np.sqrt(2))) / 2

    value = weights["embeddings.word_embeddings.weight"][ids]
    value = value + weights["embeddings.position_embeddings.weight"][: len(ids)]
    value = normal(value + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        name, size = f"encoder.layer.{layer}", WIDTH // HEADS
        taken = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            own = [linear(value, f"{name}.attention.self.{which}")[:, part] for which in ("query", "key", "value")]
            heed = np.exp(own[0] @ own[1].T / np.sqrt(size))
            taken.append(heed / heed.sum(-1, keepdims=True) @ own[2])
        mixed = linear(np.concatenate(taken, axis=-1), f"{name}.attention.output.dense")
        value = normal(mixed + value, f"{name}.attention.output.LayerNorm")
        inner = linear(gelu(linear(value, f"{name}.intermediate.dense")), f"{name}.output.dense")
        value = normal(inner + value, f"{name}.output.LayerNorm")
    return linear(np.tanh(linear(value[0], "pooler.dense")), "classifier"), value


def test_the_file_in_floats_scores_as_the_encoder_of_the_paper(folder):
    export_encoder(folder, folder / "model.onnx", eight_bits=False)
    for ids in ([2, 3], [2, 7, 7, 49, 0, 3], [7, *range(VOCABULARY)] * 2):
        labels, words = session(folder / "model.onnx").run(["labels", "words"], feed(ids))
        expected, tokens = plain_scores(made_weights(), ids)
        assert labels.shape == (1, LABELS)
        assert words.shape == (1, len(ids))
        np.testing.assert_allclose(labels[0], expected, atol=2e-5)
        np.testing.assert_allclose(words[0], tokens.sum(-1) / 7 + 0.5, atol=2e-5)


def test_the_file_with_8_bits_scores_nearly_as_the_one_in_floats(folder):
    for eight_bits in (False, True):
        export_encoder(folder, folder / f"{eight_bits}.onnx", eight_bits=eight_bits)
    random = np.random.default_rng(1)
    windows = [random.integers(0, VOCABULARY, length) for length in (2, 9, 17, 40)]
    runs = [session(folder / f"{kind}.onnx").run for kind in (False, True)]
    floats, coarse = (np.concatenate([run(["labels"], feed(ids))[0] for ids in windows]) for run in runs)
    assert 0 < np.abs(floats - coarse).max() < 0.15 * floats.std()


def test_padding_that_the_mask_hides_is_paid_no_attention(folder):
    export_encoder(folder, folder / "model.onnx", eight_bits=False)
    run = session(folder / "model.onnx").run
    [alone] = run(["labels"], feed([2, 7, 9, 3]))
    [padded] = run(["labels"], feed([2, 7, 9, 3, 0, 0], [1, 1, 1, 1, 0, 0]))
    [unmasked] = run(["labels"], feed([2, 7, 9, 3, 0, 0]))
    np.testing.assert_allclose(alone, padded, atol=1e-5)
    assert np.abs(alone - unmasked).max() > 1e-3


def test_more_than_one_window_at_a_time_is_refused_by_the_file_itself(folder):
    export_encoder(folder, folder / "model.onnx")
    two = {name: np.concatenate([values, values]) for name, values in feed([2, 7, 3]).items()}
    with pytest.raises(Exception, match="invalid dimensions"):
        session(folder / "model.onnx").run(["labels"], two)


def test_without_a_head_for_tokens_there_are_only_labels(folder):
    (folder / "words.safetensors").unlink()
    export_encoder(folder, folder / "model.onnx")
    assert [output.name for output in session(folder / "model.onnx").get_outputs()] == ["labels"]


def test_the_same_weights_give_the_same_file(folder):
    assert export_encoder(folder, folder / "a.onnx") == export_encoder(folder, folder / "b.onnx")
    assert (folder / "a.onnx").read_bytes() == (folder / "b.onnx").read_bytes()
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("limit", [64, 127])
def test_whole_numbers_are_as_near_to_the_weights_as_their_scale_allows(limit):
    weight = np.random.default_rng(2).normal(0, 1, (5, 40)).astype(np.float32)
    weight[3] = 0
    whole, scales = quantized(weight, limit)
    assert whole.dtype == np.int8
    assert np.abs(whole).max(axis=1).tolist() == [limit, limit, limit, 0, limit]
    assert (np.abs(whole * scales[:, None] - weight) <= scales[:, None] * 0.501).all()


def test_products_of_bytes_never_overflow_the_16_bits_of_processors_without_vnni(folder):
    import onnx

    export_encoder(folder, folder / "model.onnx")
    model = onnx.load(folder / "model.onnx")
    constants = {constant.name: onnx.numpy_helper.to_array(constant) for constant in model.graph.initializer}
    weights = [constants[node.input[1]] for node in model.graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(weights) == 4 * LAYERS
    assert all(weight.dtype == np.int8 and 2 * 255 * int(np.abs(weight).max()) < 2**15 for weight in weights)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("model_type", "roberta", "model_type is 'roberta'; only 'bert'"),
        ("hidden_act", "relu", "hidden_act is 'relu'; only 'gelu'"),
        ("num_hidden_layers", 3, r"lacks encoder\.layer\.2\.output\.dense\.weight"),
        ("max_position_embeddings", 8, "windows of 128 tokens.* takes from 3 to 8"),
    ],
)
def test_what_cannot_be_exported_is_said(folder, key, value, message):
    (folder / "config.json").write_text(json.dumps(CONFIG | {key: value}))
    with pytest.raises(InputError, match=message):
        read_encoder(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "words.safetensors"])
def test_a_damaged_file_is_named(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:20])
    with pytest.raises(InputError, match=name):
        read_encoder(folder)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.*config\.json"):
        read_encoder(tmp_path / "nowhere")
