"""An encoder's training, on a small model made here; it wants the extra `train`, which `make judges` installs."""

import json
import re
from dataclasses import replace

import pyarrow as pa
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from classifiers.encoder_examples import Example
from classifiers.encoder_loss import Loss
from classifiers.encoder_training import Recipe, _heads, train_encoder
from classifiers.judge import load
from classifiers.labelled import LabelColumn, NamedColumns
from classifiers.split import Shares
from classifiers.training import train_judge
from classifiers.training_plan import TrainingPlan
from classifiers.word_threshold import WORD_THRESHOLDS

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

    train_encoder(encoder, TABLE, ["bad", "cold"], output, recipe, TURNED, weights, report=report)
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


def test_what_has_a_label_weighs_as_much_as_it_is_told_to(encoder, tmp_path):
    """One cell has the label, three have it not: at even odds the gradient of the bias says what they weigh."""
    heads = _heads(torch, transformers, encoder, ["bad"])
    torch.nn.init.zeros_(heads["encoder"].classifier.weight)
    torch.nn.init.zeros_(heads["encoder"].classifier.bias)
    batch = [Example((2, 5, 3), (value,), None, 1.0) for value in (1.0, 0.0, 0.0, 0.0)]
    for weight, gradient in ((1.0, (3 * 0.5 - 0.5) / 4), (3.0, 0.0)):
        heads.zero_grad()
        Loss(torch, [1.0], [weight], 0.0).of(heads, batch).backward()
        assert float(heads["encoder"].classifier.bias.grad[0]) == pytest.approx(gradient, abs=1e-6)


def test_a_plan_with_marked_words_makes_a_judge_that_marks_them(encoder, tmp_path):
    path = tmp_path / "texts.jsonl"
    with path.open("w") as file:
        for row in range(120):
            words = [PIECES[5 + (row + k * k) % 5] for k in range(1 + row % 7)]
            text = " ".join([*words, str(row)])
            marks = [place for found in re.finditer("bad", text) for place in range(*found.span())]
            file.write(json.dumps({"text": text, "bad": bool(marks), "marks": None if row % 10 == 0 else marks}) + "\n")
    plan = TrainingPlan(
        "encoder", "mine", tmp_path / "mine", NamedColumns({"bad": LabelColumn("bad")}, words="marks"), [path],
        shares=Shares(0.2, 0.2), languages=["en"], encoder=encoder, positive_weights="balanced",
        recipe=replace(RECIPE, epochs=40, batch_tokens=96, learning_rate=1e-2, tokens=16, patience=None),
    )  # fmt: skip
    told = []
    trained = train_judge(plan, report=told.append)
    assert trained.figures[0].auc.value > 0.9
    assert sum(line.startswith("words from") for line in told) == len(WORD_THRESHOLDS)
    judge = load(tmp_path / "mine")
    assert judge.files.word_threshold in WORD_THRESHOLDS
    spans = judge.score(["good bad day", "good day"], any_language=True)["spans"].to_pylist()
    assert [(at["start"], at["end"]) for at in spans[0] if at["unit"] == "word"] == [(5, 8)]
    assert not [at for at in spans[1] if at["unit"] == "word"]
    assert not plan.work.exists()
