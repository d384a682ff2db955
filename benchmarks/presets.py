"""What each preset keeps of one corpus, and why not the rest.

``python benchmarks/presets.py INPUT... > docs/presets.md``

Runs `tamis run` once a preset over the same inputs with two workers, and prints a Markdown page: documents kept,
duplicates, the seconds that it took, and every rule that removed something.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.configuration import load
from pipelines.extends import preset_names

PAGE = """# Presets over real pages

Made by `{command}`. Each preset ran over the same
{documents:,} documents. A document that several rules remove stands under each of them; *alone* counts those that no
other rule removed. Presets ask for English unless they say otherwise.

| preset | kept | share | edited | seconds |
|---|---:|---:|---:|---:|
"""


def run(preset, inputs, folder):
    """The finished run of a preset, and its seconds."""
    output = Path(folder) / preset
    file = Path(folder) / f"{preset}.yaml"
    named = {f"input{number}": path for number, path in enumerate(inputs)}
    budget = {"failed_shards": 1.0, "failed_records": 1.0}
    settings = {"extends": preset, "inputs": named, "output": {"path": str(output)}, "budget": budget}
    file.write_text(json.dumps(settings))
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("tamis")), "run", str(file), "--workers", "2"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return json.loads((output / "run.json").read_text()), time.perf_counter() - began


def tables(preset, totals):
    """The rules of a preset that fired, most first, and what stands in place of what it has."""
    lines = [f"\n## {preset}\n", load(preset).description, ""]
    lines += ["| rule | action | documents | alone |", "|---|---|---:|---:|"]
    actions = {f"{step.name}/{name}": rule.action for step in load(preset).steps for name, rule in step.rules.items()}
    rules = sorted(totals["rules"].items(), key=lambda item: (-item[1]["documents"], item[0]))
    for name, counts in rules:
        if counts["documents"]:
            row = f"| `{name}` | {actions.get(name, 'drop')} | {counts['documents']:,} | {counts['alone']:,} |"
            lines.append(row)
    substitutions = load(preset).substitutions
    if substitutions:
        lines += ["", "Substituted:", "", *(f"- **{what}**: {instead}" for what, instead in substitutions.items())]
    return lines


def main(inputs):
    summary, details = [], []
    with tempfile.TemporaryDirectory() as folder:
        for preset in preset_names():
            finished, seconds = run(preset, [str(Path(path).resolve()) for path in inputs], folder)
            totals = finished["totals"]
            kept, removed = totals["records"]["kept"], totals["records"]["removed"]
            share = f"{100 * kept / (kept + removed):.1f}%"
            summary.append(f"| [{preset}](#{preset}) | {kept:,} | {share} | {totals['edited']:,} | {seconds:.0f} |")
            details += tables(preset, totals)
    command = " ".join(["python benchmarks/presets.py", *inputs])
    print(PAGE.format(command=command, documents=kept + removed) + "\n".join(summary + details))


if __name__ == "__main__":
    main(sys.argv[1:])
