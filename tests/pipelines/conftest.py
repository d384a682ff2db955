import sys
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

OWN = Path(__file__).with_name("own_signals.py")

BASE = """\
annotators:
  lengths: {kind: own_signals.py:Lengths}
cleaners:
  trim: {kind: own_signals.py:Trim}
steps:
  - name: raw
    measure: [language]
    rules:
      short: {signal: text_length, minimum: 5}
  - name: last
    clean: [trim]
    rules:
      shout: {spans: shouts, action: mask, token: "<shout>"}
"""


@pytest.fixture
def write(tmp_path):
    """Writes a configuration beside a copy of the tests' own annotators, and gives its path."""
    (tmp_path / "own_signals.py").write_text(OWN.read_text())

    def _write(text, name="tamis.yaml"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    return _write


@pytest.fixture
def base():
    """A configuration that is right in every way."""
    return BASE
