"""Whether a run says the same, byte for byte, however the work is done.

``python benchmarks/same_bytes.py FOLDER [--documents 20000]``

Made documents whose duplicates are known, with `verify: exact`: by one worker and by two, hashes meeting through files
and through the shuffle, components in one worker and by rounds, inputs named in another order. Every file of
annotations, groups, decisions, clean, removed and ledger is compared with that of the first run.
"""

import argparse
import hashlib
import shutil
from pathlib import Path

from duplicates_scale import FINEWEB
from made_clusters import write_clusters
from measuring import machine, tamis

CONFIGURATION = """
inputs: {{made: {{paths: [{paths}], id: id}}}}
output: {{path: {output}}}
steps: [{{name: raw}}]
duplicates: {{of: raw, near: {near}}}
run: {{{run}}}
"""
RUNS = {
    "one worker": ("workers: 1", False),
    "two workers": ("workers: 2", False),
    "inputs in another order": ("workers: 2", True),
    "through the shuffle": ("workers: 2, exchange: blocks", False),
    "components by rounds": ("workers: 2, components: rounds", False),
    "through the shuffle, by rounds, one worker": ("workers: 1, exchange: blocks, components: rounds", True),
}
FOLDERS = ("annotations", "groups", "decisions", "clean", "removed", "ledger")


def digests(output):
    """Of every file of the result."""
    paths = [path for folder in FOLDERS for path in (output / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    options = parser.parse_args()
    folder = options.folder.resolve() / f"clusters-{options.documents}"
    write_clusters(folder, options.documents)
    paths = [str(path) for path in sorted((folder / "documents").iterdir())]
    print(f"{machine()}; {options.documents:,} documents\n\n| run | files | differ from the first |\n|---|---:|---:|")
    first = None
    for name, (run, backwards) in RUNS.items():
        output = folder / "out"
        shutil.rmtree(output, ignore_errors=True)
        named = ", ".join(reversed(paths) if backwards else paths)
        near = FINEWEB.format(verify="exact")
        configuration = CONFIGURATION.format(paths=named, output=output, near=near, run=run)
        (folder / "same.yaml").write_text(configuration)
        tamis("run", str(folder / "same.yaml"))
        found = digests(output)
        first = first or found
        differ = sum(first.get(path) != found.get(path) for path in first.keys() | found.keys())
        print(f"| {name} | {len(found)} | {differ} |", flush=True)
    shutil.rmtree(folder / "out")


if __name__ == "__main__":
    main()
