"""A trained encoder written as a checkpoint that the package ``detoxify`` loads.

::

    python -m classifiers.detoxify_export MODEL_FOLDER NEW_FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

from classifiers.encoder_export import read_config, read_tensors
from classifiers.model_files import checked_digest
from filters.errors import ConfigurationError, InputError, OutputError, TamisError

__all__ = ["CHECKPOINT", "export_checkpoint"]

CHECKPOINT = "detoxify.ckpt"


def export_checkpoint(folder: Path, output: Path) -> str:
    """Write the checkpoint of a saved encoder, and the configuration and tokenizer that it names, into a new folder.

    Detoxify finds them by the path that stands in the checkpoint, so that the folder must stay where it is; move it
    by exporting again. What Detoxify says is the sigmoid of the logits, without the calibration of a judge, and its
    `predict` pads a list to one length and cuts off what is longer than the model reads. A head for words is left out.

    Args:
        folder: a BertForSequenceClassification whose ``id2label`` names the labels, with ``tokenizer.json``.
        output: the folder to write.

    Returns:
        The sha256 of the checkpoint, which a configuration must name.

    Raises:
        ConfigurationError: torch is not installed.
        InputError: the folder does not hold such a model.
        OutputError: there is such a folder.
    """
    try:
        import torch
    except ImportError as error:
        raise ConfigurationError("to write a checkpoint needs torch: install tamis[detoxify]") from error
    config, state = read_config(folder / "config.json"), read_tensors(folder / "model.safetensors")
    labels = [label for _, label in sorted(config.get("id2label", {}).items(), key=lambda pair: int(pair[0]))]
    if len(labels) != len(state.get("classifier.bias", [])) or config.get("model_type") != "bert":
        raise InputError(
            f"{str(folder)!r} is a {config.get('model_type')} with {len(state.get('classifier.bias', []))} outputs and "
            f"{len(labels)} names in id2label; a BertForSequenceClassification with a name for each output is needed"
        )
    try:
        output.mkdir(parents=True)
    except FileExistsError as error:
        raise OutputError(f"{str(output)!r} exists; name a new folder, or remove it") from error
    (output / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True))
    shutil.copyfile(folder / "tokenizer.json", output / "tokenizer.json")
    limits = {"tokenizer_class": "BertTokenizer", "model_max_length": config["max_position_embeddings"]}
    (output / "tokenizer_config.json").write_text(json.dumps(limits, indent=1, sort_keys=True))
    arguments = {
        "model_type": str(output.resolve()),
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
        "num_classes": len(labels),
    }
    described = {"arch": {"args": arguments}, "dataset": {"args": {"classes": labels}}}
    tensors = {name: torch.from_numpy(values.copy()) for name, values in state.items()}
    torch.save({"config": described, "state_dict": tensors}, output / CHECKPOINT)
    return checked_digest(output / CHECKPOINT)


def main(arguments: list[str]) -> int:
    """The command: prints what a configuration needs."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        digest = export_checkpoint(Path(arguments[0]), Path(arguments[1]))
    except TamisError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"checkpoint: {Path(arguments[1]).resolve() / CHECKPOINT}\nsha256: {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
