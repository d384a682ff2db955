from hypothesis import settings

# Kernels compile at their first call: a deadline per example would blame the compiler.
settings.register_profile("tamis", deadline=None, derandomize=True, database=None)
settings.load_profile("tamis")
