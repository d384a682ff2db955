"""What only kernels may call is called by kernels alone: from Python it would end the process."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("filters", "classifiers", "storage", "reports", "pipelines", "examples", "benchmarks", "tests")


def decorated(function, *names):
    return any(isinstance(decorator, ast.Name) and decorator.id in names for decorator in function.decorator_list)


def called_from_python(node):
    """The names that are called outside of what is compiled."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.FunctionDef) and decorated(child, "kernel", "inner", "making")):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name | ast.Attribute):
                yield child.func.id if isinstance(child.func, ast.Name) else child.func.attr
            yield from called_from_python(child)


def test_no_inner_kernel_is_called_from_python():
    trees = [ast.parse(path.read_text()) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    inner = {
        f.name
        for tree in trees
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef) and decorated(f, "inner", "making")
    }
    used = {name for tree in trees for name in called_from_python(tree)}
    assert inner
    assert inner & used == set()
