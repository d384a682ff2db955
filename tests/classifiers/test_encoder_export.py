import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_judges import TINY

from filters.errors import InputError

pytest.importorskip("onnx", reason="onnx is installed with the extra that trains judges")
pytest.importorskip("safetensors", reason="safetensors is installed with the extra that trains judges")

from classifiers.encoder_balance import balanced, values_of
from classifiers.encoder_export import export_encoder, read_encoder, sample_windows
from classifiers.encoder_graph import encoder_model, quantized
from classifiers.encoder_rounding import largest_fit, rounded, rounded_weights

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


def windows(seed, longest):
    """Token ids of windows of many lengths."""
    random = np.random.default_rng(seed)
    return [random.integers(0, VOCABULARY, length).tolist() for length in range(2, longest)]


WINDOWS = windows(7, 60)


def with_outliers(encoder):
    """The encoder with a channel and two neurons a layer that are far larger than the others, as trained ones have."""
    weights = dict(encoder.weights)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for normal in (f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"):
            weights[f"{normal}.weight"] = weights[f"{normal}.weight"] * np.where(np.arange(WIDTH) == 3, 50, 1)
        weights[f"{name}.intermediate.dense.weight"] = weights[f"{name}.intermediate.dense.weight"].copy()
        weights[f"{name}.intermediate.dense.weight"][[5, 20]] *= 10
        weights[f"{name}.output.dense.weight"] = weights[f"{name}.output.dense.weight"].copy()
        weights[f"{name}.output.dense.weight"][:, [5, 20]] /= 10
    return replace(encoder, weights={key: np.asarray(value, np.float32) for key, value in weights.items()})


def largest_sum_of_two(whole):
    """The largest sum of two products with bytes, of an aligned four of the inputs: what 16 bits have to hold."""
    largest = 0
    for row in whole.astype(int).tolist():
        for start in range(0, len(row), 4):
            for one, other in combinations(row[start : start + 4], 2):
                high, low = max(one, 0) + max(other, 0), min(one, 0) + min(other, 0)
                largest = max(largest, 255 * high, -255 * low)
    return largest


def test_the_file_in_floats_scores_as_the_encoder_of_the_paper(folder):
    export_encoder(folder, folder / "model.onnx")
    for ids in ([2, 3], [2, 7, 7, 49, 0, 3], [7, *range(VOCABULARY)] * 2):
        labels, words = session(folder / "model.onnx").run(["labels", "words"], feed(ids))
        expected, tokens = plain_scores(made_weights(), ids)
        assert labels.shape == (1, LABELS)
        assert words.shape == (1, len(ids))
        np.testing.assert_allclose(labels[0], expected, atol=2e-5)
        np.testing.assert_allclose(words[0], tokens.sum(-1) / 7 + 0.5, atol=2e-5)


def test_the_file_with_8_bits_scores_nearly_as_the_one_in_floats(folder):
    export_encoder(folder, folder / "floats.onnx")
    export_encoder(folder, folder / "bytes.onnx", WINDOWS)
    runs = [session(folder / f"{kind}.onnx").run for kind in ("floats", "bytes")]
    floats, coarse = (np.concatenate([run(["labels"], feed(ids))[0] for ids in windows(1, 40)]) for run in runs)
    assert 0 < np.abs(floats - coarse).max() < 0.15 * floats.std()


def test_an_encoder_with_its_channels_balanced_gives_what_it_gave(folder):
    encoder = with_outliers(read_encoder(folder))
    given, new = (session(encoder_model(each).SerializeToString()) for each in (encoder, balanced(encoder, WINDOWS)))
    for ids in windows(2, 9):
        for before, after in zip(given.run(None, feed(ids)), new.run(None, feed(ids)), strict=True):
            np.testing.assert_allclose(before, after, rtol=1e-3, atol=1e-4)


def test_balanced_channels_are_of_about_one_range_and_loud_neurons_stand_apart(folder):
    encoder = with_outliers(read_encoder(folder))
    made = balanced(encoder, WINDOWS)
    names = ["encoder.layer.0.output.LayerNorm", "encoder.layer.1.gelu"]
    ranges = []
    for each in (encoder, made):
        found = [np.concatenate(value) for value in zip(*values_of(encoder_model(each), names, WINDOWS), strict=True)]
        ranges.append([np.ptp(value, axis=0) for value in found])
    (channels, neurons), (new_channels, new_neurons) = ranges
    assert np.argmax(channels) == 3
    assert channels[3] > 30 * np.median(channels)
    assert new_channels.max() < 4 * np.median(new_channels)
    factor = made.weights["encoder.layer.0.output.LayerNorm.factor"]
    assert factor[3] == factor.max() >= 8
    assert neurons.shape == (INNER,)
    np.testing.assert_allclose(np.sort(new_neurons), np.sort(neurons)[:-16], rtol=1e-2)


def test_outliers_cost_nearly_nothing_once_channels_are_balanced(folder):
    encoder = with_outliers(read_encoder(folder))
    made = balanced(encoder, WINDOWS)

    def logits(model):
        run = session(model.SerializeToString()).run
        return np.concatenate([run(["labels"], feed(ids))[0] for ids in windows(3, 40)])

    exact = logits(encoder_model(encoder))
    coarse, fine = (
        np.abs(logits(encoder_model(each, rounded_weights(encoder_model(each), WINDOWS))) - exact).mean()
        for each in (encoder, made)
    )
    assert fine < coarse / 2


def test_padding_that_the_mask_hides_is_paid_no_attention(folder):
    export_encoder(folder, folder / "model.onnx")
    run = session(folder / "model.onnx").run
    [alone] = run(["labels"], feed([2, 7, 9, 3]))
    [padded] = run(["labels"], feed([2, 7, 9, 3, 0, 0], [1, 1, 1, 1, 0, 0]))
    [unmasked] = run(["labels"], feed([2, 7, 9, 3, 0, 0]))
    np.testing.assert_allclose(alone, padded, atol=1e-5)
    assert np.abs(alone - unmasked).max() > 1e-3


def test_more_than_one_window_at_a_time_is_refused_by_the_file_itself(folder):
    export_encoder(folder, folder / "model.onnx", WINDOWS)
    two = {name: np.concatenate([values, values]) for name, values in feed([2, 7, 3]).items()}
    with pytest.raises(Exception, match="invalid dimensions"):
        session(folder / "model.onnx").run(["labels"], two)


def test_without_a_head_for_tokens_there_are_only_labels(folder):
    (folder / "words.safetensors").unlink()
    export_encoder(folder, folder / "model.onnx", WINDOWS)
    assert [output.name for output in session(folder / "model.onnx").get_outputs()] == ["labels"]


def test_the_same_weights_give_the_same_file(folder):
    assert export_encoder(folder, folder / "a.onnx", WINDOWS) == export_encoder(folder, folder / "b.onnx", WINDOWS)
    assert (folder / "a.onnx").read_bytes() == (folder / "b.onnx").read_bytes()
    assert not list(folder.glob("*.part"))


def test_whole_numbers_of_a_table_are_the_nearest_that_a_scale_for_each_row_allows():
    table = np.random.default_rng(2).normal(0, 1, (5, 40)).astype(np.float32)
    table[3] = 0
    whole, scales = quantized(table)
    assert whole.dtype == np.int8
    assert np.abs(whole).max(axis=1).tolist() == [127, 127, 127, 0, 127]
    assert (np.abs(whole * scales[:, None] - table) <= scales[:, None] * 0.501).all()


def test_products_of_bytes_never_overflow_the_16_bits_of_processors_without_vnni(folder):
    import onnx

    export_encoder(folder, folder / "model.onnx", WINDOWS)
    model = onnx.load(folder / "model.onnx")
    constants = {constant.name: onnx.numpy_helper.to_array(constant) for constant in model.graph.initializer}
    weights = [constants[node.input[1]] for node in model.graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(weights) == 4 * LAYERS
    assert all(weight.dtype == np.int8 and largest_sum_of_two(weight.T) <= 2**15 - 1 for weight in weights)


@given(
    arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(1, 11)), elements=st.floats(-8, 8, width=32)),
    st.integers(0, 9),
)
def test_whole_numbers_of_any_weight_fit_wherever_its_values_go(weight, seed):
    values = np.random.default_rng(seed).normal(0, 1, (4, weight.shape[1]))
    whole, scales = rounded(weight, values.T @ values)
    assert largest_sum_of_two(whole) <= 2**15 - 1
    assert np.abs(whole.astype(int)).max() <= 127
    assert np.isfinite(scales).all()
    assert (scales > 0).all()


def test_a_scale_is_as_fine_as_sums_of_two_of_one_sign_allow():
    weight = np.array([[1, -1, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0.5], [0, 0, 0, 0]], np.float32)
    np.testing.assert_allclose(127 * largest_fit(weight), [1, 2, 1.5, 127], rtol=1e-6)
    apart = np.array([[1, 0, 0, 0, 1]], np.float32)  # never multiplied together
    np.testing.assert_allclose(127 * largest_fit(apart), [1], rtol=1e-6)


def test_rounding_to_values_that_go_together_keeps_their_products_better_than_the_nearest_numbers():
    random = np.random.default_rng(4)
    weight = random.normal(0, 1, (20, 48)).astype(np.float32)
    values = random.normal(0, 1, (500, 6)) @ random.normal(0, 1, (6, 48)) + random.normal(0, 0.05, (500, 48))
    whole, scales = rounded(weight, values.T @ values)
    nearest = np.rint(weight / scales[:, None])
    lost = [np.abs(values @ (each * scales[:, None] - weight).T).mean() for each in (whole, nearest)]
    assert lost[0] < lost[1] / 2


def test_values_without_relation_are_rounded_to_the_nearest_numbers():
    weight = np.random.default_rng(5).normal(0, 1, (6, 32)).astype(np.float32)
    whole, scales = rounded(weight, np.eye(32))
    assert np.array_equal(whole, np.rint(weight / scales[:, None]))


def test_windows_are_chosen_evenly_and_cut():
    texts = [f"{'the ' * (number % 300)}people" for number in range(1201)]
    found = sample_windows(TINY / "tokenizer.json", texts, 16)
    assert len(found) == 400
    assert max(map(len, found)) == 16
    assert found[:2] == sample_windows(TINY / "tokenizer.json", [texts[0], texts[3]], 16)
    assert len(sample_windows(TINY / "tokenizer.json", ["the"])) == 1


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
