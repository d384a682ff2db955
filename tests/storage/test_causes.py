import ast
import re
from pathlib import Path

from storage.causes import FAULTS, MEANINGS, SKIPS
from storage.warc import SKIPPED_TYPES

ROOT = Path(__file__).parents[2]
SOURCES = [
    *sorted((ROOT / "storage").glob("*.py")),
    ROOT / "filters" / "extraction.py",
    *(ROOT / "pipelines" / name for name in ("measuring_chunks.py", "quarantine.py", "sampling.py")),
]
NAMING = {
    "Failure", "PayloadError", "Skip", "_FrameError", "_LineError", "_PageError", "_UnansweredError", "_damage",
    "_try_cast", "fail", "failed_alone", "lost_rows", "short", "skip",
}  # fmt: skip
"""What a cause is given to."""


def is_naming(node):
    if isinstance(node, ast.Call):
        return (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)) in NAMING
    return isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.JoinedStr | ast.Name)


def strings_in(node):
    """The strings that are given to a call or stand in a tuple, both ends of a condition included."""
    given = [*node.args, *(k.value for k in node.keywords)] if isinstance(node, ast.Call) else node.elts
    for value in given:
        for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def assigned(tree):
    """Strings that have a name of their own, or are chosen between."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for part in (node.value.body, node.value.orelse) if isinstance(node.value, ast.IfExp) else (node.value,):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def names_used():
    found = {f"bad_{compression}_member" for compression in ("gzip", "zstd", "lz4")} | set(SKIPPED_TYPES)
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        given = [text for node in ast.walk(tree) if is_naming(node) for text in strings_in(node)]
        found |= {text for text in (*given, *assigned(tree)) if re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", text)}
    return found


def test_every_name_that_is_given_to_a_skip_or_a_failure_has_a_sentence():
    assert names_used() - MEANINGS.keys() == set()


def test_no_sentence_is_about_a_name_that_nothing_gives():
    assert MEANINGS.keys() - names_used() == set()


def test_no_name_is_both_a_skip_and_a_failure():
    assert not SKIPS.keys() & FAULTS.keys()
