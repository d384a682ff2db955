"""What the first start of each preset costs, and a warm one: ``python benchmarks/start.py [PRESET...]``.

A start is a new process that imports the packages, reads a preset, plans and measures three short documents; at the
first the kernels are compiled, at a warm one they come from numba's cache. Python's bytecode is there, as an
installation leaves it. Prints seconds of the clock and of the processor, which other work on the machine disturbs
less, and the kernels compiled; at last all presets in one process, and an installation that cannot be written to,
with and without a home that can.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import machine

from pipelines.extends import preset_names

ROOT = Path(__file__).parents[1]
PACKAGES = ("filters", "classifiers", "storage", "reports", "pipelines")
TEXTS = [
    "The quick brown fox jumps over the lazy dog. It is a fine day, and the sun shines on all of us.\n- one\n- two …",
    "Call +44 20 7946 0958 or write to someone@example.org, from 8.8.8.8.\n\nnaïve Müller, cafÃ© [3]",
    "日本語のテキスト。 Ещё один. ไทย",
]


def start(presets):
    """Plans and measures with each preset in this process."""
    from filters.contract import batch_of
    from filters.cuts import Cuts
    from filters.measuring import measure
    from pipelines.configuration import load
    from pipelines.planning import plan_of

    page = {
        "page": [b"<html><head></head><body><p>A page</p></body></html>"] * len(TEXTS),
        "headers": ["{}"] * len(TEXTS),
    }
    for preset in presets:
        plan = plan_of(load(preset))
        batch = batch_of(TEXTS, url=["https://www.example.org/a?b=c"] * len(TEXTS))
        for annotator in plan.page_annotators:
            columns = annotator.annotate(batch_of(TEXTS, **page), Cuts(batch["text"]))
            for name, values in columns.items():
                batch = batch.append_column(name, values)
        measure(batch, plan)


def child(presets):
    """Starts, and prints what it cost, the kernels compiled and those compiled for several types of argument."""
    from numba.core import event

    with event.install_recorder("numba:compile") as recorder:
        start(presets)
    ended = [found.data["dispatcher"].py_func for _, found in recorder.buffer if found.is_end]
    ours = [f"{f.__module__}.{f.__qualname__}" for f in ended if f.__module__.startswith(PACKAGES)]
    twice = sorted({name for name in ours if ours.count(name) > 1})
    print(json.dumps({"processor": time.process_time(), "compiled": len(ours), "twice": twice}))


def measured(presets, environment, folder=ROOT, prefix=()):
    """Clock, processor and kernels compiled, of one start in a process of its own."""
    began = time.perf_counter()
    command = [*prefix, sys.executable, str(Path(folder) / "benchmarks" / "start.py"), "--child", *presets]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
    )
    return {"clock": time.perf_counter() - began, **json.loads(done.stdout.splitlines()[-1])}


def row(name, presets, environment, *where):
    """One line: a first start, and the median of three warm ones."""
    first = measured(presets, environment, *where)
    warm = sorted((measured(presets, environment, *where) for _ in range(3)), key=lambda found: found["clock"])[1]
    numbers = f"{first['clock']:.1f} | {first['processor']:.1f} | {first['compiled']}"
    print(f"| {name} | {numbers} | {warm['clock']:.1f} | {warm['processor']:.1f} | {warm['compiled']} |", flush=True)
    return first["twice"]


def environment(temporary):
    """The environment of a start: a bytecode folder, which an import fills, and no place for kernels yet."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "NUMBA_CACHE_DIR")
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(temporary / "bytecode")}


def read_only(temporary, presets):
    """Starts from an installation that cannot be written to: with a home that can, and with none."""
    installed = temporary / "installed"
    for package in (*PACKAGES, "benchmarks"):
        shutil.copytree(ROOT / package, installed / package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("home", "scratch"):
        (temporary / folder).mkdir()
    prefix = []
    if os.geteuid() == 0:  # whom no mode keeps from writing
        mount = f'mount --bind -o ro "{installed}" "{installed}" && exec "$@"'
        prefix = ["unshare", "--mount", "sh", "-c", mount, "sh"]
    subprocess.run(["chmod", "-R", "a-w", str(installed)], check=True)
    known = {name: value for name, value in environment(temporary).items() if not name.startswith("XDG_")}
    places = {
        "a home": {"HOME": str(temporary / "home")},
        "no home": {"HOME": "/proc", "TMPDIR": str(temporary / "scratch")},
    }
    try:
        for name, place in places.items():
            row(f"{', '.join(presets)}; read-only, {name}", presets, {**known, **place}, installed, prefix)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(installed)], check=True)


def main(chosen):
    presets = chosen or preset_names()
    print(f"{machine()}\n")
    print("| preset | first: clock, s | processor, s | kernels compiled | warm: clock, s | processor, s | compiled |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder)
        known = environment(temporary)
        measured(presets, {**known, "NUMBA_CACHE_DIR": str(temporary / "priming")})
        for preset in presets:
            row(preset, [preset], {**known, "NUMBA_CACHE_DIR": str(temporary / preset)})
        together = row("all in one process", presets, {**known, "NUMBA_CACHE_DIR": str(temporary / "all")})
        read_only(temporary, presets[:1])
    print(f"\nKernels compiled for more than one type of argument: {', '.join(sorted(together)) or 'none'}")


if __name__ == "__main__":
    child(sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main(sys.argv[1:])
