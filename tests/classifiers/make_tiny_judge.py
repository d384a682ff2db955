"""Makes `tiny_judge/`: a judge of random weights, 8-bit as the shipped one, with which tests run in no time.

``python tests/classifiers/make_tiny_judge.py`` with onnx and tokenizers at hand; the weights come from a fixed seed.
"""

import hashlib
import json
import string
from pathlib import Path

import numpy as np

from classifiers.encoder_balance import balanced
from classifiers.encoder_graph import Encoder, encoder_model
from classifiers.encoder_rounding import rounded_weights

FOLDER = Path(__file__).parent / "tiny_judge"
LABELS = [
    "toxicity", "obscene", "insult", "threat", "identity_attack",
    "sexism", "sexism_threats", "sexism_derogation", "sexism_animosity", "sexism_prejudice", "stereotype",
    "axis_gender", "axis_race", "axis_religion", "axis_orientation", "axis_disability", "axis_nationality", "axis_age",
]  # fmt: skip
WORDS = ["the", "and", "of", "to", "that", "is", "you", "are", "a", "in", "it", "this", "they", "people", "with", "for"]
WIDTH, INNER, LAYERS, TOKENS = 32, 64, 2, 128


def vocabulary():
    letters = string.ascii_lowercase + string.digits
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*string.punctuation, *letters, *(f"##{letter}" for letter in letters)]
    return list(dict.fromkeys([*special, *pieces, *WORDS]))


def encoder(size):
    random = np.random.default_rng(20261121)

    def normal(*shape, scale=0.3):
        return (random.standard_normal(shape) * scale).astype(np.float32)

    def norm(name):
        return {f"{name}.weight": np.ones(WIDTH, np.float32), f"{name}.bias": np.zeros(WIDTH, np.float32)}

    weights = {
        "embeddings.word_embeddings.weight": normal(size, WIDTH),
        "embeddings.position_embeddings.weight": normal(TOKENS, WIDTH, scale=0.05),
        "embeddings.token_type_embeddings.weight": normal(2, WIDTH, scale=0.05),
        **norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        shapes = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (WIDTH, WIDTH)}
        shapes |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
        for part, shape in shapes.items():
            weights |= {f"{name}.{part}.weight": normal(*shape), f"{name}.{part}.bias": normal(shape[0], scale=0.1)}
        weights |= norm(f"{name}.attention.output.LayerNorm") | norm(f"{name}.output.LayerNorm")
    for part, size_out in (("pooler.dense", WIDTH), ("classifier", len(LABELS)), ("words", 1)):
        weights |= {f"{part}.weight": normal(size_out, WIDTH), f"{part}.bias": normal(size_out, scale=0.1)}
    return Encoder(weights, LAYERS, 4, 1e-12, TOKENS)


def tokenizer(words):
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

    made = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.add_special_tokens([word for word in words if word.startswith("[") and len(word) > 1])
    return made


def main():
    words = vocabulary()
    FOLDER.mkdir(exist_ok=True)
    windows = [np.random.default_rng(k).integers(0, len(words), 4 + k % 60) for k in range(100)]
    fitted = balanced(encoder(len(words)), windows)
    model = encoder_model(fitted, rounded_weights(encoder_model(fitted), windows))
    (FOLDER / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    tokenizer(words).save(str(FOLDER / "tokenizer.json"), pretty=False)
    names = ("model.onnx", "tokenizer.json")
    description = {
        "format": 1,
        "kind": "encoder",
        "name": "tiny",
        "languages": ["en"],
        "labels": LABELS,
        "tokens": TOKENS,
        "files": {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in names},
        "calibration": {label: {"slope": 1.0, "intercept": -0.5} for label in LABELS},
        "thresholds": dict.fromkeys(LABELS, 0.6),
        "word_threshold": 0.5,
    }
    (FOLDER / "judge.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
