import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_run import make_run


@pytest.fixture(scope="session")
def run_a(tmp_path_factory):
    """A finished run, and what it was made of."""
    output = tmp_path_factory.mktemp("runs") / "a"
    make_run(output)
    return output


@pytest.fixture(scope="session")
def run_b(run_a):
    """The same documents decided again with a stricter rule, without text."""
    output = run_a.with_name("b")
    make_run(output, floor=70, text=False, source=run_a)
    return output
