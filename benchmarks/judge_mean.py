"""The weighted mean of encoders that parts of one training left: ``python benchmarks/judge_mean.py OUT A:0.4 B:0.6``.

Wortsman et al. 2022 (arXiv 2203.05482, "model soups"): weights that one training passed through can be averaged. The
mean keeps what an earlier part knew of comments and a later one forgot for web pages. Needs tamis[train].
"""

import json
import shutil
import sys
from pathlib import Path

from judge_templates import LABELS
from safetensors.torch import load_file, save_file

WEIGHTS = {"model.safetensors": {"format": "pt"}, "words.safetensors": {"labels": json.dumps(list(LABELS))}}


def main() -> None:
    output = Path(sys.argv[1])
    shares = [given.rpartition(":") for given in sys.argv[2:]]
    parts = [(Path(folder), float(share)) for folder, _, share in shares]
    if abs(sum(share for _, share in parts) - 1) > 1e-9:
        sys.exit(f"the shares of {sys.argv[2:]} are to add up to 1")
    output.mkdir(parents=True)
    for name, metadata in WEIGHTS.items():
        found = [(load_file(folder / name), share) for folder, share in parts]
        mean = {key: sum(share * tensors[key].float() for tensors, share in found) for key in found[0][0]}
        save_file({key: tensor.contiguous() for key, tensor in mean.items()}, output / name, metadata=metadata)
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(parts[-1][0] / name, output / name)


if __name__ == "__main__":
    main()
