import sys
from pathlib import Path

from hypothesis import settings

# Kernels compile at their first call: a deadline per example would blame the compiler.
settings.register_profile("tamis", deadline=None, derandomize=True, database=None)
settings.load_profile("tamis")

sys.path.insert(0, str(Path(__file__).parent / "helpers"))
