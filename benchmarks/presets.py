"""What each preset keeps of one corpus, and why not the rest.

``python benchmarks/presets.py INPUT... > docs/presets.md``; an input is a file or a folder.

Runs `tamis run` once a preset over the same inputs with two workers, and prints a Markdown page: documents kept and
edited, every rule that fired, those that never did, and what is substituted. The page is the same whenever it is made.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.configuration import load
from pipelines.extends import preset_names

PAGE = """# Presets over real pages

Made by `{command}`.

Each preset ran over the same pages of the web, in many languages, about half of them English. The Parquet file holds
the text of whole pages, menus and blank lines too, as WET files do, and no URLs; the WARC files go through the
extractor that the preset names. Rules of repetition fire on more of the former than on main content.

A document that several rules fire on stands under each of them; *alone* counts those that nothing else removed. What a
gate stopped (URLs, language) stands under no later rule. `edits` are documents that edits left with fewer than 50
characters, `duplicates` those of equal text or URL. Rules that mask count the documents in which they found something.
What could not be had of a preset's source is listed under it.

| preset | languages | documents | kept | share | edited |
|---|---|---:|---:|---:|---:|
"""


def run(preset, inputs, folder):
    """The finished run of a preset."""
    output = Path(folder) / preset
    file = Path(folder) / f"{preset}.yaml"
    named = {f"input{number}": path for number, path in enumerate(inputs)}
    budget = {"failed_shards": 1.0, "failed_records": 1.0}
    settings = {"extends": preset, "inputs": named, "output": {"path": str(output)}, "budget": budget}
    file.write_text(json.dumps(settings))
    command = [str(Path(sys.executable).with_name("tamis")), "run", str(file), "--workers", "2"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads((output / "run.json").read_text())


def rules_of(preset):
    """The rules of a preset by the names that a ledger has for them."""
    return {f"{step.name}/{name}": rule for step in load(preset).steps for name, rule in step.rules.items()}


def languages(preset):
    """Which languages a preset keeps."""
    [kept] = [rule.one_of for rule in rules_of(preset).values() if rule.signal == "language" and rule.one_of] or [None]
    return "all" if kept is None else ", ".join([kept] if isinstance(kept, str) else kept)


def tables(preset, totals):
    """The rules of a preset that fired, most first, and what stands in place of what it has."""
    configuration, rules = load(preset), rules_of(preset)
    lines = [f"\n## {preset}\n", configuration.description, "", f"Source: {configuration.citation}.", ""]
    lines += ["| rule | action | documents | alone |", "|---|---|---:|---:|"]
    fired = {name: counts for name, counts in totals["rules"].items() if counts["documents"]}
    for name, counts in sorted(fired.items(), key=lambda item: (-item[1]["documents"], item[0])):
        action = rules[name].action if name in rules else "drop"
        lines.append(f"| `{name}` | {action} | {counts['documents']:,} | {counts['alone']:,} |")
    silent = [f"`{name}`" for name in rules if name not in fired]
    if silent:
        lines += ["", f"Never fired: {', '.join(silent)}."]
    if configuration.substitutions:
        listed = (f"- **{what}**: {instead}" for what, instead in configuration.substitutions.items())
        lines += ["", "Substituted:", "", *listed]
    return lines


def main(inputs):
    summary, details = [], []
    with tempfile.TemporaryDirectory() as folder:
        for preset in preset_names():
            totals = run(preset, [str(Path(path).resolve()) for path in inputs], folder)["totals"]
            kept, removed = totals["records"]["kept"], totals["records"]["removed"]
            numbers = f"{kept + removed:,} | {kept:,} | {100 * kept / (kept + removed):.1f}% | {totals['edited']:,}"
            summary.append(f"| [{preset}](#{preset}) | {languages(preset)} | {numbers} |")
            details += tables(preset, totals)
    command = " ".join(["python benchmarks/presets.py", *inputs])
    print(PAGE.format(command=command) + "\n".join(summary + details))


if __name__ == "__main__":
    main(sys.argv[1:])
