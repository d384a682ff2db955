"""An encoder's training, on a small model made here; it wants the extra `train`, which `make judges` installs."""

from dataclasses import replace

import pyarrow as pa
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from classifiers.encoder_training import Recipe, train_encoder

torch = pytest.importorskip("torch", reason="torch is installed with the extra train")
transformers = pytest.importorskip("transformers", reason="transformers is installed with the extra train")

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "day", "night", "walk"]
RECIPE = Recipe(epochs=6, batch_tokens=24, learning_rate=1e-3, checkpoint_seconds=0, threads=1, patience=2)
TABLE = pa.table(
    {
        "text": [f"{kind} {word}" for kind in ("good", "bad") for word in ("day", "night", "walk")] * 2,
        "bad": [0.0] * 3 + [1.0] * 3 + [None] * 3 + [1.0] * 3,
        "cold": [None, 1.0, 0.0] * 4,
    }
)
TURNED = pa.table({"text": ["bad day", "good walk"], "bad": [0.0, 1.0], "cold": [1.0, 0.0]})  # its loss rises early


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(3)
    transformers.BertModel(
        transformers.BertConfig(
            vocab_size=len(PIECES), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, max_position_embeddings=16,
        )
    ).save_pretrained(folder)  # fmt: skip
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    edges = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", edges)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def trained(encoder, output, recipe=RECIPE, weights=(1.0, 1.0), stop=None):
    """What the training said; it is killed after the line that begins with `stop`."""
    told = []

    def report(line):
        told.append(line)
        if stop is not None and line.startswith(stop):
            raise KeyboardInterrupt

    train_encoder(encoder, TABLE, ["bad", "cold"], output, recipe, TURNED, weights, report)
    return told


def test_a_training_that_was_killed_ends_with_the_same_weights(encoder, tmp_path):
    whole = trained(encoder, tmp_path / "whole")
    assert whole[-1] == "no lower loss for 2 epochs: training ends"
    last = next(line for line in reversed(whole) if line.startswith("epoch"))
    before = whole[whole.index(last) - 1]
    with pytest.raises(KeyboardInterrupt):
        trained(encoder, tmp_path / "killed", stop=before[:8])
    told = trained(encoder, tmp_path / "killed")
    assert told[0].startswith("goes on after step ")
    assert told[-2:] == whole[-2:]
    for name in ("model.safetensors", "words.safetensors"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "killed" / "checkpoint.pt").exists()


@pytest.mark.parametrize("what", ["weights", "recipe", "encoder"])
def test_another_training_does_not_go_on_from_its_checkpoint(encoder, tmp_path, what):
    with pytest.raises(KeyboardInterrupt):
        trained(encoder, tmp_path / "out", stop="epoch 2")
    if what == "encoder":
        other = tmp_path / "other"
        transformers.BertModel(transformers.BertConfig.from_pretrained(encoder)).save_pretrained(other)
        (other / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
        told = trained(other, tmp_path / "out")
    elif what == "weights":
        told = trained(encoder, tmp_path / "out", weights=(1.0, 2.0))
    else:
        told = trained(encoder, tmp_path / "out", recipe=replace(RECIPE, learning_rate=2e-3))
    assert told[0].endswith("is of another encoder, data, labels or recipe: training begins anew")
